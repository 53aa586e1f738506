"""A QR code as large as its place allows, each module a whole number of pixels, so that a camera sees sharp edges."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget


class QrCode(Widget):
    """Draws `modules`: rows from the top, a byte of 1 for a dark module. It is never mirrored and never tinted."""

    modules = ObjectProperty(())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._ink = Color(1, 1, 1, 0)
            self._square = Rectangle()
        self.fbind("modules", self._take)
        self.fbind("pos", self._place)
        self.fbind("size", self._place)
        self._take()

    def _take(self, *_: object) -> None:
        side = len(self.modules)
        self._ink.a = 1 if side else 0
        if side:
            texture = Texture.create(size=(side, side), colorfmt="luminance")
            texture.mag_filter = texture.min_filter = "nearest"
            # A texture begins at the foot.
            rows = (bytes(255 * (1 - one) for one in row) for row in reversed(self.modules))
            texture.blit_buffer(b"".join(rows), colorfmt="luminance", bufferfmt="ubyte")
            self._square.texture = texture
        self._place()

    def _place(self, *_: object) -> None:
        side = len(self.modules)
        if side:
            drawn = max(1, int(min(self.width, self.height)) // side) * side
            self._square.size = (drawn, drawn)
            self._square.pos = (round(self.center_x - drawn / 2), round(self.center_y - drawn / 2))
