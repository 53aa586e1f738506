"""Texts by role. A `Text` wraps to its width and is as high as its lines; an `InlineText` is as wide as its words.

Sizes and weights of the roles stand in `text.kv`. Nothing here ever shortens or shrinks a text. What holds Arabic, and
everything in a language read from the right, is set by `typesetting`; the rest is wrapped by Kivy, which breaks between
words (Korean, too), with numbers kept beside their units. `halign: "left"` is the start, `"right"` the end.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.label import Label
from kivy.utils import get_hex_from_color

from mobile_app.theme.fonts import font_for
from mobile_app.theme.theme import load_kv, theme
from mobile_app.typesetting import (
    Measure,
    Run,
    drawn_in_order,
    has_arabic,
    kept_together,
    reads_from_right,
    runs_of,
    set_lines,
    to_markup,
)
from mobile_app.typesetting.lines import unbreakable

_OTHER_SIDE = {"left": "right", "right": "left"}


class SetText(Label):
    """A label that draws every language; what all texts are made of."""

    mirrors = BooleanProperty(True)
    """Whether left and right change sides in a language read from the right; not so beside a map or a picture."""

    def texture_update(self, *_: object) -> None:
        """Set the text and draw it."""
        drawn, width = self._set()
        core = self._label
        core.options["font_name"] = font_for(self.text, self.font_name)
        core.options["halign"] = self.side()
        core.usersize = width, self.text_size[1]
        if not drawn.strip():
            self.texture, self.texture_size = None, [0, 0]
            return
        if self.markup:
            colour = get_hex_from_color(self.disabled_color if self.disabled else self.color)
            drawn = f"[color={colour}]{drawn}[/color]"
        core.text = drawn
        core.refresh()
        self.texture = core.texture
        self.texture_size = list(core.texture.size)

    def unbreakable_width(self) -> float:
        """Return the width in pixels of the widest word, below which a box would break it."""
        from_right = reads_from_right(self.text, theme.is_rtl)
        return max(unbreakable(self._runs(), self._measure(), from_right=from_right), default=0)

    def _set(self) -> tuple[str, float | None]:
        """Return the text as it is drawn, and the width that Kivy may use."""
        width = self.text_size[0]
        if not (theme.is_rtl or has_arabic(self.text)):
            return kept_together(self.text), width
        from_right = reads_from_right(self.text, theme.is_rtl)
        # Kivy must never break a line that is in drawing order; one of several weights it measures in parts.
        spare = 2 if self.markup else 0
        lines = set_lines(self._runs(), self._measure(), width and width - spare, from_right=from_right)
        drawn = "\n".join(to_markup(line.runs) if self.markup else line.text for line in lines)
        return drawn, width and max(width, ceil(max(line.width for line in lines)) + spare)

    def side(self) -> str:
        """Return the side at which the lines are drawn."""
        halign = str(self.halign)
        return _OTHER_SIDE.get(halign, halign) if theme.is_rtl and self.mirrors else halign

    def _runs(self) -> tuple[Run, ...]:
        return runs_of(self.text) if self.markup else (Run(self.text),)

    def _measure(self) -> Measure:
        font, size, is_bold = font_for(self.text, self.font_name), self.font_size, self.bold
        return lambda text, bold: width_of(text, font, size, bold or is_bold)


def one_line_width(text: str, font_size: float, *, is_bold: bool) -> float:
    """Return how wide a text is on one line, in pixels."""
    drawn = drawn_in_order((Run(text),), reads_from_right(text, theme.is_rtl)) if has_arabic(text) else (Run(text),)
    font = font_for(text, theme.font)
    return sum(width_of(run.text, font, font_size, is_bold) for run in drawn)


@lru_cache(maxsize=16384)
def width_of(text: str, font: str, size: float, is_bold: bool) -> float:
    """Return how wide a text in drawing order is, in pixels."""
    return float(CoreLabel(font_name=font, font_size=size, bold=is_bold).get_extents(text)[0])


class PlainText(SetText):
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


class InlineText(SetText):
    """A text as wide as its words; wider than `max_width` (when given), it wraps there."""

    max_width = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("text", "font_size", "font_name", "bold", "max_width", "markup"):
            self.fbind(name, self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        self.text_size = (None, None)
        self.texture_update()
        if 0 < self.max_width < self.texture_size[0]:
            self.text_size = (self.max_width, None)
            self.texture_update()


load_kv(__file__)
