"""A figure of the body map to look at: drawn once and kept as a picture, because its lines cost a third of a frame.

It is drawn again when what it shows or its size changes. The picture goes with its widget; nothing else keeps it.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import ClearBuffers, ClearColor, Color, Fbo, Rectangle
from kivy.properties import ColorProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.widgets.body_map import BodyFigure


class StillFigure(Widget):
    """Shows what a `BodyFigure` of these properties shows, on an opaque `ground`."""

    figure = StringProperty("front")
    side = StringProperty("left")
    chosen = ObjectProperty(frozenset())
    ground = ColorProperty("#F5F8F7")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._drawing = BodyFigure(is_still=True)
        self._picture: Fbo | None = None
        self._place = Rectangle()
        draw = Clock.create_trigger(self._draw, -1)
        for name in ("figure", "side", "chosen", "ground", "size"):
            self.fbind(name, draw)
        self.fbind("pos", self._move)
        draw()

    def _move(self, *_: object) -> None:
        # By whole pixels, so that the picture stays sharp.
        self._place.pos = round(self.x), round(self.y)

    def _draw(self, *_: object) -> None:
        size = round(self.width), round(self.height)
        self.canvas.clear()
        self._picture = None
        # A picture without a pixel cannot be made.
        if min(size) < 2:
            return
        drawing = self._drawing
        drawing.size, drawing.figure, drawing.side, drawing.chosen = size, self.figure, self.side, self.chosen
        drawing.pos = 0, 0
        self._picture = Fbo(size=size)
        self._picture.add(ClearColor(*self.ground))
        self._picture.add(ClearBuffers())
        self._picture.add(drawing.canvas)
        self._place.texture, self._place.size = self._picture.texture, size
        self._move()
        for instruction in (self._picture, Color(1, 1, 1, 1), self._place):
            self.canvas.add(instruction)
