"""A rounded rectangle to stand on: fill, outline, and for a card one soft shadow.

The shadow is a nine-patch without its middle, where the card hides it: one small texture for all cards, no shader.
"""

from __future__ import annotations

from functools import cache
from math import erf, sqrt
from typing import Any

from kivy.graphics import Color, InstructionGroup, Mesh
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import AliasProperty, ColorProperty, NumericProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout

SHADOW_MARGIN = 24
"""How far the shadow texture reaches beyond the card, and into it, in pixels of the texture."""
_BLUR = 14
_HALF_A_PIXEL = 0.5 / (4 * SHADOW_MARGIN)
_FRAME = [
    corner
    for row in range(3)
    for column in range(3)
    if (row, column) != (1, 1)
    for corner in (
        *(4 * row + column, 4 * row + column + 1, 4 * row + column + 5),
        *(4 * row + column, 4 * row + column + 5, 4 * row + column + 4),
    )
]
"""Two triangles for each of the eight outer fields of a net of four by four points."""
SHADOW_STRENGTH = 0.09
"""How dark the shadow is at its darkest, under the card's edge."""


class Surface(Widget):
    """What a widget stands on."""

    fill = ColorProperty("#00000000")
    outline = ColorProperty("#00000000")
    outline_width = NumericProperty(0)
    radius = NumericProperty(0)

    def _drawn_outline(self) -> float:
        return float(self.outline_width) if self.outline[3] else 0.0

    drawn_outline = AliasProperty(_drawn_outline, bind=("outline", "outline_width"))
    """How wide the outline is that is seen; 0 for one without colour."""


class Panel(Surface, BoxLayout):
    """A surface that lays its children one under another and is as high as they are."""


class Card(Panel):
    """A white card with the one shadow of depth 1. An inset of 0 is the usual one."""

    inset_x = NumericProperty(0)
    inset_y = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shadow = Mesh(texture=shadow_texture(), mode="triangles", indices=_FRAME)
        shadow = InstructionGroup()
        shadow.add(Color(*theme.ink[:3], SHADOW_STRENGTH))
        shadow.add(self._shadow)
        self.canvas.before.insert(0, shadow)
        self.fbind("pos", self._place_shadow)
        self.fbind("size", self._place_shadow)
        self._place_shadow()

    def _place_shadow(self, *_: object) -> None:
        margin, drop = dp(SHADOW_MARGIN), dp(4)
        inward_x, inward_y = min(margin, self.width / 2), min(margin, self.height / 2)
        # Not `right` and `top`: while pos or size change they may still be those of before.
        right, top = self.x + self.width, self.y + self.height
        across = (self.x - margin, self.x + inward_x, right - inward_x, right + margin)
        up = (self.y - margin, self.y + inward_y, top - inward_y, top + margin)
        on_texture = (0, 0.5 - _HALF_A_PIXEL, 0.5 + _HALF_A_PIXEL, 1)
        self._shadow.vertices = [
            number
            for y, v in zip(up, on_texture, strict=True)
            for x, u in zip(across, on_texture, strict=True)
            for number in (x, y - drop, u, v)
        ]


@cache
def shadow_texture() -> Texture:
    """Return the shadow of a box, white with alpha, blurred as a Gaussian of half the blur radius would."""
    side = 4 * SHADOW_MARGIN
    sigma = _BLUR / 2
    low, high = SHADOW_MARGIN, side - SHADOW_MARGIN

    def coverage(position: float) -> float:
        return (erf((position - low) / (sigma * sqrt(2))) - erf((position - high) / (sigma * sqrt(2)))) / 2

    profile = [coverage(index + 0.5) for index in range(side)]
    pixels = bytearray()
    for row in profile:
        for column in profile:
            pixels += bytes((255, 255, 255, round(255 * row * column)))
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture


load_kv(__file__)
