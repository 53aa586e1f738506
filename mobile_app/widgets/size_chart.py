"""A small chart of widths over time. Marks differ by shape and their lines by dashes, so it reads in black and white.

Time runs from left to right in every language; every value stands beside its mark.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from kivy.graphics import Color, Line, Rectangle, SmoothEllipse, SmoothLine
from kivy.metrics import dp
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout, Column
from mobile_app.widgets.listing import FlowListing  # noqa: F401 (names used by kv)
from mobile_app.widgets.text import InlineText

_MARK_DP = 14


class LegendMark(Widget):
    """The mark of one tablet: a circle for this one, squares for others."""

    lane = ObjectProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("lane", "pos", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            _mark(self.lane, self.center_x, self.center_y)


class LegendEntry(BoxLayout):
    """A mark and whose it is."""

    item = ObjectProperty(rebind=True)


class SizePlot(Widget):
    """The plot itself: levels, days, lines, marks, and the values beside them."""

    item = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("item", "pos", "size"):
            self.fbind(name, self._draw)
        theme.bind(is_large=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.before.clear()
        self.clear_widgets()
        if self.item is None or self.width < dp(120) or self.height < dp(60):
            return
        left, right = self.x + dp(44 if theme.is_large else 34), self.right - dp(40)
        bottom, top = self.y + theme.caption * 2.4, self.top - theme.caption
        # A single visit stands in the middle: there is no line of time yet.
        is_single = len(self.item.days) == 1

        def at(across: float, up: float) -> tuple[float, float]:
            share = 0.5 if is_single else across
            return left + dp(16) + (right - left - dp(16)) * share, bottom + (top - bottom) * up

        points = self.item.points
        with self.canvas.before:
            for level in self.item.levels:
                Color(*(theme.line_strong if level.at == 0 else theme.line))
                Rectangle(pos=(left, round(at(0, level.at)[1])), size=(right + dp(24) - left, 1))
            for lane in sorted({point.lane for point in points}):
                self._join([at(point.across, point.up) for point in points if point.lane == lane], lane)
            for point in points:
                _mark(point.lane, *at(point.across, point.up))
        for level in self.item.levels:
            self._write(level.label, left - dp(6), at(0, level.at)[1], "right", theme.ink_3)
        for day in self.item.days:
            x, y = at(day.at, 0)
            self._write(day.label, x, y - theme.caption * 1.6, "center", theme.ink_3)
        for point in points:
            x, y = at(point.across, point.up)
            # Of two widths of one day the larger one's value stands higher.
            is_larger = all(point.up >= other.up for other in points if other.across == point.across)
            rise = theme.caption * (0.7 if is_larger else -0.7)
            self._write(point.label, x + dp(12), y + rise, "left", theme.ink, is_bold=True)

    def _join(self, points: list[tuple[float, float]], lane: int) -> None:
        Color(*_colour(lane))
        for (x1, y1), (x2, y2) in pairwise(points):
            if lane == 0:
                SmoothLine(points=(x1, y1, x2, y2), width=dp(1.3))
            else:
                Line(points=(x1, y1, x2, y2), width=1, dash_length=dp(5), dash_offset=dp(4))

    def _write(self, text: str, x: float, y: float, side: str, ink: Any, *, is_bold: bool = False) -> None:
        label = InlineText(text=text, font_size=theme.caption, color=ink, bold=is_bold, mirrors=False)
        width, height = label.texture_size
        start = {"left": x, "center": x - width / 2, "right": x - width}[side]
        label.size = width, height
        label.pos = round(min(max(start, self.x), self.right - width)), round(y - height / 2)
        self.add_widget(label)


class SizeChart(Column):
    """Title, legend, plot, and the same in one sentence."""

    item = ObjectProperty(None, allownone=True, rebind=True)

    def make_legend(self, item: Any) -> LegendEntry:
        """Return whose marks look how."""
        return LegendEntry(item=item)


def _colour(lane: int) -> Any:
    return theme.primary if lane == 0 else theme.same_day


def _mark(lane: int, x: float, y: float) -> None:
    side, ring = dp(_MARK_DP), dp(2)
    shape = SmoothEllipse if lane == 0 else Rectangle
    Color(*theme.surface)
    shape(pos=(x - side / 2 - ring, y - side / 2 - ring), size=(side + 2 * ring, side + 2 * ring))
    Color(*_colour(lane))
    shape(pos=(x - side / 2, y - side / 2), size=(side, side))


load_kv(__file__)
