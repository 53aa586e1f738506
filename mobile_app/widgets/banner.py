"""The banner of the result: how urgent as a block of colour, shape and word, beside it what to do."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.meaning import look_of
from mobile_app.widgets.surface import Panel, Surface


class UrgencyBlock(Surface, BoxLayout):
    """The block with the word."""

    meaning = StringProperty("routine")
    word = StringProperty("")
    icon = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("meaning", self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        look = look_of(self.meaning)
        self.icon, self.fill = look.icon, look.strong


class AdvicePanel(Panel):
    """What to do, in the soft colour of the urgency."""

    meaning = StringProperty("routine")
    title = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    ink = ColorProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("meaning", self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        look = look_of(self.meaning)
        self.fill, self.outline = look.soft, look.line
        self.icon = "info"
        self.ink = {"same_day": theme.same_day_ink, "emergency": theme.emergency_ink,
                    "within_days": theme.within_days_ink}.get(self.meaning, theme.ink)  # fmt: skip


class RuleLine(Panel):
    """One more rule that holds: a sentence and what raised it."""

    item = ObjectProperty(rebind=True)


class EmergencyBanner(Panel):
    """Full width and red; never scrolls away, never folds."""

    title = StringProperty("")
    sentence = StringProperty("")
    raised_label = StringProperty("")
    raised_at = StringProperty("")


load_kv(__file__)
