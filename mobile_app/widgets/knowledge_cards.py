"""What new knowledge makes of stored cases: the card of the start screen, a row of the list, the card of a case."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import badge, surface  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Panel


class KnowledgeCard(Panel):
    """On the start screen: how many cases are judged differently. Amber where one is more urgent than before."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_look",)

    def on_look(self) -> None:
        """Tell that the list is to be shown."""


class WasAndNow(BoxLayout):
    """How soon, before and now, with an arrow between them; one badge where that is the same."""

    item = ObjectProperty(rebind=True)
    is_other = BooleanProperty(False)

    def on_item(self, *_: object) -> None:
        """Tell the two apart."""
        self.is_other = self.item.was != self.item.now


class ChangedCaseRow(Pressable, BoxLayout):
    """One case of the list: who, was and is now, and in which way that differs."""

    item = ObjectProperty(rebind=True)


class NewKnowledgeCard(Panel):
    """On a case: what the current knowledge would say."""

    item = ObjectProperty(rebind=True)


load_kv(__file__)
