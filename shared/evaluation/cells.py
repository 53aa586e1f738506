"""The single figures of the knowledge, each with a way to move it: likelihoods, priors, shares, calcium by day.

When one figure of a distribution moves, the others share the rest in their proportions. What a condition inherits
(`like`, `others`) is the same figure and moves with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from shared.differential.likelihood import CALCIFIED, CALCINOSIS, FILMS, condition_of
from shared.knowledge.model import Evidence, FindingDefinition, KnowledgeBase, Likelihood, Range

PRIOR = "prior"
FILM = "film"
SHARE = "share"
OTHERS = "others"

Likelihoods = Mapping[str, Likelihood]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the book: where it stands, its range, and what it rests on.

    `finding` is `prior` for a prior, `share` for the share of a variant and `film` for calcium shown by day. `where` is
    the age band or setting of an override or prior, or the days since the calcium. `condition` may be a variant
    (`condition/variant`), and is `others` for the line of all that have no own. `heirs` are conditions without a line
    of their own that take this one.
    """

    finding: str
    state: str
    condition: str
    where: str
    heirs: tuple[str, ...]
    figure: Range
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MovableCell:
    """A cell, the knowledge with another value in it, and where that can be felt: the findings whose rows change (none:
    all, it is a prior or a share) and the setting (None: every one)."""

    cell: Cell
    moved: Callable[[float], KnowledgeBase]
    findings: tuple[str, ...]
    setting: str | None = None


def movable_cells(knowledge: KnowledgeBase) -> Iterator[MovableCell]:
    """Yield every figure: likelihoods and their overrides finding by finding, then days, priors and shares."""
    for finding in knowledge.findings.values():
        yield from _of_lines(knowledge, finding, finding.likelihoods, "", _put_likelihoods)
        for band, lines in finding.age_overrides.items():
            yield from _of_lines(knowledge, finding, lines, band, _put_age_override)
        for setting, lines in finding.setting_overrides.items():
            yield from _of_lines(knowledge, finding, lines, setting, _put_setting_override)
    yield from _of_days(knowledge)
    yield from _of_priors(knowledge)
    yield from _of_shares(knowledge)


def _put_likelihoods(finding: FindingDefinition, where: str, lines: Likelihoods) -> FindingDefinition:
    return replace(finding, likelihoods=lines)


def _put_age_override(finding: FindingDefinition, where: str, lines: Likelihoods) -> FindingDefinition:
    return replace(finding, age_overrides=MappingProxyType({**finding.age_overrides, where: lines}))


def _put_setting_override(finding: FindingDefinition, where: str, lines: Likelihoods) -> FindingDefinition:
    return replace(finding, setting_overrides=MappingProxyType({**finding.setting_overrides, where: lines}))


def _of_lines(
    knowledge: KnowledgeBase,
    finding: FindingDefinition,
    lines: Likelihoods,
    where: str,
    put: Callable[[FindingDefinition, str, Likelihoods], FindingDefinition],
) -> Iterator[MovableCell]:
    # Conditions that inherit a line hold the very same states: they are one figure of the book.
    inherited: dict[int, list[str]] = {}
    for name, line in lines.items():
        inherited.setdefault(id(line.states), []).append(name)
    for names in inherited.values():
        owner, heirs = _owner(knowledge, names)
        states = lines[names[0]].states
        evidence = lines[owner or names[0]].evidence
        for state in finding.states[:1] if finding.is_binary else finding.states:
            cell = Cell(finding.id, state, owner or OTHERS, where, heirs, states[state], evidence)
            moved = partial(_with_line, knowledge, finding, lines, where, put, tuple(names), state)
            yield MovableCell(cell, moved, (finding.id,))


def _with_line(
    knowledge: KnowledgeBase,
    finding: FindingDefinition,
    lines: Likelihoods,
    where: str,
    put: Callable[[FindingDefinition, str, Likelihoods], FindingDefinition],
    names: Sequence[str],
    state: str,
    value: float,
) -> KnowledgeBase:
    states = _renormalised(lines[names[0]].states, state, value)
    changed = {name: Likelihood(states, lines[name].evidence) for name in names}
    finding = put(finding, where, MappingProxyType({**lines, **changed}))
    return replace(knowledge, findings=MappingProxyType({**knowledge.findings, finding.id: finding}))


def _owner(knowledge: KnowledgeBase, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return whose line it is, and who inherits it; no one's if it is the finding's line for all others."""
    inherited = [name for name in names if knowledge.conditions[condition_of(name)].like in names]
    owners = [name for name in names if name not in inherited]
    if len(owners) == 1:
        return owners[0], tuple(inherited)
    return "", tuple(names)


def _of_days(knowledge: KnowledgeBase) -> Iterator[MovableCell]:
    films = tuple(film for film in FILMS if film in knowledge.findings)
    for place, band in enumerate(knowledge.calcification_by_day):
        where = f"day {band.from_day} to {band.to_day}"
        cell = Cell(FILM, CALCIFIED, CALCINOSIS, where, (), band.visible, band.evidence)
        yield MovableCell(cell, partial(_with_day, knowledge, place), films)


def _with_day(knowledge: KnowledgeBase, place: int, value: float) -> KnowledgeBase:
    bands = list(knowledge.calcification_by_day)
    bands[place] = replace(bands[place], visible=replace(bands[place].visible, p=value))
    return replace(knowledge, calcification_by_day=tuple(bands))


def _of_priors(knowledge: KnowledgeBase) -> Iterator[MovableCell]:
    for setting in knowledge.settings:
        for name, condition in knowledge.conditions.items():
            cell = Cell(PRIOR, "", name, setting, (), condition.priors[setting], condition.prior_evidence)
            yield MovableCell(cell, partial(_with_prior, knowledge, setting, name), (), setting)


def _with_prior(knowledge: KnowledgeBase, setting: str, name: str, value: float) -> KnowledgeBase:
    priors = {other: condition.priors[setting] for other, condition in knowledge.conditions.items()}
    changed = _renormalised(priors, name, value)
    conditions = {
        other: replace(condition, priors=MappingProxyType({**condition.priors, setting: changed[other]}))
        for other, condition in knowledge.conditions.items()
    }
    return replace(knowledge, conditions=MappingProxyType(conditions))


def _of_shares(knowledge: KnowledgeBase) -> Iterator[MovableCell]:
    for name, condition in knowledge.conditions.items():
        for variant in condition.variants:
            cell = Cell(SHARE, "", f"{name}/{variant.id}", "", (), variant.share, variant.evidence)
            yield MovableCell(cell, partial(_with_share, knowledge, name, variant.id), ())


def _with_share(knowledge: KnowledgeBase, name: str, variant: str, value: float) -> KnowledgeBase:
    condition = knowledge.conditions[name]
    shares = _renormalised({v.id: v.share for v in condition.variants}, variant, value)
    changed = replace(condition, variants=tuple(replace(v, share=shares[v.id]) for v in condition.variants))
    return replace(knowledge, conditions=MappingProxyType({**knowledge.conditions, name: changed}))


def _renormalised(distribution: Mapping[str, Range], key: str, value: float) -> Mapping[str, Range]:
    """Return the distribution with `key` at `value`; the others share the rest in their proportions."""
    rest = sum(figure.p for name, figure in distribution.items() if name != key)
    scale = (1 - value) / rest if rest else 0.0
    return MappingProxyType(
        {name: replace(figure, p=value if name == key else figure.p * scale) for name, figure in distribution.items()}
    )
