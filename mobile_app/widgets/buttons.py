"""Buttons: first (filled, at most one on a screen), second (outlined), third (words only), act now (an emergency's).

A button hugs its words unless it is given a width (`size_hint_x` or `width` with `hugs` off); words that are wider
than the button wrap, and the button grows.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class PlainButton(Pressable, FloatLayout):
    """A button with words and, before or after them, an icon."""

    kind = OptionProperty("second", options=["first", "second", "third", "act_now"])
    text = StringProperty("")
    icon = StringProperty("")
    end_icon = StringProperty("")
    text_color = ColorProperty()
    font_size = NumericProperty(18)
    hugs = BooleanProperty(True)
    side_padding = NumericProperty(24)
    inner_padding = NumericProperty(24)
    least_height = NumericProperty(56)
    own_height = NumericProperty(0)
    """Another smallest height than the kind of button has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("kind", "state", "disabled"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        self.fill, self.outline, self.text_color = button_colours(self.kind, self.state == "down", self.disabled)


def button_colours(kind: str, is_pressed: bool, is_off: bool) -> tuple[Any, Any, Any]:
    """Return fill, outline and text colour."""
    if is_off:
        return (theme.clear, theme.clear, theme.ink_3) if kind == "third" else (theme.off, theme.off, theme.ink_3)
    match kind:
        case "first":
            fill = theme.primary_pressed if is_pressed else theme.primary
            return fill, fill, theme.surface
        case "act_now":
            fill = theme.emergency_pressed if is_pressed else theme.emergency
            return fill, fill, theme.surface
        case "third":
            return (theme.primary_soft if is_pressed else theme.clear), theme.clear, theme.primary
        case _:
            if is_pressed:
                return theme.primary_soft, theme.primary, theme.ink
            return theme.surface, theme.line_strong, theme.ink


class WordButton(PlainButton):
    """A button of the footer or of its own line."""


class SmallButton(PlainButton):
    """A button inside a card."""


class WideButton(Pressable, BoxLayout):
    """The one thing that a screen begins with, such as "New case"."""

    text = StringProperty("")
    own_height = NumericProperty(0)
    """As high as what stands beside it, where that is higher."""


class IconButton(Pressable, FloatLayout):
    """A square button with an icon alone: only back, lock and delete are understood without a word."""

    icon = StringProperty("")
    is_outlined = BooleanProperty(True)


load_kv(__file__)
