"""The width of the lump over time, as a small chart: which marks, where, and every value written beside its mark.

    30 ┤ ● 28                 own tablet: circle, solid line
    20 ┤      ■ 24  ● 22      another tablet: square, broken line
    10 ┤                      time runs from left to right in every language
     0 └──┬─────┬─────────

Widths are those that the reasoning compares: each on the day of its visit; a correction takes the place of the width
before it. A width whose day nobody knows cannot be drawn, and the chart says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from mobile_app.ports.records import RecordedEntry
from mobile_app.presenters.timeline import Timeline
from mobile_app.presenters.wording import count_of, day_in_words, number_in_words, say
from shared.case.entry import EntryKind, Quantity
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase, MeasurementDefinition
from shared.measurement.units import to_canonical
from shared.triage.follow_up import day_of

_STEPS = (5, 10, 20, 50, 100, 200)
MOST_LEVELS = 4
_LABELS_APART = 0.16
"""Marks of the time axis that stand nearer than this share of its width would run into each other."""


@dataclass(frozen=True, slots=True)
class SizePointView:
    """One width. `across` and `up` are shares of the chart's width and height; `lane` is that of the timeline."""

    lane: int
    across: float
    up: float
    label: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark of an axis at a share of its length."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class LegendView:
    """Whose marks look how."""

    lane: int
    label: str


@dataclass(frozen=True, slots=True)
class SizeChartView:
    """`points` in the order of time; points of one lane are joined. `words` says the same in a sentence."""

    title: str
    unit: str
    points: tuple[SizePointView, ...]
    levels: tuple[MarkView, ...]
    days: tuple[MarkView, ...]
    legend: tuple[LegendView, ...]
    words: str


@dataclass(frozen=True, slots=True)
class _Size:
    lane: int
    day: int
    value: float


def size_chart(
    knowledge: KnowledgeBase, timeline: Timeline, entries: Sequence[RecordedEntry], first_visit: date | None
) -> SizeChartView | None:
    """Return the chart of a case, or None where no width was measured. `first_visit` is its date, where it is known."""
    code = knowledge.revisit.size if knowledge.revisit else ""
    definition = knowledge.measurements.get(code)
    if definition is None:
        return None
    sizes, undated = _sizes(definition, timeline, entries)
    if not sizes:
        return None
    first, last = sizes[0].day, max(size.day for size in sizes)
    span = max(last - first, 1)
    top = _top(max(size.value for size in sizes))
    step = _step(top)
    lanes = sorted({size.lane for size in sizes})
    unit = definition.unit_label
    return SizeChartView(
        title=say("Size of the lump"),
        unit=say("widest place, {unit}", unit=unit),
        points=tuple(
            SizePointView(size.lane, (size.day - first) / span, size.value / top, number_in_words(size.value))
            for size in sizes
        ),
        levels=tuple(MarkView(level / top, number_in_words(level)) for level in range(0, int(top) + 1, step)),
        days=_days(sorted({size.day for size in sizes}), span, first_visit),
        legend=tuple(LegendView(lane, _whose(lane)) for lane in lanes),
        words=_words(sizes, unit, undated),
    )


def _sizes(
    definition: MeasurementDefinition, timeline: Timeline, entries: Sequence[RecordedEntry]
) -> tuple[list[_Size], int]:
    """Return the widths by their days, and how many have no known day."""
    sizes: list[_Size] = []
    undated = 0
    for row in entries:
        value = _in_unit(definition, row.entry.answers.get(definition.id))
        if value is None:
            continue
        lane, day = timeline.lanes[row.entry.id.device], day_of(row.entry)
        if row.entry.kind is EntryKind.CORRECTION and sizes:
            sizes[-1] = _Size(lane, sizes[-1].day, value)
        elif day is None:
            undated += 1
        else:
            sizes.append(_Size(lane, day, value))
    return sorted(sizes, key=lambda size: size.day), undated


def _in_unit(definition: MeasurementDefinition, value: object) -> float | None:
    if not isinstance(value, Quantity):
        return None
    try:
        size = to_canonical(definition, value.value, value.unit, definition.id)
    except InvalidInput:
        return None
    low, high = definition.possible
    return size if low <= size <= high else None


def _top(largest: float) -> float:
    """Return the end of the axis: the next round number, with some room above the largest width."""
    wanted = max(largest * 1.1, 1.0)
    return float(ceil(wanted / _step(wanted)) * _step(wanted))


def _step(top: float) -> int:
    return next((step for step in _STEPS if step * MOST_LEVELS >= top), _STEPS[-1])


def _days(days: Sequence[int], span: int, first_visit: date | None) -> tuple[MarkView, ...]:
    """Return the days of the visits; the first and the last always, others where there is room."""
    shown = [days[0]]
    for day in days[1:-1]:
        if min(day - shown[-1], days[-1] - day) / span >= _LABELS_APART:
            shown.append(day)
    if days[-1] != days[0]:
        shown.append(days[-1])
    return tuple(MarkView((day - days[0]) / span, _day(day, first_visit)) for day in shown)


def _day(day: int, first_visit: date | None) -> str:
    return say("day {number}", number=day) if first_visit is None else day_in_words(first_visit + timedelta(days=day))


def _whose(lane: int) -> str:
    return say("tablet {number}", number=lane + 1) if lane else say("this tablet")


def _words(sizes: Sequence[_Size], unit: str, undated: int) -> str:
    first, last = sizes[0], sizes[-1]
    if undated:
        return count_of(
            undated,
            "{count} width of another tablet has no known day and is not drawn.",
            "{count} widths of other tablets have no known day and are not drawn.",
        )
    if last.day == first.day:
        return say("Measure again at the next visit: two widths tell whether it shrinks.")
    return say(
        "From {first} to {last} {unit} in {days}.",
        first=number_in_words(first.value),
        last=number_in_words(last.value),
        unit=unit,
        days=count_of(last.day - first.day, "{count} day", "{count} days"),
    )
