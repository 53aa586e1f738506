"""The body map: figures drawn from their paths, coloured and tapped region by region.

Fills are tessellated; a smooth line of the same colour runs round each, because a mesh has ragged edges. Left stays
left in every language: the map is never mirrored but for the insets, which are drawn for the left and serve both sides.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Mesh, PopMatrix, PushMatrix, Scale, SmoothLine, Translate
from kivy.graphics.tesselator import TYPE_POLYGONS, WINDING_ODD, Tesselator
from kivy.input import MotionEvent
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import theme
from mobile_app.widgets.body_drawing import TAB_ORDER, BodyPath, figures

REACH_DP = 24
"""A tap this near to a region that is smaller than a finger still means it."""


class RegionStop:
    """A region as a place of the keyboard."""

    def __init__(self, figure: BodyFigure, path: BodyPath) -> None:
        self._figure = figure
        self.path = path

    @property
    def is_focused(self) -> bool:
        """Whether the ring stands round this region."""
        return self._figure.focused is self.path

    @is_focused.setter
    def is_focused(self, is_focused: bool) -> None:
        if is_focused or self.is_focused:
            self._figure.focused = self.path if is_focused else None

    def press_by_keyboard(self) -> None:
        """Do what a tap on the region does."""
        self._figure.dispatch("on_region", self.path.region, self.path.side or self._figure.side)

    def get_root_window(self) -> Any:
        return self._figure.get_root_window()


class BodyFigure(Widget):
    """One figure. `chosen` holds (region, side) pairs; `on_region` gives the region and the child's own side.

    An inset has no side of its own: it shows `side`, mirrored for the right.
    """

    figure = StringProperty("front")
    side = StringProperty("left")
    chosen = ObjectProperty(frozenset())
    is_still = BooleanProperty(False)
    has_keys = BooleanProperty(False)
    """Tab walks its regions. One figure of a map is enough: the others show the same places."""
    focused = ObjectProperty(None, allownone=True)

    __events__ = ("on_region",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._colours: list[tuple[Color, BodyPath]] = []
        self._pressed: BodyPath | None = None
        self._stops: list[RegionStop] = []
        # Once a frame at most: a layout moves and resizes a widget several times before it stands.
        draw = Clock.create_trigger(self._draw, -1)
        for name in ("figure", "side", "pos", "size"):
            self.fbind(name, draw)
        self.fbind("chosen", self._paint)
        self.fbind("focused", self._draw_ring)
        draw()

    @property
    def scale(self) -> float:
        """Pixels for one unit of the drawing."""
        drawing = figures()[self.figure]
        return min(self.width / (drawing.right - drawing.left + 4), self.height / (drawing.bottom - drawing.top + 4))

    def region_center(self, region: str, side: str = "") -> tuple[float, float]:
        """Return a point inside a region, in the widget's own window coordinates, for tests and keyboards."""
        for path in figures()[self.figure].paths:
            if path.kind == "region" and path.region == region and side in ("", path.side or side):
                return self._to_pixels(_inner_point(path))
        raise KeyError(region)

    def key_stops(self) -> list[RegionStop]:
        """Return the regions from shoulder to toe, the child's right first."""
        if self.is_still or not self.has_keys:
            return []
        if not self._stops:
            paths = [path for path in figures()[self.figure].paths if path.kind == "region"]
            paths.sort(key=lambda path: (path.side != "right", TAB_ORDER.index(path.region)))
            self._stops = [RegionStop(self, path) for path in paths]
        return self._stops

    def on_region(self, region: str, side: str) -> None:
        """Tell which region was tapped."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Colour the region under the finger in the same frame."""
        if self.is_still or self.disabled or not self.collide_point(*touch.pos):
            return False
        path = figures()[self.figure].region_at(self._to_units(touch.pos), dp(REACH_DP) / self.scale)
        if path is None:
            return False
        self._pressed = path
        touch.grab(self)
        self._paint()
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Choose the region that was pressed."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        path, self._pressed = self._pressed, None
        self._paint()
        if path is not None:
            self.dispatch("on_region", path.region, path.side or self.side)
        return True

    def _is_chosen(self, path: BodyPath) -> bool:
        return (path.region, path.side or self.side) in self.chosen

    def _paint(self, *_: object) -> None:
        for colour, path in self._colours:
            if path is self._pressed:
                colour.rgba = theme.skin_pressed
            else:
                colour.rgba = theme.primary if self._is_chosen(path) else theme.skin

    def _is_mirrored(self) -> bool:
        # The palm and the sole stand mirrored in the file; the right hand mirrors once more.
        return (self.figure in ("inset-hand-palmar", "inset-foot-sole")) != (
            self.figure.startswith("inset") and self.side == "right"
        )

    def _origin(self) -> tuple[float, float, float]:
        """Return where the drawing's left top corner is, and which way x runs."""
        drawing = figures()[self.figure]
        width, height = (drawing.right - drawing.left) * self.scale, (drawing.bottom - drawing.top) * self.scale
        left, top = self.x + (self.width - width) / 2, self.y + (self.height + height) / 2
        direction = -1 if self._is_mirrored() else 1
        x = left - drawing.left * self.scale if direction > 0 else left + drawing.right * self.scale
        return x, top + drawing.top * self.scale, direction

    def _to_pixels(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y, direction = self._origin()
        return x + direction * point[0] * self.scale, y - point[1] * self.scale

    def _to_units(self, position: tuple[float, float]) -> tuple[float, float]:
        x, y, direction = self._origin()
        return direction * (position[0] - x) / self.scale, (y - position[1]) / self.scale

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        self._colours = []
        if self.width < 2 or self.height < 2 or self.scale <= 0:
            return
        x, y, direction = self._origin()
        scale = self.scale
        with self.canvas:
            PushMatrix()
            Translate(x, y, 0)
            Scale(direction * scale, -scale, 1)
            for path in figures()[self.figure].paths:
                if path.kind != "detail":
                    self._fill_path(path, 1 / scale)
            for path in figures()[self.figure].paths:
                if path.kind in ("detail", "outline", "nail"):
                    self._stroke_path(path, 1 / scale)
            PopMatrix()
        self._paint()
        self._draw_ring()

    def _draw_ring(self, *_: object) -> None:
        self.canvas.after.clear()
        if self.focused is None:
            return
        with self.canvas.after:
            for colour, width in ((theme.surface, 3 * theme.focus_ring), (theme.focus, theme.focus_ring)):
                Color(*colour)
                for piece in self.focused.pieces:
                    points = [number for point in piece for number in self._to_pixels(point)]
                    SmoothLine(points=points, close=True, width=width / 2)

    def _fill_path(self, path: BodyPath, pixel: float) -> None:
        fills = {"outline": theme.surface, "region": theme.skin, "still": theme.skin_still,
                 "nail": theme.surface, "eye": theme.skin_outline}  # fmt: skip
        colour = Color(*fills[path.kind])
        for vertices, indices in _tessellated(path):
            Mesh(vertices=vertices, indices=indices, mode="triangle_fan")
        if path.kind == "region":
            self._colours.append((colour, path))
        if path.kind != "outline":
            for piece in path.pieces:
                SmoothLine(points=_flat(piece), close=True, width=0.1 * pixel, overdraw_width=0.7 * pixel)

    def _stroke_path(self, path: BodyPath, pixel: float) -> None:
        Color(*(theme.skin_outline if path.kind == "outline" else theme.skin_detail))
        width = min(1.0, max(0.4, 1.3 * self.scale)) * pixel if path.kind == "outline" else 0.45 * pixel
        for piece in path.pieces:
            SmoothLine(points=_flat(piece), close=path.is_closed, width=width, overdraw_width=0.9 * pixel)


def _flat(piece: tuple[tuple[float, float], ...]) -> list[float]:
    return [number for point in piece for number in point]


_meshes: dict[int, list[tuple[list[float], list[int]]]] = {}


def _tessellated(path: BodyPath) -> list[tuple[list[float], list[int]]]:
    """Return the fans that fill the path, computed once."""
    key = id(path)
    if key not in _meshes:
        tesselator = Tesselator()
        for piece in path.pieces:
            tesselator.add_contour(_flat(piece))
        tesselator.tesselate(WINDING_ODD, TYPE_POLYGONS)
        _meshes[key] = [(vertices, indices) for vertices, indices in tesselator.meshes]
    return _meshes[key]


def _inner_point(path: BodyPath) -> tuple[float, float]:
    """Return the middle of the largest triangle of the fill: surely inside."""
    best, largest = path.pieces[0][0], -1.0
    for vertices, _indices in _tessellated(path):
        corners = [(vertices[i], vertices[i + 1]) for i in range(0, len(vertices), 4)]
        first = corners[0]
        for second, third in zip(corners[1:], corners[2:], strict=False):
            area = abs((second[0] - first[0]) * (third[1] - first[1]) - (third[0] - first[0]) * (second[1] - first[1]))
            if area > largest:
                largest = area
                best = ((first[0] + second[0] + third[0]) / 3, (first[1] + second[1] + third[1]) / 3)
    return best
