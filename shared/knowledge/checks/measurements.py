"""`measurements.yaml`: units, limits, zones, what follows from a number, and that something reads it."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    OLDEST_CHILD_DAYS,
    Follows,
    above_zero,
    after_states,
    ascending,
    between,
    check_evidence,
    computed,
    names,
)
from shared.knowledge.model import AgeLimit, DerivedFinding, KnowledgeBase, MeasurementDefinition, StateLimit
from shared.knowledge.section import hint

FILE = "measurements.yaml"
MAX_DECIMALS = 6


def check_measurements(knowledge: KnowledgeBase) -> Iterator[Follows]:
    numbers = [code for code, item in knowledge.inputs.items() if item.is_numeric]
    for found in knowledge.measurements.values():
        place = f"measurements.{found.id}"
        yield from check_evidence(knowledge, FILE, f"{place}.evidence", found.evidence)
        # A number goes by its own id where no danger rule needs it: `ask_if` and the reasoning know it so.
        if found.input not in (*numbers, found.id):
            advice = f"{found.input or 'an empty text'} is a name that nothing reads"
            advice += hint(found.input, [*numbers, found.id]) or f"; write {found.id}, or a number of red_flags.yaml"
            yield Follows(FILE, f"{place}.input", advice, found.input, ("input",))
        if not found.possible[0] <= found.probable[0] < found.probable[1] <= found.possible[1]:
            yield computed(FILE, f"{place}.probable", "must lie inside possible", (FILE, f"{place}.possible"))
        if found.resource is not None:
            at = f"{place}.resource"
            yield from names(FILE, at, [found.resource], knowledge.resources, "a resource", "resource")
        yield from _units(place, found)
        yield from between(FILE, f"{place}.decimals", found.decimals, 0, MAX_DECIMALS)
        yield from between(FILE, f"{place}.judged_from_days", found.judged_from_days, 0, OLDEST_CHILD_DAYS)
        yield from _age_limits(knowledge, f"{place}.limits", found.limits)
        edges = [zone.limit for zone in found.zones]
        if edges and not _is_ascending(edges):
            yield computed(FILE, f"{place}.zones", "must ascend, and the last must have no limit")
        for derived in found.derives:
            yield from _derived(knowledge, f"{place}.derives.{derived.code}", derived)
    readers: dict[str, str] = {}
    for found in knowledge.measurements.values():
        if found.input and found.input in readers:
            at = f"measurements.{found.id}.input"
            yield Follows(FILE, at, f"{found.input} is given by {readers[found.input]} already; keep one")
        readers.setdefault(found.input, found.id)


def _units(place: str, found: MeasurementDefinition) -> Iterator[Follows]:
    known = {found.unit, *found.units}
    for key, units in (("spellings", set(found.spellings.values())), ("unit_labels", set(found.unit_labels))):
        yield from names(FILE, f"{place}.{key}", sorted(units), known, "a unit of this measurement")
    for doubt in found.unit_doubts:
        yield from names(FILE, f"{place}.unit_doubts", [doubt.unit, doubt.other], known, "a unit here")
    for unit, factor in found.units.items():
        yield from above_zero(FILE, f"{place}.units.{unit}", factor.factor)
    if found.molar_mass is not None:
        yield from above_zero(FILE, f"{place}.molar_mass", found.molar_mass)


def _derived(knowledge: KnowledgeBase, at: str, derived: DerivedFinding) -> Iterator[Follows]:
    yield from check_evidence(knowledge, FILE, f"{at}.evidence", derived.evidence)
    ways = [bool(derived.states), bool(derived.limits), bool(derived.at_or_above), derived.outside_limits]
    if sum(ways) != 1:
        yield computed(FILE, at, "needs exactly one of states, limits, at_or_above, outside_limits")
    yield from _age_limits(knowledge, f"{at}.limits", derived.limits, needs_high=True)
    yield from _age_limits(knowledge, f"{at}.at_or_above", derived.at_or_above, needs_high=True)
    for key, days in (("from_age_days", derived.from_age_days), ("no_from_age_days", derived.no_from_age_days)):
        yield from between(FILE, f"{at}.{key}", days, 0, OLDEST_CHILD_DAYS)
    if derived.states and not _is_ascending([_limit(state) for state in derived.states]):
        yield computed(FILE, f"{at}.states", "must ascend, and the last must have no limit")
    if derived.code in knowledge.findings:
        known = knowledge.findings[derived.code].states
        used = [state.state for state in derived.states]
        yield from after_states(derived.code, names(FILE, f"{at}.states", used, known, "a state of the finding"))
    elif derived.code not in knowledge.inputs:
        advice = f"is neither a finding nor an input{hint(derived.code, [*knowledge.findings, *knowledge.inputs])}"
        yield Follows(FILE, at, advice, derived.code, ("finding", "input"))
    if derived.counted_to is not None:
        what = "a measurement"
        yield from names(FILE, f"{at}.counted_to", [derived.counted_to], knowledge.measurements, what, "measurement")


def _age_limits(
    knowledge: KnowledgeBase, place: str, limits: tuple[AgeLimit, ...], *, needs_high: bool = False
) -> Iterator[Follows]:
    yield from ascending(FILE, place, [limit.age for limit in limits])
    for count, limit in enumerate(limits, start=1):
        at = f"{place}[{count}]"
        yield from check_evidence(knowledge, FILE, at, limit.evidence)
        if limit.low is not None and limit.high is not None and limit.low >= limit.high:
            yield computed(FILE, at, "must have low below high")
        if limit.high is None and (needs_high or limit.low is None):
            yield computed(FILE, at, "needs a number for high" if needs_high else "needs a number for low or high")


def _limit(state: StateLimit) -> float | None:
    return state.up_to if state.below is None else state.below


def _is_ascending(edges: list[float | None]) -> bool:
    """Tell whether the limits ascend and only the last is open."""
    bounds = [edge for edge in edges[:-1] if edge is not None]
    return edges[-1] is None and len(bounds) == len(edges) - 1 and bounds == sorted(set(bounds))
