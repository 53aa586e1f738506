"""Where each entry and review of a case is drawn: one lane per tablet and one for the coordinators.

column of an entry    the longest way to it from the first entry, so parents always stand before children
column of a review    after everything that the server had when it was written
column of an answer   after its parents and after the review that it answers
a line                stays in the parent's lane while that is free, and then turns into the child's
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.entry import Entry, EntryId, EntryKind
from sync_server.language import say

LANE_HEIGHT = 72
_LANE_GAP = 8
_WIDTH = 632
_FIRST_COLUMN = 144
_LAST_GAP = 56
_NARROWEST, _WIDEST = 92, 150
_NODE_UP = 10


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """An entry or review with what stands beside it. `kind` is `entry`, `differs`, `answer` or `review`."""

    x: int
    y: int
    kind: str
    label: str
    under_label: str
    note: str


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as an SVG path. Lines to and from reviews are dashed."""

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
    """What the drawing needs of an entry. `answers` is the place of the review that it answers, among the reviews."""

    entry: Entry
    lane: int
    label: str
    under_label: str
    differing: str
    answers: int | None = None


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
    columns, review_columns = _columns(entries, reviews)
    last = max([*columns.values(), *review_columns, 0])
    grid = _Grid(
        step=min(_WIDEST, max(_NARROWEST, (_WIDTH - _FIRST_COLUMN - _LAST_GAP) // max(last, 1))),
        taken=frozenset((drawn.lane, columns[drawn.entry.id]) for drawn in entries),
    )
    place_of = {drawn.entry.id: (drawn.lane, columns[drawn.entry.id]) for drawn in entries}
    nodes = [
        PlacedNode(
            *grid.point(place_of[drawn.entry.id]),
            _kind(drawn),
            drawn.label,
            drawn.under_label,
            drawn.differing,
        )
        for drawn in entries
    ]
    lines = [
        PlacedLine(grid.path(place_of[parent], place_of[drawn.entry.id]), False)
        for drawn in entries
        for parent in drawn.entry.parents
        if parent in place_of
    ]
    desk = len(lanes)
    for review, column in zip(reviews, review_columns, strict=True):
        nodes.append(PlacedNode(*grid.point((desk, column)), "review", review.label, review.under_label, ""))
        lines += [
            PlacedLine(grid.path(place_of[seen], (desk, column)), True) for seen in review.seen if seen in place_of
        ]
    lines += [
        PlacedLine(grid.path((desk, review_columns[drawn.answers]), place_of[drawn.entry.id]), True)
        for drawn in entries
        if drawn.answers is not None
    ]
    named = [*lanes, (say("Coordinator"), say("this desk"))] if reviews else list(lanes)
    return CaseGraph(
        width=max(_WIDTH, grid.point((0, last))[0] + _LAST_GAP),
        height=len(named) * (LANE_HEIGHT + _LANE_GAP) - _LANE_GAP,
        lanes=tuple(
            PlacedLane(place * (LANE_HEIGHT + _LANE_GAP), LANE_HEIGHT, name, under)
            for place, (name, under) in enumerate(named)
        ),
        lines=tuple(lines),
        nodes=tuple(nodes),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Lanes and columns as points. `taken` are the places where an entry stands."""

    step: int
    taken: frozenset[tuple[int, int]]

    def point(self, place: tuple[int, int]) -> tuple[int, int]:
        lane, column = place
        return _FIRST_COLUMN + column * self.step, lane * (LANE_HEIGHT + _LANE_GAP) + LANE_HEIGHT // 2 - _NODE_UP

    def path(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        (x1, y1), (x2, y2) = self.point(start), self.point(end)
        is_blocked = any((start[0], column) in self.taken for column in range(start[1] + 1, end[1]))
        if start[0] == end[0]:
            if is_blocked:
                return f"M {x1} {y1} C {x1 + 40} {y1 - 34} {x2 - 40} {y2 - 34} {x2} {y2}"
            return f"M {x1} {y1} L {x2} {y2}"
        bend = self.step // 2
        if end[1] <= start[1]:
            return f"M {x1} {y1} L {x2} {y2}"
        if is_blocked:
            turn = x1 + self.step
            return f"M {x1} {y1} C {x1 + bend} {y1} {turn - bend} {y2} {turn} {y2} L {x2} {y2}"
        turn = x2 - self.step
        return f"M {x1} {y1} L {turn} {y1} C {turn + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _kind(drawn: DrawnEntry) -> str:
    if drawn.entry.kind is EntryKind.REPLY:
        return "answer"
    return "differs" if drawn.differing else "entry"


def _columns(
    entries: Sequence[DrawnEntry], reviews: Sequence[DrawnReview]
) -> tuple[Mapping[EntryId, int], tuple[int, ...]]:
    """Return the column of each entry and of each review.

    An entry waits for its parents and for the review that it answers, a review for what it saw and the review before.
    Where forged numbers make these wait for each other, the first of them goes on without.
    """
    here = {drawn.entry.id for drawn in entries}
    columns: dict[EntryId, int] = {}
    placed: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()

    def before_entry(drawn: DrawnEntry) -> list[int | None]:
        parents = [columns.get(parent) for parent in drawn.entry.parents if parent in here]
        return parents if drawn.answers is None else [*parents, placed.get(drawn.answers)]

    def before_review(number: int) -> list[int | None]:
        seen = [columns.get(one) for one in reviews[number].seen if one in here]
        return [*seen, placed.get(number - 1)] if number else seen

    def place_entry(drawn: DrawnEntry, after: Sequence[int | None]) -> None:
        column = max((one + 1 for one in after if one is not None), default=0)
        while (drawn.lane, column) in taken:
            column += 1
        taken.add((drawn.lane, column))
        columns[drawn.entry.id] = column

    open_entries, open_reviews = list(entries), list(range(len(reviews)))
    while open_entries or open_reviews:
        ready = next((one for one in open_entries if None not in before_entry(one)), None)
        number = next((one for one in open_reviews if None not in before_review(one)), None)
        if ready is None and number is None:
            ready = next(iter(open_entries), None)
            number = open_reviews[0] if ready is None else None
        if ready is not None:
            place_entry(ready, before_entry(ready))
            open_entries.remove(ready)
        elif number is not None:
            placed[number] = max((one + 1 for one in before_review(number) if one is not None), default=0)
            open_reviews.remove(number)
    return columns, tuple(placed[number] for number in range(len(reviews)))
