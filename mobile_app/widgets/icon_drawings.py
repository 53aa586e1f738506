"""The icons as lines, circles and polygons on a grid of 24, y downwards; drawn for Handwise.

A stroke is 2 wide with round ends unless it names its own width. `hole` cuts out of what was drawn before it.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

Point = tuple[float, float]
Shape = tuple[Any, ...]


def line(*points: Point, width: float = 2) -> Shape:
    """Return a polyline."""
    return ("line", points, width)


def arc(x: float, y: float, radius: float, start: float, end: float, width: float = 2) -> Shape:
    """Return a part of a circle, in degrees clockwise from three o'clock."""
    steps = max(4, round(abs(end - start) / 10))
    angles = [(start + (end - start) * step / steps) * pi / 180 for step in range(steps + 1)]
    return ("line", tuple((x + radius * cos(angle), y + radius * sin(angle)) for angle in angles), width)


def circle(x: float, y: float, radius: float, width: float = 2) -> Shape:
    """Return an outlined circle."""
    return arc(x, y, radius, 0, 360, width)


def disc(x: float, y: float, radius: float) -> Shape:
    """Return a filled circle."""
    return ("disc", (x, y), radius)


def polygon(*points: Point) -> Shape:
    """Return a filled polygon with slightly rounded corners."""
    return ("polygon", points)


def hole(shape: Shape) -> Shape:
    """Return a shape that cuts instead of drawing."""
    return ("hole", shape)


def _rounded_box(left: float, top: float, right: float, bottom: float, radius: float) -> Shape:
    corners = ((right - radius, top + radius, 270), (right - radius, bottom - radius, 0),
               (left + radius, bottom - radius, 90), (left + radius, top + radius, 180))  # fmt: skip
    points: list[Point] = []
    for x, y, start in corners:
        for step in range(5):
            angle = (start + step * 22.5) * pi / 180
            points.append((x + radius * cos(angle), y + radius * sin(angle)))
    return ("line", (*points, points[0]), 2)


_CLOUD = (
    arc(8, 14, 4, 90, 262),
    arc(12.5, 10.2, 5, 186, 340),
    arc(17.4, 14.4, 3.6, 282, 450),
    line((8, 18), (17.4, 18)),
)
_GEAR = tuple(
    (12 + radius * cos(angle * pi / 180), 12 + radius * sin(angle * pi / 180))
    for tooth in range(8)
    for angle, radius in (
        (45 * tooth - 15, 7.2), (45 * tooth - 9, 9.6), (45 * tooth + 9, 9.6), (45 * tooth + 15, 7.2),
    )
)  # fmt: skip
_OCTAGON = polygon(*((12 + 10 * cos((22.5 + 45 * k) * pi / 180), 12 + 10 * sin((22.5 + 45 * k) * pi / 180))
                     for k in range(8)))  # fmt: skip

