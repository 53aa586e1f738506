"""Texts by role. A `Text` wraps to its width and is as high as its lines; an `InlineText` is as wide as its words.

Sizes and weights of the roles stand in `text.kv`. Nothing here ever shortens or shrinks a text.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.label import Label

from mobile_app.theme.theme import load_kv


class PlainText(Label):
    """What all roles share. The size is left to each role: of two live rules for it, the wrong one could win."""


class Text(PlainText):
    """Running text."""


class Caption(PlainText):
    """Under-titles, ranges, sources."""


class BodyLarge(PlainText):
    """List titles and buttons."""


class Title(PlainText):
    """Card titles, banner."""


class Heading(PlainText):
    """A screen's heading."""


class Question(PlainText):
    """The question."""


class InlineText(Label):
    """A text as wide as its words; wider than `max_width` (when given), it wraps there."""

    max_width = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("text", "font_size", "bold", "max_width", "markup"):
            self.fbind(name, self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        self.text_size = (None, None)
        self.texture_update()
        if 0 < self.max_width < self.texture_size[0]:
            self.text_size = (self.max_width, None)
            self.texture_update()


load_kv(__file__)
