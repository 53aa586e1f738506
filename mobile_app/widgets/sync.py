"""Where the sync stands, in words: the chip in every app bar and the bar at the foot of the home screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.surface import Surface


def look_of_sync(sign: str) -> tuple[str, Any, Any, Any]:
    """Return icon, ink, fill and line of a sync state."""
    match sign:
        case "all_sent":
            return "cloud_sent", theme.done, theme.sunken, theme.line
        case "sending":
            return "cloud_sending", theme.primary, theme.sunken, theme.line
        case "waiting":
            return "clock", theme.ink_2, theme.sunken, theme.line
        case "not_accepted" | "failed":
            return "same_day", theme.same_day, theme.same_day_soft, theme.same_day_line
        case "revoked":
            return "emergency", theme.emergency, theme.emergency_soft, theme.emergency_line
        case _:
            return "cloud_off", theme.ink_2, theme.sunken, theme.line


class _FollowsSign:
    """Icon and colours of the view's sign; stands before a widget class."""

    fbind: Callable[..., Any]

    view = ObjectProperty(None, allownone=True, rebind=True)
    icon = StringProperty("")
    ink = ColorProperty("#3A4C4A")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("view", self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        if self.view is not None:
            self.icon, self.ink, self.fill, self.outline = look_of_sync(self.view.sign)


class SyncChip(_FollowsSign, Surface, BoxLayout):
    """The pill. At narrow width it says the count alone."""


class SyncBar(_FollowsSign, Surface, BoxLayout):
    """The bar, with a button where something can be done, and one to send without a network where there is none."""

    __events__ = ("on_act", "on_carry")

    def _paint(self, *_: object) -> None:
        super()._paint()
        if self.fill == theme.sunken:
            self.fill = theme.surface

    def on_act(self) -> None:
        """Tell that the button was tapped."""

    def on_carry(self) -> None:
        """Tell that what waits is to go without a network."""


class SyncProgress(Widget):
    """How much of what waited has gone through; it moves only when the server has it."""

    share = NumericProperty(0)
    is_shown = BooleanProperty(False)


class SyncMark(BoxLayout):
    """Icon and word of one case's own state, in a case row."""

    icon = StringProperty("")
    word = StringProperty("")
    ink = ColorProperty("#55676A")


load_kv(__file__)
