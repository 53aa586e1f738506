"""Which single figures of the knowledge move the results most: those to look up in the literature first.

Each figure (`cells`) is moved from its low to its high, the others of its distribution renormalised, and all published
cases that it touches are ranked again. Its span is the largest minus the smallest mean log score over low, figure and
high. Nothing is fitted: a figure is never set to what would score best.

    line of the book ──moved──▶ its column of its finding ──written over──▶ the cases' tables ──rank──▶ log score

Only what has moved is worked out again, so some four thousand moves take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from shared.differential.likelihood import (
    FILMS,
    Floats,
    LikelihoodTable,
    applicable_likelihood,
    build_table,
    condition_of,
    with_residual,
)
from shared.differential.picture import ClinicalPicture
from shared.differential.ranking import rank
from shared.evaluation.cells import Cell, MovableCell, movable_cells
from shared.evaluation.judging import JudgedCase
from shared.evaluation.scores import log_score
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor, picture_of


@dataclass(frozen=True, slots=True)
class Influence:
    """What moving a figure does: mean log score and share right first, each at the figure's low and high."""

    cell: Cell
    span: float
    log_score: tuple[float, float]
    first: tuple[float, float]


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
    found = [_influence(assessor, scored, movable) for movable in movable_cells(assessor.knowledge)]
    return tuple(sorted(found, key=lambda item: -item.span))


def _influence(assessor: Assessor, scored: Sequence[_Scored], movable: MovableCell) -> Influence:
    touched = [item for item in scored if _is_felt(movable, item)]
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


def _is_felt(movable: MovableCell, item: _Scored) -> bool:
    is_here = movable.setting in (None, item.picture.setting)
    return is_here and (not movable.findings or not item.answers.isdisjoint(movable.findings))


def _ranked_again(
    assessor: Assessor, touched: Sequence[_Scored], movable: MovableCell, knowledge: KnowledgeBase
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


def _patched(table: LikelihoodTable, movable: MovableCell, knowledge: KnowledgeBase) -> LikelihoodTable | None:
    """Return the table with what has moved, or None if that changes nothing here (another setting, an override)."""
    if not movable.findings:
        moved = build_table(knowledge, table.setting, table.age_band)
        return None if (moved.log_prior == table.log_prior).all() else moved
    if not set(FILMS).isdisjoint(movable.findings):
        return _with_films(table, movable.findings, knowledge)
    # The usual case, by hand: one column of one finding, without working out the others again.
    (name,) = movable.findings
    block = next((block for block in table.blocks if block.finding == name), None)
    if block is None:
        return None
    p = block.p.copy()
    conditions = {condition_of(movable.cell.condition), *movable.cell.heirs}
    for place, column in enumerate(table.columns[:-1]):
        if condition_of(column) in conditions:
            line = applicable_likelihood(knowledge.findings[name], column, table.setting, table.age_band)
            p[:, place] = [line.states[state].p for state in block.states]
    if (p == block.p).all():
        return None
    limits = knowledge.limits
    log_p = np.log(with_residual(np.clip(p, *limits.clamp), np.exp(table.log_prior[:-1]), limits.residual_floor))
    spans = log_p[:, :-1].max(axis=1) - log_p[:, :-1].min(axis=1)
    strength = {(name, state): float(span) for state, span in zip(block.states, spans, strict=True)}
    return _written_over(
        table, {(name, state, None): place for place, state in enumerate(block.states)}, log_p, strength
    )


def _with_films(table: LikelihoodTable, films: Sequence[str], knowledge: KnowledgeBase) -> LikelihoodTable | None:
    """Return the table with other films, which hold one result for each band of days, or None if nothing changes."""
    only = MappingProxyType({name: knowledge.findings[name] for name in films})
    moved = build_table(replace(knowledge, findings=only), table.setting, table.age_band)
    if (table.log_p[[table.rows[key] for key in moved.rows]] == moved.log_p).all():
        return None
    return _written_over(table, moved.rows, moved.log_p, moved.strength)


def _written_over(
    table: LikelihoodTable,
    rows: Mapping[tuple[str, str, int | None], int],
    moved: Floats,
    strength: Mapping[tuple[str, str], float],
) -> LikelihoodTable:
    # What only `fits` reads (surprisal, spread) stays as it was: nobody asks a patched table for it.
    log_p = table.log_p.copy()
    log_p[[table.rows[key] for key in rows]] = moved[list(rows.values())]
    return replace(table, log_p=log_p, strength={**table.strength, **strength})


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
