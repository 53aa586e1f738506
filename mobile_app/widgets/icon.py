"""An icon, drawn from its lines at exactly the size it is shown in, in one colour.

Kivy's canvas draws no smooth line with round ends and joints, so the lines are drawn four times as large with Pillow
and averaged down; each drawing is kept as one texture and tinted on the canvas.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget
from PIL import Image, ImageDraw

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.icon_drawings import DRAWINGS, Shape

GRID = 24
POINTING = frozenset({"back", "onward"})
"""What points along the reading direction, and turns with it; ticks, clocks and the delete key do not."""
_OVERSAMPLING = 4


class Icon(Widget):
    """A drawing of `icon_drawings.py` by its name; an empty name draws nothing and takes no room."""

    name = StringProperty("")
    color = ColorProperty("#0F1F1E")
    side = NumericProperty(24)
    texture = ObjectProperty(None, allownone=True)
    is_rtl = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("name", self._draw)
        self.fbind("side", self._draw)
        self.fbind("is_rtl", self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        if not self.name:
            self.texture = None
            return
        is_turned = theme.is_rtl and self.name in POINTING
        self.texture = icon_texture(self.name, max(1, round(self.side)), is_turned)


@cache
def icon_texture(name: str, pixels: int, is_turned: bool = False) -> Texture:
    """Return the drawing as white with alpha."""
    large = pixels * _OVERSAMPLING
    mask = Image.new("L", (large, large), 0)
    pen = ImageDraw.Draw(mask)
    for shape in DRAWINGS[name]:
        _draw_shape(pen, shape, large / GRID, 255)
    mask = mask.reduce(_OVERSAMPLING).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    if is_turned:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    white = Image.new("L", mask.size, 255)
    texture = Texture.create(size=(pixels, pixels), colorfmt="rgba")
    texture.blit_buffer(Image.merge("RGBA", (white, white, white, mask)).tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _draw_shape(pen: ImageDraw.ImageDraw, shape: Shape, scale: float, ink: int) -> None:
    match shape:
        case ("hole", inner):
            _draw_shape(pen, inner, scale, 0)
        case ("disc", (x, y), radius):
            _dot(pen, x * scale, y * scale, radius * scale, ink)
        case ("line", points, width):
            scaled = [(x * scale, y * scale) for x, y in points]
            pen.line(scaled, fill=ink, width=max(1, round(width * scale)))
            for x, y in scaled:
                _dot(pen, x, y, width * scale / 2, ink)
        case ("polygon", points):
            scaled = [(x * scale, y * scale) for x, y in points]
            pen.polygon(scaled, fill=ink)
            _draw_shape(pen, ("line", (*points, points[0]), 1.2), scale, ink)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, ink: int) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


load_kv(__file__)
