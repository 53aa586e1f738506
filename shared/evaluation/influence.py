"""Which single figures of the knowledge move the results most: those to look up in the literature first.

Every P(state | condition), prior and P(calcification by day) is moved from its low to its high, the others of its
distribution renormalised, and all published cases that it touches are ranked again. Its span is the largest minus the
smallest mean log score over low, figure and high. What a condition inherits (`like`, `others`) moves with the line it
comes from. Nothing is fitted: a figure is never set to what would score best.

    line of the book ──moved──▶ table of that finding alone ──written over──▶ the cases' tables ──rank──▶ log score

Only the rows of the moved finding are worked out again (about 0.3 ms), so some two thousand moves take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from shared.differential.likelihood import CALCINOSIS, FILMS, LikelihoodTable, build_table
from shared.differential.picture import ClinicalPicture
from shared.differential.ranking import rank
from shared.evaluation.judging import JudgedCase
from shared.evaluation.scores import log_score
from shared.knowledge.model import Evidence, FindingDefinition, KnowledgeBase, Likelihood, Range
from shared.triage.assess import Assessor, picture_of

PRIOR = "prior"
OTHERS = "others"

Likelihoods = Mapping[str, Likelihood]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the book: where it stands, its range, and what it rests on.

    `finding` is `prior` for a prior. `where` is the age band or setting of an override or prior, or the days since the
    calcium for P(calcification by day). `heirs` are conditions that have no line of their own and take this one.
    """

    finding: str
    state: str
    condition: str
    where: str
    heirs: tuple[str, ...]
    figure: Range
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Influence:
    """What moving a figure does: mean log score and share right first, each at the figure's low and high."""

    cell: Cell
    span: float
    log_score: tuple[float, float]
    first: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Movable:
    """A cell, the knowledge with another value in it, and the findings whose rows change (none: all, it is a prior)."""

    cell: Cell
    moved: Callable[[float], KnowledgeBase]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """One case as it is ranked now."""

    picture: ClinicalPicture
    right: tuple[int, ...]
    answers: frozenset[str]
    log_score: float
    is_first: bool


def influences(assessor: Assessor, judged: Sequence[JudgedCase]) -> tuple[Influence, ...]:
    """Return the influence of every figure over the records given, the largest first; ties in the order of the book.

    Every record must have a diagnosis that is ranked. A figure that no record uses has the span 0.

    Raises:
        ValueError: there is no record, or one whose diagnosis is not ranked.
    """
    if not judged or any(item.place is None for item in judged):
        raise ValueError("influence needs records whose diagnosis is ranked")
    scored = [_score(assessor, picture_of(item.presentation), item.case.acceptable) for item in judged]
    found = [_influence(assessor, scored, movable) for movable in _movables(assessor.knowledge)]
    return tuple(sorted(found, key=lambda item: -item.span))


def cells(knowledge: KnowledgeBase) -> tuple[Cell, ...]:
    """Return every figure that `influences` moves."""
    return tuple(movable.cell for movable in _movables(knowledge))


# --- scoring ----------------------------------------------------------------------------------------------------------


def _influence(assessor: Assessor, scored: Sequence[_Scored], movable: _Movable) -> Influence:
    touched = [item for item in scored if not movable.findings or item.answers.intersection(movable.findings)]
    n = len(scored)
    total, firsts = sum(item.log_score for item in scored), sum(item.is_first for item in scored)
    log_scores, shares = [], []
    for value in (movable.cell.figure.low, movable.cell.figure.high):
        again = _ranked_again(assessor, touched, movable, movable.moved(value)) if touched else []
        log_scores.append((total + sum(a.log_score - b.log_score for a, b in zip(again, touched, strict=True))) / n)
        shares.append((firsts + sum(a.is_first - b.is_first for a, b in zip(again, touched, strict=True))) / n)
    # A sum of differences may leave a hair of rounding: what is not touched has no span.
    span = max(*log_scores, total / n) - min(*log_scores, total / n) if touched else 0.0
    return Influence(movable.cell, span, (log_scores[0], log_scores[1]), (shares[0], shares[1]))


def _ranked_again(
    assessor: Assessor, touched: Sequence[_Scored], movable: _Movable, knowledge: KnowledgeBase
) -> list[_Scored]:
    tables: dict[tuple[str, str | None], LikelihoodTable | None] = {}
    again = []
    for item in touched:
        key = (item.picture.setting, item.picture.age_band)
        if key not in tables:
            tables[key] = _patched(assessor.differential.tables.of(*key), movable, knowledge)
        table = tables[key]
        again.append(item if table is None else _scored(assessor, table, item.picture, item.right))
    return again


def _patched(table: LikelihoodTable, movable: _Movable, knowledge: KnowledgeBase) -> LikelihoodTable | None:
    """Return the table with what has moved, or None if that changes nothing here (another setting, an override)."""
    if not movable.findings:
        moved = build_table(knowledge, table.setting, table.age_band)
        return None if (moved.log_prior == table.log_prior).all() else moved
    only = {name: knowledge.findings[name] for name in movable.findings}
    moved = build_table(replace(knowledge, findings=MappingProxyType(only)), table.setting, table.age_band)
    rows = [table.rows[key] for key in moved.rows]
    if (table.log_p[rows] == moved.log_p).all():
        return None
    log_p = table.log_p.copy()
    log_p[rows] = moved.log_p
    return replace(table, log_p=log_p, strength={**table.strength, **moved.strength})


