"""The body map as geometry: the paths of `assets/bodymap.svg`, and which region a finger meant. No Kivy in here.

Each figure (`front`, `back`, four insets) keeps its own coordinates, y downwards. All paths are straight segments, so
the points that are drawn are the points that are hit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path
from xml.etree import ElementTree  # noqa: S405 (our own drawing, read from the app's folder)

Point = tuple[float, float]
Polyline = tuple[Point, ...]

SVG = Path(__file__).resolve().parents[2] / "assets" / "bodymap.svg"
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")

TAB_ORDER = (
    "shoulder", "upper_arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb",
    "hip", "thigh", "knee", "lower_leg", "ankle", "heel", "foot", "toe",
)  # fmt: skip
"""In which order the keyboard walks the regions of one side."""
HAND_REGIONS = frozenset({"hand", "finger", "thumb", "wrist"})
FOOT_REGIONS = frozenset({"foot", "toe", "heel", "ankle"})
INSETS = {"hand": ("inset-hand-dorsal", "inset-hand-palmar"), "foot": ("inset-foot-top", "inset-foot-sole")}


@dataclass(frozen=True, slots=True)
class BodyPath:
    """One path: its kind (`outline`, `region`, `still`, `detail`, `nail`, `eye`) and its closed or open pieces."""

    kind: str
    region: str
    side: str
    pieces: tuple[Polyline, ...]
    is_closed: bool

    def contains(self, point: Point) -> bool:
        """Return whether the point lies inside, by the even-odd rule."""
        return sum(_crossings(piece, point) for piece in self.pieces) % 2 == 1

    def distance(self, point: Point) -> float:
        """Return how far the point is from the nearest edge."""
        return min(_segment_distance(point, a, b) for piece in self.pieces for a, b in _edges(piece))


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing with its paths in drawing order, and the box round its outline."""

    name: str
    paths: tuple[BodyPath, ...]
    left: float
    top: float
    right: float
    bottom: float

    def region_at(self, point: Point, reach: float) -> BodyPath | None:
        """Return the region under the point, otherwise the nearest one within `reach`."""
        regions = [path for path in self.paths if path.kind == "region"]
        for path in regions:
            if path.contains(point):
                return path
        nearest = min(regions, key=lambda path: path.distance(point))
        return nearest if nearest.distance(point) <= reach else None


def inset_kind(region: str) -> str:
    """Return `hand` or `foot` for a region that has an enlarged drawing, otherwise an empty text."""
    return "hand" if region in HAND_REGIONS else "foot" if region in FOOT_REGIONS else ""


@cache
def figures() -> dict[str, Figure]:
    """Return the figures of the drawing by name."""
    root = ElementTree.parse(SVG).getroot()  # noqa: S314 (our own drawing)
    return {group.attrib["id"]: _figure(group) for group in root.iter(f"{_NAMESPACE}g")}


def _figure(group: ElementTree.Element) -> Figure:
    paths = tuple(_path(element) for element in group.iter(f"{_NAMESPACE}path"))
    points = [point for path in paths if path.kind == "outline" for piece in path.pieces for point in piece]
    horizontal, vertical = [x for x, _ in points], [y for _, y in points]
    return Figure(group.attrib["id"], paths, min(horizontal), min(vertical), max(horizontal), max(vertical))


def _path(element: ElementTree.Element) -> BodyPath:
    drawing = element.attrib["d"]
    pieces = []
    for part in drawing.split("M")[1:]:
        numbers = [float(number) for number in _NUMBERS.findall(part)]
        pieces.append(tuple(zip(numbers[::2], numbers[1::2], strict=True)))
    return BodyPath(
        kind=element.attrib["class"],
        region=element.attrib.get("data-region", ""),
        side=element.attrib.get("data-side", ""),
        pieces=tuple(pieces),
        is_closed="Z" in drawing,
    )


def _edges(piece: Polyline) -> list[tuple[Point, Point]]:
    return list(zip(piece, piece[1:] + piece[:1], strict=True))


def _crossings(piece: Polyline, point: Point) -> int:
    x, y = point
    return sum(
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in _edges(piece)
    )


def _segment_distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))