DRAWINGS: dict[str, tuple[Shape, ...]] = {
    "back": (line((14.5, 5), (8, 12), (14.5, 19)),),
    "onward": (line((9.5, 5), (16, 12), (9.5, 19)),),
    "up": (line((5, 15), (12, 8.5), (19, 15)),),
    "down": (line((5, 9), (12, 15.5), (19, 9)),),
    "tick": (line((4.5, 12.5), (9.8, 17.8), (19.5, 7)),),
    "cross": (line((5.5, 5.5), (18.5, 18.5)), line((18.5, 5.5), (5.5, 18.5))),
    "dot": (disc(12, 12, 3.4),),
    "plus": (line((12, 4), (12, 20)), line((4, 12), (20, 12))),
    "unknown": (
        circle(12, 12, 9), arc(12, 9.7, 2.7, 180, 400), line((13.9, 11.6), (12, 13.2), (12, 13.9)),
        disc(12, 17, 1.25),
    ),
    "not_possible": (circle(12, 12, 9), line((5.8, 5.8), (18.2, 18.2))),
    "info": (circle(12, 12, 9), line((12, 11), (12, 16.5)), disc(12, 7.6, 1.3)),
    "shield": (
        line((12, 3), (19.5, 5.6), (19.5, 11.5), (18.2, 16), (12, 21), (5.8, 16), (4.5, 11.5), (4.5, 5.6), (12, 3)),
    ),
    "lock": (
        _rounded_box(5, 10.5, 19, 20.5, 2), arc(12, 8, 4.2, 180, 360), line((7.8, 8), (7.8, 10)),
        line((16.2, 8), (16.2, 10)),
    ),
    "cloud_sent": (*_CLOUD, line((9.4, 13.2), (11.6, 15.2), (15.2, 11.2), width=1.8)),
    "cloud_sending": (*_CLOUD, line((12, 22), (12, 12.6)), line((9, 15), (12, 12), (15, 15))),
    "cloud_off": (*_CLOUD, line((3.5, 3.5), (20.5, 20.5))),
    "clock": (circle(12, 12, 9), line((12, 6.8), (12, 12), (15.4, 14))),
    "emergency": (_OCTAGON, hole(line((12, 6.8), (12, 12.8), width=2.6)), hole(disc(12, 16.7, 1.5))),
    "same_day": (
        polygon((12, 3), (22, 20.5), (2, 20.5)), hole(line((12, 9), (12, 14), width=2.3)),
        hole(disc(12, 17.2, 1.35)),
    ),
    "within_days": (
        _rounded_box(3.5, 5, 20.5, 20.5, 2), line((3.5, 10), (20.5, 10)), line((8, 2.8), (8, 6.6)),
        line((16, 2.8), (16, 6.6)),
    ),
    "routine": (circle(12, 12, 9), line((7.8, 12.4), (10.8, 15.3), (16.2, 9.2))),
    "differs": (
        line((12, 21.5), (12, 15)), line((12, 15), (8.4, 12.2), (6.6, 9), (6, 3)),
        line((12, 15), (15.6, 12.2), (17.4, 9), (18, 3)),
    ),
    "message": (line((4, 4.5), (20, 4.5), (20, 16), (11, 16), (7, 20), (7, 16), (4, 16), (4, 4.5)),),
    "pencil": (
        line((4.2, 19.8), (5.4, 15), (16.2, 4.2), (19.8, 7.8), (9, 18.6), (4.2, 19.8)),
        line((13.6, 6.8), (17.2, 10.4)),
    ),
    "list": (
        line((9.5, 6), (20, 6)), line((9.5, 12), (20, 12)), line((9.5, 18), (20, 18)), disc(4.6, 6, 1.4),
        disc(4.6, 12, 1.4), disc(4.6, 18, 1.4),
    ),
    "delete": (
        line((8, 5), (21, 5), (21, 19), (8, 19), (2, 12), (8, 5)), line((11, 9), (17, 15)), line((17, 9), (11, 15)),
    ),
    "xray": (
        _rounded_box(4.5, 2.5, 19.5, 21.5, 2), line((9.6, 15.6), (14.4, 8.4), width=2.6), disc(8.8, 15.2, 1.6),
        disc(10.4, 16.6, 1.6), disc(13.6, 7.4, 1.6), disc(15.2, 8.8, 1.6),
    ),
    "test": (
        line((9, 3), (15, 3)),
        line((10, 3), (10, 9), (4.8, 18.6), (6.2, 21), (17.8, 21), (19.2, 18.6), (14, 9), (14, 3)),
        line((7.6, 15), (16.4, 15)),
    ),
    "book": (line((19, 16.5), (7, 16.5), (5.2, 18.6), (7, 21), (19, 21), (19, 3), (7, 3), (5.2, 4.8), (5.2, 18.6)),),
    "document": (
        line((6, 3), (14, 3), (18.5, 7.5), (18.5, 21), (6, 21), (6, 3)), line((9.5, 12.5), (15, 12.5)),
        line((9.5, 16.5), (15, 16.5)), line((13.6, 3.4), (13.6, 8), (18, 8)),
    ),
    "send": (line((21, 3), (14, 21), (10.6, 13.4), (3, 10), (21, 3)), line((10.6, 13.4), (14.6, 9.4))),
    "flag": (line((5, 21), (5, 4), (18.5, 4), (15.5, 8.5), (18.5, 13), (5, 13)),),
    "search": (circle(10.5, 10.5, 6.5), line((15.4, 15.4), (20.5, 20.5))),
    "refresh": (arc(12, 12, 8, -60, 200), line((16.5, 1.8), (16.2, 5.4), (19.8, 5.9))),
    "hand": (
        arc(7.1, 8.2, 1.5, 180, 360), line((5.6, 8.2), (5.6, 15.2)), line((8.6, 8.2), (8.6, 11.5)),
        arc(10.1, 5.2, 1.5, 180, 360), line((8.6, 5.2), (8.6, 9)), line((11.6, 5.2), (11.6, 11)),
        arc(13.1, 4.4, 1.5, 180, 360), line((14.6, 4.4), (14.6, 11)), line((11.6, 4.4), (11.6, 6)),
        arc(16.1, 6.6, 1.5, 180, 360), line((14.6, 6.6), (14.6, 9)), line((17.6, 6.6), (17.6, 15.4)),
        arc(11.6, 15.2, 6, 0, 180), line((5.6, 15.2), (5.6, 12.6)),
    ),
    "foot": (
        line((8, 3), (8, 12.5), (4.6, 16.6), (4.6, 19), (6, 20.5), (17, 20.5), (19.6, 19.2), (19.6, 17.4),
             (14.6, 14), (14.6, 3)),
    ),
    "settings": (line(*_GEAR, _GEAR[0]), circle(12, 12, 3)),
    "globe": (
        circle(12, 12, 9), line((3, 12), (21, 12)), line((12, 3), (12, 21)), arc(20.5, 12, 12.3, 133, 227),
        arc(3.5, 12, 12.3, -47, 47),
    ),
    "clinic": (
        line((4, 21), (4, 9), (12, 3), (20, 9), (20, 21), (4, 21)), line((12, 9.5), (12, 16.5)),
        line((8.5, 13), (15.5, 13)),
    ),
    "people": (
        circle(9, 8, 3.4), arc(9, 20, 6.2, 180, 360), line((2.8, 20), (15.2, 20)), arc(15.6, 8, 3.4, -80, 80),
        arc(15, 20, 6.2, -60, 0), line((18.4, 20), (21.2, 20)),
    ),
    "text_size": (
        line((2.5, 18.5), (8.4, 4.5), (14.3, 18.5)), line((4.9, 13.5), (11.9, 13.5)),
        line((15.2, 18.5), (18.5, 10.5), (21.8, 18.5)), line((16.6, 15.6), (20.4, 15.6)),
    ),
    "logo": (
        line((7.4, 13), (6.8, 7.2), width=2.6), line((10.3, 12), (9.9, 4.2), width=2.6),
        line((13.3, 12), (13.5, 4.2), width=2.6),
        line((16, 13), (16.9, 7.0), width=2.5), line((16.2, 18), (19.3, 15), (20.4, 11.8), width=2.5),
        polygon((6.6, 11), (16.8, 11), (17.2, 16.4), (15.4, 20), (12.5, 21.2), (9.4, 20), (7.2, 17)),
        hole(circle(11.9, 15.8, 2.6, width=1.6)),
    ),
}  # fmt: skip
