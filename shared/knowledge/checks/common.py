"""What the checks of all parts share: names that must exist, figures within bounds, evidence, conditions, tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.errors import Problem
from shared.knowledge.grammar import walk
from shared.knowledge.model import (
    AgeBand,
    Criterion,
    Evidence,
    FindingIs,
    InputIsYes,
    IsUnknown,
    KnowledgeBase,
    NumberIs,
    Range,
    RuleFired,
    TestDefinition,
)
from shared.knowledge.section import hint, nearest

DISPOSITIONS = ("emergency", "same_day", "within_days", "routine")

OLDEST_CHILD_DAYS = 6574
"""The day before the 18th birthday: from then on the tool does not answer."""

TABLES = {
    "condition": ("conditions/*.yaml", ""),
    "finding": ("findings/*.yaml", ""),
    "group": ("groups.yaml", "groups"),
    "source": ("sources.yaml", "sources"),
    "rule": ("red_flags.yaml", "rules"),
    "input": ("red_flags.yaml", "inputs"),
    "measurement": ("measurements.yaml", "measurements"),
    "resource": ("knowledge.yaml", "resources"),
    "region": ("knowledge.yaml", "regions"),
    "setting": ("knowledge.yaml", "settings"),
    "age band": ("knowledge.yaml", "age_bands"),
}
"""Where the names of each kind are written: file and place."""

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Follows(Problem):
    """A problem that is known only where what it rests on was read.

    `names` is the id that was not found, and `kinds` the TABLES where it was looked up: nothing is said where one of
    these could not be read. `after` are further places (file, place) whose faults make it worthless.
    """

    names: str = ""
    kinds: tuple[str, ...] = ()
    after: tuple[Place, ...] = ()


def names(
    file: str,
    place: str,
    used: Iterable[str],
    known: Iterable[str],
    what: str,
    *kinds: str,
    complete: bool = False,
) -> Iterator[Follows]:
    """Yield each used name that is not known or stands twice and, where `complete`, each known one that is missing."""
    used, known = list(used), list(known)
    meant = set()
    for name in used:
        if name not in known:
            meant.add(nearest(name, known))
            yield Follows(file, place, f"{name or 'an empty text'} is not {what}{hint(name, known)}", name, kinds)
    for name in dict.fromkeys(used):
        if used.count(name) > 1:
            yield Follows(file, place, f"{name} stands twice; keep one")
    if complete:
        for name in known:
            if name not in used and name not in meant:
                yield Follows(file, place, f"{name} is missing", kinds=kinds)


def between(
    file: str, place: str, figure: float, low: float, high: float, *, strict: bool = False
) -> Iterator[Follows]:
    """Yield a fault of a figure that is not from `low` to `high`; `strict`: not between them."""
    if strict and not low < figure < high:
        yield computed(file, place, f"must be between {low:g} and {high:g}")
    elif not low <= figure <= high:
        yield computed(file, place, f"must be from {low:g} to {high:g}")


def above_zero(file: str, place: str, figure: float) -> Iterator[Follows]:
    if figure <= 0:
        yield computed(file, place, "must be above 0")


def computed(file: str, place: str, advice: str, *after: Place) -> Follows:
    """Return a problem of figures that stand at or below `place` and at `after`: told where all of them were read."""
    return Follows(file, place, advice, after=((file, place), *after))


def probability_range(file: str, place: str, found: Range) -> Iterator[Follows]:
    if not 0 <= found.low <= found.p <= found.high <= 1:
        yield computed(file, place, "must have 0 <= low <= p <= high <= 1")


def check_evidence(knowledge: KnowledgeBase, file: str, place: str, evidence: Evidence) -> Iterator[Follows]:
    if not evidence.sources:
        yield computed(file, place, "names no source")
    yield from check_sources(knowledge, file, f"{place}.source".lstrip("."), evidence.sources)


def check_sources(knowledge: KnowledgeBase, file: str, place: str, sources: Iterable[str]) -> Iterator[Follows]:
    yield from names(file, place, sources, knowledge.sources, "a source", "source")


def check_test(knowledge: KnowledgeBase, file: str, place: str, test: TestDefinition) -> Iterator[Follows]:
    yield from check_evidence(knowledge, file, f"{place}.evidence", test.evidence)
    yield from names(file, f"{place}.findings", test.findings, knowledge.findings, "a finding", "finding")
    if test.resource is not None:
        yield from names(file, f"{place}.resource", [test.resource], knowledge.resources, "a resource", "resource")
    if test.condition is not None:
        yield from check_condition(knowledge, file, f"{place}.only_if", test.condition)


def check_condition(knowledge: KnowledgeBase, file: str, place: str, condition: Criterion) -> Iterator[Follows]:
    for part in walk(condition):
        match part:
            case FindingIs(finding, states):
                yield from names(file, place, [finding], knowledge.findings, "a finding", "finding")
                if finding in knowledge.findings:
                    known = knowledge.findings[finding].states
                    what = "a state of the finding"
                    yield from after_states(finding, names(file, f"{place}.{finding}", states, known, what))
            case IsUnknown(finding):
                yield from names(file, place, [finding], knowledge.findings, "a finding", "finding")
            case NumberIs(number, _, _):
                known_numbers = [code for code, item in knowledge.inputs.items() if item.is_numeric]
                known_numbers += [found.input for found in knowledge.measurements.values()]
                yield from names(file, place, [number], known_numbers, "a number", "input", "measurement")
            case InputIsYes(name):
                yield from names(file, place, [name], yes_no_inputs(knowledge), "a yes/no input", "input")
            case RuleFired(rule):
                yield from names(file, place, [rule], knowledge.rules, "a rule", "rule")
            case _:
                pass


def after_states(finding: str, found: Iterable[Follows]) -> Iterator[Follows]:
    """Yield the problems as ones that are known only where the states of the finding were read."""
    for problem in found:
        after = ((f"findings/{finding}.yaml", "states"),)
        yield Follows(problem.file, problem.place, problem.advice, problem.names, problem.kinds, after)


def yes_no_inputs(knowledge: KnowledgeBase) -> list[str]:
    return [code for code, item in knowledge.inputs.items() if not item.is_numeric]


def ascending(file: str, place: str, ages: Iterable[AgeBand]) -> Iterator[Follows]:
    end = -1
    for age in ages:
        if age.from_days <= end or (age.to_days is not None and age.to_days < age.from_days):
            yield computed(
                file, f"{place}.{age.id}", "must come after the ages before it, without overlap", (file, place)
            )
        end = age.to_days if age.to_days is not None else 10**6
