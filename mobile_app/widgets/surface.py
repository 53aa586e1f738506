"""A rounded rectangle to stand on: fill, outline, and for a card one soft shadow.

The shadow is a nine-patch: one small texture for all cards, stretched in its middle, so a card costs one quad-set and
no shader.
"""

from __future__ import annotations

from functools import cache
from math import erf, sqrt
from typing import Any

from kivy.graphics import BorderImage, Color, InstructionGroup
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout

SHADOW_MARGIN = 24
"""How far the shadow texture reaches beyond the card, and into it, in pixels of the texture."""
_BLUR = 14
SHADOW_STRENGTH = 0.09
"""How dark the shadow is at its darkest, under the card's edge."""


class Surface(Widget):
    """What a widget stands on."""

    fill = ColorProperty("#00000000")
    outline = ColorProperty("#00000000")
    outline_width = NumericProperty(0)
    radius = NumericProperty(0)


class Panel(Surface, BoxLayout):
    """A surface that lays its children one under another and is as high as they are."""


class Card(Panel):
    """A white card with the one shadow of depth 1. An inset of 0 is the usual one."""

    inset_x = NumericProperty(0)
    inset_y = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        margin = SHADOW_MARGIN
        self._shadow = BorderImage(texture=shadow_texture(), border=(2 * margin - 1,) * 4, auto_scale="both_lower")
        shadow = InstructionGroup()
        shadow.add(Color(*theme.ink[:3], SHADOW_STRENGTH))
        shadow.add(self._shadow)
        self.canvas.before.insert(0, shadow)
        self.fbind("pos", self._place_shadow)
        self.fbind("size", self._place_shadow)
        self._place_shadow()

    def _place_shadow(self, *_: object) -> None:
        margin, drop = dp(SHADOW_MARGIN), dp(4)
        self._shadow.pos = (self.x - margin, self.y - margin - drop)
        self._shadow.size = (self.width + 2 * margin, self.height + 2 * margin)


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
