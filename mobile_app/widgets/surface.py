"""A rounded rectangle to stand on: fill, outline, and for a card one soft shadow.

All three are nine fields of a small texture (`nine_patch.py`). What is not seen is not drawn: a clear fill, an outline
without colour, and the shadow's middle, which the card hides.
"""

from __future__ import annotations

from functools import cache
from math import erf, sqrt
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.nine_patch import box_texture, corner_of, lay, lay_box, nine_fields

SHADOW_MARGIN = 24
"""How far the shadow texture reaches beyond the card, and into it, in pixels of the texture."""
_BLUR = 14
_SHADOW_CORNER = 0.5 - 0.5 / (4 * SHADOW_MARGIN)
"""The share of the shadow texture's side that a corner takes: all but one pixel in its middle."""
SHADOW_STRENGTH = 0.09
"""How dark the shadow is at its darkest, under the card's edge."""


class Surface(Widget):
    """What a widget stands on."""

    fill = ColorProperty("#00000000")
    outline = ColorProperty("#00000000")
    outline_width = NumericProperty(0)
    radius = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._fill_colour, self._outline_colour = Color(), Color()
        self._fill_box, self._outline_box = nine_fields(), nine_fields(has_middle=False)
        stand = InstructionGroup()
        for instruction in (self._fill_colour, self._fill_box, self._outline_colour, self._outline_box):
            stand.add(instruction)
        self.canvas.before.insert(0, stand)
        draw = Clock.create_trigger(self._draw_surface, -1)
        for name in ("pos", "size", "fill", "outline", "outline_width", "radius"):
            self.fbind(name, draw)
        self._draw_surface()

    def _draw_surface(self, *_: object) -> None:
        line = round(2 * self.outline_width) / 2 if self.outline[3] else 0.0
        radius = round(2 * min(self.radius, self.width / 2, self.height / 2)) / 2
        # The fill ends in the middle of the outline, so that it shines through at neither side of it.
        self._draw_box(self._fill_box, self._fill_colour, self.fill, max(radius - line / 2, 0.0), line / 2, 0.0)
        self._draw_box(self._outline_box, self._outline_colour, self.outline if line else None, radius, 0.0, line)

    def _draw_box(self, box: Any, colour: Color, ink: Any, radius: float, inset: float, line: float) -> None:
        width, height = self.width - 2 * inset, self.height - 2 * inset
        if ink is None or not ink[3] or width <= 0 or height <= 0:
            box.vertices = []
            return
        colour.rgba = ink
        box.texture = box_texture(radius, line)
        lay_box(box, self.x + inset, self.y + inset, width, height, corner_of(radius, line))


class Panel(Surface, BoxLayout):
    """A surface that lays its children one under another and is as high as they are."""


class Card(Panel):
    """A white card with the one shadow of depth 1. An inset of 0 is the usual one."""

    inset_x = NumericProperty(0)
    inset_y = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shadow = nine_fields(shadow_texture(), has_middle=False)
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
        lay(self._shadow, across, [y - drop for y in up], _SHADOW_CORNER)


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
