"""Rounded rectangles and outlines from one small texture each, laid over a net of four by four points.

    corner │ edge   │ corner        The corners keep their size, the edges and the middle are stretched. An outline
    edge   │ middle │ edge          leaves its middle out.
    corner │ edge   │ corner

A software renderer draws nine such fields in a third of the time of a fan of triangles from the middle, and changing a
size costs sixteen points. The textures are white and are tinted; their edges are smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil, hypot

from kivy.graphics import Mesh
from kivy.graphics.texture import Texture

_FIELDS = [(row, column) for row in range(3) for column in range(3)]


def _corners(fields: Sequence[tuple[int, int]]) -> list[int]:
    """Return two triangles for each field, by the numbers of the net's points."""
    corners = []
    for row, column in fields:
        start = 4 * row + column
        corners += [start, start + 1, start + 5, start, start + 5, start + 4]
    return corners


_ALL = _corners(_FIELDS)
_FRAME = _corners([field for field in _FIELDS if field != (1, 1)])


def nine_fields(texture: Texture | None = None, *, has_middle: bool = True) -> Mesh:
    """Return the drawing, which `lay` puts into place."""
    return Mesh(texture=texture, mode="triangles", indices=_ALL if has_middle else _FRAME)


def lay(mesh: Mesh, across: Sequence[float], up: Sequence[float], corner_share: float) -> None:
    """Put the net's points at four x and four y. A corner takes `corner_share` of the texture's side."""
    on_texture = (0.0, corner_share, 1 - corner_share, 1.0)
    mesh.vertices = [
        number
        for y, v in zip(up, on_texture, strict=True)
        for x, u in zip(across, on_texture, strict=True)
        for number in (x, y, u, v)
    ]


def lay_box(mesh: Mesh, x: float, y: float, width: float, height: float, corner: float) -> None:
    """Lay a box by whole pixels. `corner` is that of its texture; where there is no room, the corners shrink."""
    left, low, right, top = round(x), round(y), round(x + width), round(y + height)
    inward = min(corner, (right - left) / 2, (top - low) / 2)
    lay(
        mesh,
        (left, left + inward, right - inward, right),
        (low, low + inward, top - inward, top),
        corner / (2 * corner + 1),
    )


def corner_of(radius: float, line: float = 0) -> int:
    """Return the side in pixels of a corner field."""
    return ceil(max(radius, line)) + 1


@cache
def box_texture(radius: float, line: float = 0) -> Texture:
    """Return a rounded box, or with `line` its outline of that width, both in pixels: white with alpha."""
    corner = corner_of(radius, line)
    side = 2 * corner + 1
    pixels = bytearray()
    for row in range(side):
        for column in range(side):
            alpha = _coverage(column, row, side, 0, radius)
            if line:
                alpha -= _coverage(column, row, side, line, max(radius - line, 0))
            pixels += bytes((255, 255, 255, round(255 * alpha)))
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    # Corners are drawn pixel for pixel and the rest is one colour: nothing to mix, and a third less work in software.
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _coverage(column: int, row: int, side: int, inset: float, radius: float) -> float:
    """Return how much of a pixel lies in the rounded box that is `inset` from the texture's edge."""
    reach = side / 2 - inset - radius
    beyond_x = max(abs(column + 0.5 - side / 2) - reach, 0)
    beyond_y = max(abs(row + 0.5 - side / 2) - reach, 0)
    return min(max(radius + 0.5 - hypot(beyond_x, beyond_y), 0.0), 1.0)
