"""Rows of lists: a case, a draft, a check of the plan, a thing not to do, a follow-up date, a label with its value."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Panel
from mobile_app.widgets.sync import look_of_sync


class CaseRow(Pressable, BoxLayout):
    """One case of the list: limb, name and age, place and first diagnosis, urgency, where its sync stands."""

    item = ObjectProperty(rebind=True)
    sync_icon = StringProperty("")
    sync_ink = ColorProperty("#55676A")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("item", self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        self.sync_icon, self.sync_ink = ("differs", theme.same_day) if self.item.differs else self._sync_look()

    def _sync_look(self) -> tuple[str, Any]:
        icon, ink, _fill, _line = look_of_sync(self.item.sync_sign)
        return icon, ink


class DraftCard(Panel):
    """A draft, directly under "New case". `on_resume` when its button is tapped."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_resume",)

    def on_resume(self) -> None:
        """Tell that the clinician goes on with it."""


class DueWords(Pressable, BoxLayout):
    """What is due, of whom and what for; leads to the case."""

    item = ObjectProperty(rebind=True)


class DueRow(BoxLayout):
    """A follow-up that is due. `on_start` begins the visit, `on_open` shows the case."""

    item = ObjectProperty(rebind=True)
    due_ink = ColorProperty("#3A4C4A")
    is_stacked = BooleanProperty(False)

    __events__ = ("on_start", "on_open")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        inks = {"emergency": theme.emergency, "same_day": theme.same_day}
        self.due_ink = inks.get(self.item.meaning, theme.ink_2)

    def on_start(self) -> None:
        """Tell that the visit is to begin."""

    def on_open(self) -> None:
        """Tell that the case is to be opened."""


class TickBox(Widget):
    """A box that is filled with a tick when the thing is done."""

    is_done = BooleanProperty(False)


class CheckRow(Pressable, BoxLayout):
    """A line of the plan with its reason; done lines are set lighter, never struck out. The whole row is tapped.

    Where it `leads` elsewhere, to enter a result, an arrow says so.
    """

    text = StringProperty("")
    why = StringProperty("")
    is_done = BooleanProperty(False)
    leads = BooleanProperty(False)
    here = StringProperty("")


class FollowUpNode(BoxLayout):
    """A date on a line with what to do then."""

    item = ObjectProperty(rebind=True)
    is_last = BooleanProperty(False)


class ValueLine(BoxLayout):
    """A label and its value at the line's end."""

    label = StringProperty("")
    value = StringProperty("")
    icon = StringProperty("")
    is_quiet = BooleanProperty(False)


class StepDisc(Widget):
    """The number of a step in a disc."""

    number = StringProperty("")
    kind = StringProperty("calm")
    side = NumericProperty(28)


class NumberedStep(BoxLayout):
    """A step of how to find out, or an act of an emergency."""

    number = StringProperty("")
    text = StringProperty("")
    kind = StringProperty("calm")
    disc_side = NumericProperty(28)
    font_size = NumericProperty(16)


load_kv(__file__)
