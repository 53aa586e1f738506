"""The measurements of a case over its visits: each value, what it means at this age, and the zones of that age.

Ages arrive as groups. Where a limit changes within the child's group there is no zone to name, and none is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.case.entry import AnswerValue, Entry, EntryId, Quantity
from shared.errors import InvalidInput
from shared.knowledge.model import AgeLimit, KnowledgeBase, MeasurementDefinition
from shared.measurement.units import to_canonical
from shared.sentence import phrase
from shared.triage.follow_up import COUNTED_FROM_FIRST_VISIT, day_of
from sync_server.language import say, term

LOW, NORMAL, HIGH = phrase("low for this age"), phrase("normal for this age"), phrase("high for this age")


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A stretch of values with its word, in the canonical unit. None: open on that side."""

    word: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """One value in the canonical unit, `day` days after the first visit (None: nobody said). `zone` may be empty."""

    entry: str
    tablet: str
    day: int | None
    value: float
    zone: str


@dataclass(frozen=True, slots=True)
class MeasurementView:
    """One measurement. `unit` is written as on the tablet."""

    code: str
    label: str
    unit: str
    zones: tuple[ZoneView, ...]
    values: tuple[MeasuredView, ...]


def measurements_of(
    knowledge: KnowledgeBase,
    entries: tuple[Entry, ...],
    age_group: str,
    name_of: Callable[[EntryId], str],
    tablet_of: Callable[[EntryId], str],
) -> tuple[MeasurementView, ...]:
    """Return what was measured, in the order of the book; entries in causal order. Counts of days are left out."""
    found = []
    derived = {knowledge.revisit.size_in_percent, knowledge.revisit.days_between} if knowledge.revisit else set()
    for code, definition in knowledge.measurements.items():
        if code in COUNTED_FROM_FIRST_VISIT or code in derived:
            continue
        zones = _zones(knowledge, definition, age_group)
        values = tuple(
            MeasuredView(
                name_of(entry.id), tablet_of(entry.id), day_of(entry), value, _zone_of(definition, zones, value)
            )
            for entry in entries
            for value in _values(definition, entry.answers)
        )
        if values:
            unit = term(definition.unit_labels.get(definition.unit, definition.unit_label))
            found.append(MeasurementView(code, term(definition.label), unit, zones, values))
    return tuple(found)


def _values(definition: MeasurementDefinition, answers: Mapping[str, AnswerValue]) -> tuple[float, ...]:
    value = answers.get(definition.id, answers.get(definition.input) if definition.input else None)
    if isinstance(value, bool) or not isinstance(value, Quantity | int | float):
        return ()
    if not isinstance(value, Quantity):
        return (float(value),)
    try:
        return (round(to_canonical(definition, value.value, value.unit, definition.id), 6),)
    except InvalidInput:
        return ()


def _zones(knowledge: KnowledgeBase, definition: MeasurementDefinition, age_group: str) -> tuple[ZoneView, ...]:
    group = next((band for band in knowledge.age_groups if band.id == age_group), None)
    if definition.zones:
        zones: list[ZoneView] = []
        low: float | None = None
        for zone in definition.zones:
            zones.append(ZoneView(term(zone.word), low, zone.limit))
            low = zone.limit
        return tuple(zones)
    if group is None or group.from_days < definition.judged_from_days:
        return ()
    youngest = definition.limit_for(group.from_days)
    oldest = definition.limit_for(group.from_days if group.to_days is None else group.to_days)
    return _by_limits(youngest) if youngest is not None and youngest == oldest else ()


def _by_limits(limit: AgeLimit) -> tuple[ZoneView, ...]:
    zones = [ZoneView(say(LOW), None, limit.low)] if limit.low is not None else []
    zones.append(ZoneView(say(NORMAL), limit.low, limit.high))
    return (*zones, ZoneView(say(HIGH), limit.high, None)) if limit.high is not None else tuple(zones)


def _zone_of(definition: MeasurementDefinition, zones: tuple[ZoneView, ...], value: float) -> str:
    if definition.zones:
        return next((term(zone.word) for zone in definition.zones if zone.holds(value)), "")
    # Both ends of a range belong to it.
    normal = next((zone for zone in zones if zone.word == say(NORMAL)), None)
    if normal is None:
        return ""
    if normal.low is not None and value < normal.low:
        return say(LOW)
    return say(HIGH if normal.high is not None and value > normal.high else NORMAL)
