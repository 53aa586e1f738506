"""A badge: colour, shape and word together. Emergency is the only one with a solid fill."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.meaning import look_of
from mobile_app.widgets.surface import Surface


class Badge(Surface, BoxLayout):
    """The word of a meaning. Without a word it takes no room."""

    meaning = StringProperty("routine")
    max_width = NumericProperty(0)
    """Where it is not 0, longer words wrap."""
    word = StringProperty("")
    text_color = ColorProperty()
    icon = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("meaning", self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        look = look_of(self.meaning)
        is_solid = self.meaning == "emergency"
        self.icon = look.icon
        self.fill = look.strong if is_solid else look.soft
        self.outline = look.strong if is_solid else look.line
        self.text_color = theme.surface if is_solid else look.ink


load_kv(__file__)
