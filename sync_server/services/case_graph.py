"""Where each entry and review of a case is drawn: one lane per tablet and one for the coordinators.

column of an entry    the longest way to it from the first entry, so parents always stand before children
column of a review    after everything that the server had when it was written
a line                stays in the parent's lane while that is free, and then turns into the child's
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.entry import Entry, EntryId

LANE_HEIGHT = 72
_LANE_GAP = 8
_COLUMN = 108
_FIRST_COLUMN = 148
_NODE_UP = 10


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """An entry or review with what stands beside it. `kind` is `entry`, `differs` or `review`."""

    x: int
    y: int
    kind: str
    label: str
    under_label: str
    note: str


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as an SVG path. Lines to reviews are dashed."""

    path: str
    is_review: bool


@dataclass(frozen=True, slots=True)
class PlacedLane:
    """A lane with its name."""

    y: int
    height: int
    name: str
    under_name: str


@dataclass(frozen=True, slots=True)
class CaseGraph:
    """The whole drawing, in CSS pixels."""

    width: int
    height: int
    lanes: tuple[PlacedLane, ...]
    lines: tuple[PlacedLine, ...]
    nodes: tuple[PlacedNode, ...]


@dataclass(frozen=True, slots=True)
class DrawnEntry:
    """What the drawing needs of an entry."""

    entry: Entry
    lane: int
    label: str
    under_label: str
    differing: str


@dataclass(frozen=True, slots=True)
class DrawnReview:
    """What the drawing needs of a review: `seen` are the heads of the case when it was written."""

    seen: tuple[EntryId, ...]
    label: str
    under_label: str


def draw(lanes: Sequence[tuple[str, str]], entries: Sequence[DrawnEntry], reviews: Sequence[DrawnReview]) -> CaseGraph:
    """Return the drawing of entries in causal order, and of reviews in the order in which they were written.

    `lanes` names the tablets' lanes; the coordinators' lane follows if there is a review.
    """
    columns = _columns(entries)
    lane_of = {drawn.entry.id: drawn.lane for drawn in entries}
    taken = {(drawn.lane, columns[drawn.entry.id]) for drawn in entries}
    nodes = [
        PlacedNode(
            _x(columns[drawn.entry.id]),
            _y(drawn.lane),
            "differs" if drawn.differing else "entry",
            drawn.label,
            drawn.under_label,
            drawn.differing,
        )
        for drawn in entries
    ]
    lines = [
        PlacedLine(_path((lane_of[parent], columns[parent]), (drawn.lane, columns[drawn.entry.id]), taken), False)
        for drawn in entries
        for parent in drawn.entry.parents
        if parent in columns
    ]
    named = list(lanes)
    last_review = -1
    if reviews:
        desk = len(named)
        named.append(("Coordinator", "this desk"))
        for review in reviews:
            column = max([columns[seen] + 1 for seen in review.seen if seen in columns] + [last_review + 1])
            nodes.append(PlacedNode(_x(column), _y(desk), "review", review.label, review.under_label, ""))
            lines += [
                PlacedLine(_path((lane_of[seen], columns[seen]), (desk, column), taken), True)
                for seen in review.seen
                if seen in columns
            ]
            last_review = column
    width = _x(max([*columns.values(), last_review, 0])) + _COLUMN // 2
    return CaseGraph(
        width=max(width, 632),
        height=len(named) * (LANE_HEIGHT + _LANE_GAP) - _LANE_GAP,
        lanes=tuple(
            PlacedLane(place * (LANE_HEIGHT + _LANE_GAP), LANE_HEIGHT, name, under)
            for place, (name, under) in enumerate(named)
        ),
        lines=tuple(lines),
        nodes=tuple(nodes),
    )


def _columns(entries: Sequence[DrawnEntry]) -> Mapping[EntryId, int]:
    columns: dict[EntryId, int] = {}
    taken: set[tuple[int, int]] = set()
    for drawn in entries:
        column = max((columns[parent] + 1 for parent in drawn.entry.parents if parent in columns), default=0)
        while (drawn.lane, column) in taken:
            column += 1
        taken.add((drawn.lane, column))
        columns[drawn.entry.id] = column
    return columns


def _x(column: int) -> int:
    return _FIRST_COLUMN + column * _COLUMN


def _y(lane: int) -> int:
    return lane * (LANE_HEIGHT + _LANE_GAP) + LANE_HEIGHT // 2 - _NODE_UP


def _path(start: tuple[int, int], end: tuple[int, int], taken: set[tuple[int, int]]) -> str:
    (from_lane, from_column), (to_lane, to_column) = start, end
    x1, y1, x2, y2 = _x(from_column), _y(from_lane), _x(to_column), _y(to_lane)
    between = range(from_column + 1, to_column)
    if from_lane == to_lane:
        if any((from_lane, column) in taken for column in between):
            return f"M {x1} {y1} C {x1 + 40} {y1 - 34} {x2 - 40} {y2 - 34} {x2} {y2}"
        return f"M {x1} {y1} L {x2} {y2}"
    bend = _COLUMN // 2
    if any((from_lane, column) in taken for column in between):
        turn = x1 + _COLUMN
        return f"M {x1} {y1} C {x1 + bend} {y1} {turn - bend} {y2} {turn} {y2} L {x2} {y2}"
    turn = x2 - _COLUMN
    return f"M {x1} {y1} L {turn} {y1} C {turn + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
