"""The range of a measurement for this age: zones with their limits and words, and a mark where the value lies."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, SmoothRoundedRectangle
from kivy.metrics import dp
from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import mirrored_x
from mobile_app.widgets.text import Text, one_line_width

BAR_HEIGHT_DP = 18
MARK_HEIGHT_DP = 32
SWATCH_DP = 16
"""The colour of a zone beside its words."""


class ZoneLabel(Text):
    """A limit or the word of a zone, under its start, or in a line of its own beside its colour."""


class RangeBar(FloatLayout):
    """`zones` (ZoneView) lie from 0 to 1; `mark` is None without a value. The limits are always written.

    Where a word is wider than its zone, all stand one under another, each beside the colour of its zone.
    """

    zones: Any = ObjectProperty(())
    mark: Any = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._labelled: Any = None
        for name in ("zones", "mark", "pos", "size"):
            self.fbind(name, self._draw)
        theme.bind(is_large=self._label)
        theme.bind(is_rtl=self._draw)
        self._label()

    def _label(self, *_: object) -> None:
        self._labelled = self.zones
        self.clear_widgets()
        for zone in self.zones:
            label = ZoneLabel(text=_label_of(zone, "\n"))
            label.fbind("height", self._draw)
            self.add_widget(label)
        self._draw()

    def _draw(self, *_: object) -> None:
        if self._labelled is not self.zones:
            self._label()
            return
        labels = list(reversed(self.children))
        under_the_bar = self.top - dp(MARK_HEIGHT_DP) - dp(2)
        widths = [max(dp(30), (zone.end - zone.start) * self.width - dp(6)) for zone in self.zones]
        is_listed = any(
            one_line_width(word, label.font_size, is_bold=False) > width
            for label, zone, width in zip(labels, self.zones, widths, strict=True)
            for word in zone.word.split()
        )
        lowest = under_the_bar
        for label, zone, width in zip(labels, self.zones, widths, strict=True):
            label.text = _label_of(zone, "  " if is_listed else "\n")
            label.width = max(dp(30), self.width - dp(SWATCH_DP) - dp(10)) if is_listed else width
            start = self.right - label.width if is_listed else self.x + zone.start * self.width
            label.x = mirrored_x(self, start, label.width)
            label.top = lowest if is_listed else under_the_bar
            lowest = min(lowest if not is_listed else label.top, label.top - label.texture_size[1])
        self.height = self.top - lowest + dp(4) if self.zones or self.mark is not None else 0
        self.canvas.before.clear()
        middle = self.top - dp(MARK_HEIGHT_DP) / 2
        bottom, half = middle - dp(BAR_HEIGHT_DP) / 2, dp(BAR_HEIGHT_DP) / 2
        with self.canvas.before:
            for place, zone in enumerate(self.zones):
                Color(*_shade(zone.shade))
                start = half if place == 0 else 0.01
                end = half if place == len(self.zones) - 1 else 0.01
                left, right = (end, start) if theme.is_rtl else (start, end)
                width = (zone.end - zone.start) * self.width
                SmoothRoundedRectangle(
                    pos=(mirrored_x(self, self.x + zone.start * self.width, width), bottom),
                    size=(width, dp(BAR_HEIGHT_DP)),
                    radius=[left, right, right, left],
                )
                if is_listed:
                    label = labels[place]
                    side = dp(SWATCH_DP)
                    SmoothRoundedRectangle(
                        pos=(mirrored_x(self, self.x, side), label.center_y - side / 2),
                        size=(side, side),
                        radius=[dp(4)],
                    )
            if self.mark is not None:
                x = mirrored_x(self, self.x + min(max(self.mark, 0.0), 1.0) * (self.width - dp(8)), dp(8))
                Color(*theme.surface)
                SmoothRoundedRectangle(pos=(x - dp(2), middle - dp(18)), size=(dp(12), dp(36)), radius=[dp(6)])
                Color(*theme.ink)
                SmoothRoundedRectangle(pos=(x, middle - dp(16)), size=(dp(8), dp(32)), radius=[dp(4)])


def _label_of(zone: Any, between: str) -> str:
    return f"{zone.limit}{between}{zone.word}" if zone.limit else str(zone.word)


def _shade(name: str) -> Any:
    return {"normal": theme.zone_normal, "deep": theme.zone_deep, "severe": theme.zone_severe}.get(
        name, theme.zone_raised
    )


load_kv(__file__)
