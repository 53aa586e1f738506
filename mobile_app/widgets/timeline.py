"""The entries of a case as a small graph: one lane a tablet, forks and joins drawn as curves.

lane 0 is this tablet (circles), the others stand beside it (squares); a line joins an entry to those it builds on.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle, SmoothEllipse, SmoothLine
from kivy.metrics import dp
from kivy.properties import NumericProperty, ObjectProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout, Column, Hairline, mirrored_x

LANE_DP = 26
MOST_LANES = 3
_CURVE_STEPS = 16

Point = tuple[float, float]


class TimelineRow(BoxLayout):
    """One entry in words."""

    item = ObjectProperty(rebind=True)
    indent = NumericProperty(60)


class Timeline(Column):
    """Rows with the graph beside them."""

    items = ObjectProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rows: list[TimelineRow] = []
        self.fbind("items", self._fill)
        for name in ("pos", "size"):
            self.fbind(name, self._draw)
        theme.bind(is_rtl=self._draw)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        self._rows = []
        lanes = min(max((item.lane for item in self.items), default=0) + 1, MOST_LANES)
        indent = dp(34) + (lanes - 1) * dp(LANE_DP)
        for place, item in enumerate(self.items):
            if place:
                rule = BoxLayout(size_hint_y=None, height=theme.hairline, padding=(indent, 0, 0, 0))
                rule.add_widget(Hairline())
                self.add_widget(rule)
            row = TimelineRow(item=item, indent=indent)
            row.fbind("pos", self._draw)
            row.fbind("size", self._draw)
            self._rows.append(row)
            self.add_widget(row)
        self._draw()

    @property
    def start_x(self) -> float:
        """The side at which the lanes begin."""
        return mirrored_x(self, self.x)

    def _node(self, place: int) -> tuple[float, float]:
        lane = min(self.items[place].lane, MOST_LANES - 1)
        return mirrored_x(self, self.x + dp(12) + lane * dp(LANE_DP)), self._rows[place].center_y

    def _draw(self, *_: object) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*theme.primary)
            for place, item in enumerate(self.items):
                for parent in item.parents:
                    if 0 <= parent < len(self._rows):
                        self._join(self._node(parent), self._node(place))
            for place, item in enumerate(self.items):
                self._mark(self._node(place), item)

    def _join(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x1, y1), (x2, y2) = start, end
        if x1 == x2:
            SmoothLine(points=(x1, y1, x2, y2), width=dp(1.6))
            return
        # The curve leaves or reaches its lane beside the node of the main line, so that lines do not cross nodes.
        reach = min(dp(36), abs(y1 - y2) / 2)
        if abs(x2 - self.start_x) > abs(x1 - self.start_x):
            curve = _curve((x1, y1), (x1, y1 - reach), (x2, y1 - reach), (x2, y1 - 2 * reach))
            points = [*curve, x2, y2]
        else:
            curve = _curve((x1, y2 + 2 * reach), (x1, y2 + reach), (x2, y2 + reach), (x2, y2))
            points = [x1, y1, *curve]
        SmoothLine(points=points, width=dp(1.6))

    def _mark(self, node: tuple[float, float], item: Any) -> None:
        x, y = node
        colour = theme.same_day if item.badge is not None and item.badge.meaning == "differs" else theme.primary
        side, ring = dp(16), dp(3)
        shape = SmoothEllipse if item.is_own else Rectangle
        Color(*theme.surface)
        shape(pos=(x - side / 2 - ring, y - side / 2 - ring), size=(side + 2 * ring, side + 2 * ring))
        Color(*colour)
        shape(pos=(x - side / 2, y - side / 2), size=(side, side))


def _curve(start: Point, first: Point, second: Point, end: Point) -> list[float]:
    """Return the points of a cubic Bezier curve, one after the other: Kivy smooths lines, but not its own curves."""
    points: list[float] = []
    for step in range(_CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        for axis in (0, 1):
            corners = (start[axis], first[axis], second[axis], end[axis])
            points.append(sum(weight * corner for weight, corner in zip(weights, corners, strict=True)))
    return points


load_kv(__file__)