def _score(assessor: Assessor, picture: ClinicalPicture, acceptable: Sequence[str]) -> _Scored:
    table = assessor.differential.tables.of(picture.setting, picture.age_band)
    right = tuple(column for column, name in enumerate(table.conditions) if name in acceptable)
    return _scored(assessor, table, picture, right)


def _scored(assessor: Assessor, table: LikelihoodTable, picture: ClinicalPicture, right: tuple[int, ...]) -> _Scored:
    ranking = rank(table, assessor.differential.grouping, picture)
    return _Scored(
        picture=picture,
        right=right,
        answers=frozenset(ranking.answers),
        log_score=log_score(float(ranking.posterior[list(right)].sum())),
        is_first=ranking.in_order()[0] in right,
    )


# --- the figures, and how each is moved -------------------------------------------------------------------------------


def _movables(knowledge: KnowledgeBase) -> Iterator[_Movable]:
    for finding in knowledge.findings.values():
        yield from _of_lines(knowledge, finding, finding.likelihoods, "", "likelihoods")
        for field in ("age_overrides", "setting_overrides"):
            for where, lines in getattr(finding, field).items():
                yield from _of_lines(knowledge, finding, lines, where, field)
    yield from _of_days(knowledge)
    yield from _of_priors(knowledge)


def _of_lines(
    knowledge: KnowledgeBase, finding: FindingDefinition, lines: Likelihoods, where: str, field: str
) -> Iterator[_Movable]:
    # Conditions that inherit a line hold the very same states: they are one figure of the book.
    shared: dict[int, list[str]] = {}
    for name, line in lines.items():
        shared.setdefault(id(line.states), []).append(name)
    for names in shared.values():
        owner, heirs = _owner(knowledge, names)
        line = lines[owner or names[0]]
        for state in finding.states[:1] if finding.is_binary else finding.states:

            def moved(
                value: float, names: Sequence[str] = names, line: Likelihood = line, state: str = state
            ) -> KnowledgeBase:
                states = _renormalised(line.states, state, value)
                changed = MappingProxyType(
                    {**lines, **{name: Likelihood(states, lines[name].evidence) for name in names}}
                )
                table = getattr(finding, field)
                new = changed if field == "likelihoods" else MappingProxyType({**table, where: changed})
                return _with_finding(knowledge, replace(finding, **{field: new}))

            cell = Cell(finding.id, state, owner or OTHERS, where, heirs, line.states[state], line.evidence)
            yield _Movable(cell, moved, (finding.id,))


def _owner(knowledge: KnowledgeBase, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return whose line it is, and who inherits it; no one's if it is the finding's line for all others."""
    inherited = [name for name in names if knowledge.conditions[name].like in names]
    owners = [name for name in names if name not in inherited]
    if len(owners) == 1:
        return owners[0], tuple(inherited)
    return "", tuple(names)


def _of_days(knowledge: KnowledgeBase) -> Iterator[_Movable]:
    films = tuple(film for film in FILMS if film in knowledge.findings)
    bands = knowledge.calcification_by_day
    for place, band in enumerate(bands):

        def moved(value: float, place: int = place) -> KnowledgeBase:
            changed = replace(bands[place], visible=replace(bands[place].visible, p=value))
            return replace(knowledge, calcification_by_day=(*bands[:place], changed, *bands[place + 1 :]))

        where = f"day {band.from_day}-{band.to_day} after the calcium"
        evidence = Evidence(sources=(), quality="D", verified=False, basis="calcification.yaml")
        yield _Movable(Cell("film", "calcified", CALCINOSIS, where, (), band.visible, evidence), moved, films)


def _of_priors(knowledge: KnowledgeBase) -> Iterator[_Movable]:
    for setting in knowledge.settings:
        priors = {name: condition.priors[setting] for name, condition in knowledge.conditions.items()}
        for name, condition in knowledge.conditions.items():

            def moved(
                value: float, name: str = name, setting: str = setting, priors: Mapping[str, Range] = priors
            ) -> KnowledgeBase:
                changed = _renormalised(priors, name, value)
                conditions = {
                    other: replace(definition, priors=MappingProxyType({**definition.priors, setting: changed[other]}))
                    for other, definition in knowledge.conditions.items()
                }
                return replace(knowledge, conditions=MappingProxyType(conditions))

            cell = Cell(PRIOR, "", name, setting, (), condition.priors[setting], condition.prior_evidence)
            yield _Movable(cell, moved, ())


def _renormalised(distribution: Mapping[str, Range], key: str, value: float) -> Mapping[str, Range]:
    """Return the distribution with `key` at `value`; the others share the rest in their proportions."""
    rest = sum(figure.p for name, figure in distribution.items() if name != key)
    scale = (1 - value) / rest if rest else 0.0
    return MappingProxyType(
        {name: replace(figure, p=value if name == key else figure.p * scale) for name, figure in distribution.items()}
    )


def _with_finding(knowledge: KnowledgeBase, finding: FindingDefinition) -> KnowledgeBase:
    return replace(knowledge, findings=MappingProxyType({**knowledge.findings, finding.id: finding}))
