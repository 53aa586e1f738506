"""Chips: an answer for or against a condition, why a rule was raised, and a chosen place that can be removed."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Surface


class Chip(Surface, BoxLayout):
    """A finding with its strength in signs: soft teal for, dashed white against. Wraps within `max_width`."""

    strength = StringProperty("")
    text = StringProperty("")
    is_against = BooleanProperty(False)
    is_pressed = BooleanProperty(False)
    max_width = NumericProperty(0)


class TappedChip(Pressable, BoxLayout):
    """A chip that says more when it is tapped; the finger has more room than the chip shows."""

    item = ObjectProperty(rebind=True)
    is_against = BooleanProperty(False)
    max_width = NumericProperty(0)


class ReasonChip(Surface, BoxLayout):
    """An answer that raised a danger rule."""

    text = StringProperty("")
    max_width = NumericProperty(0)
    text_color = ColorProperty("#5C0A10")


class RemovableChip(Pressable, BoxLayout):
    """A chosen place; a tap takes it away."""

    text = StringProperty("")


load_kv(__file__)
