"""Answers that follow from numbers: "CRP above 20" from 35 mg/L, "days" from 5 days, high risk from a heart rate."""

from __future__ import annotations

from collections.abc import Mapping

from shared.knowledge.model import AgeLimit, DerivedFinding, KnowledgeBase, MeasurementDefinition

YES = "yes"
NO = "no"


def derive(knowledge: KnowledgeBase, values: Mapping[str, float], age_days: float) -> dict[str, str]:
    """Return the state of every finding or input (`yes` or `no`) that canonical `values` settle.

    A code that several measurements feed is yes if one of them says so, and no only if all were measured and deny.
    """
    found: dict[str, str] = {}
    for code, feeders in _feeders(knowledge).items():
        states = [_state(definition, derived, values, age_days) for definition, derived in feeders]
        if len(states) > 1 and YES in states:
            found[code] = YES
        elif len(set(states)) == 1 and states[0] is not None:
            found[code] = states[0]
    return found


def feeders_of(knowledge: KnowledgeBase, code: str) -> tuple[str, ...]:
    """Return the measurements from which the code can follow."""
    return tuple(definition.id for definition, _ in _feeders(knowledge).get(code, ()))


def _feeders(knowledge: KnowledgeBase) -> dict[str, list[tuple[MeasurementDefinition, DerivedFinding]]]:
    table: dict[str, list[tuple[MeasurementDefinition, DerivedFinding]]] = {}
    for definition in knowledge.measurements.values():
        for derived in definition.derives:
            table.setdefault(derived.code, []).append((definition, derived))
    return table


def _state(
    definition: MeasurementDefinition, derived: DerivedFinding, values: Mapping[str, float], age_days: float
) -> str | None:
    value = values.get(definition.id)
    if value is None or age_days < derived.from_age_days:
        return None
    if derived.counted_to is not None and derived.counted_to in values:
        value -= values[derived.counted_to]
        if value < 0:
            return None
    state = _by_limits(definition, derived, value, age_days)
    return None if state == NO and age_days < derived.no_from_age_days else state


def _by_limits(definition: MeasurementDefinition, derived: DerivedFinding, value: float, age_days: float) -> str | None:
    if derived.states:
        return next((limit.state for limit in derived.states if limit.holds(value)), None)
    if derived.outside_limits:
        limit = definition.limit_for(age_days)
        if limit is None:
            return None
        is_low = limit.low is not None and value < limit.low
        return _yes_no(is_low or (limit.high is not None and value > limit.high))
    if derived.limits:
        limit = _limit_for(derived.limits, age_days)
        return None if limit is None or limit.high is None else _yes_no(value > limit.high)
    limit = _limit_for(derived.at_or_above, age_days)
    return None if limit is None or limit.high is None else _yes_no(value >= limit.high)


def _limit_for(limits: tuple[AgeLimit, ...], age_days: float) -> AgeLimit | None:
    return next((limit for limit in limits if limit.age.holds(age_days)), None)


def _yes_no(holds: bool) -> str:
    return YES if holds else NO
