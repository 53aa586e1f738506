"""Which figures move the results: against a whole new assessor for each figure, the slow and plain way."""

from __future__ import annotations

import math

import pytest

from shared.evaluation.cells import FILM, OTHERS, PRIOR, SHARE, MovableCell, movable_cells
from shared.evaluation.influence import Influence, influences
from shared.evaluation.judging import JudgedCase, judge
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor, picture_of
from tests.book import the_book
from tests.published import judged_with, the_assessor, the_case

IDS = ("cc01a", "om04", "ib02", "nf03")


def _judged() -> list[JudgedCase]:
    return [judge(the_assessor(), the_case(id)) for id in IDS]


@pytest.fixture(scope="module")
def found() -> tuple[Influence, ...]:
    return influences(the_assessor(), _judged())


def _plain_log_score(knowledge: KnowledgeBase) -> float:
    """Return the mean log score with nothing kept from before."""
    differential = Assessor(knowledge).differential
    total = 0.0
    for item in _judged():
        probabilities = differential.rank(picture_of(item.presentation)).probabilities()
        total -= math.log(sum(probabilities.get(name, 0.0) for name in item.case.acceptable))
    return total / len(IDS)


def _some_cells() -> list[MovableCell]:
    """Some figures of every kind: likelihoods, overrides, inherited lines, priors, days."""
    every = list(movable_cells(the_book()))
    touched = {"fever_ge_38", "erythema", "xray_lt_10d", "age_band"}
    lines = [m for m in every if m.cell.finding in touched]
    kinds = [
        lines[::40],
        [m for m in lines if m.cell.where][:4],
        [m for m in every if m.cell.heirs][::60],
        [m for m in every if m.cell.finding == PRIOR][:3],
        [m for m in every if m.cell.finding == FILM][:2],
        [m for m in every if m.cell.finding == SHARE][:2],
        [m for m in lines if "/" in m.cell.condition][:3],
    ]
    assert all(kinds[place] for place in (0, 1, 3, 4))
    return [movable for kind in kinds for movable in kind]


@pytest.mark.parametrize("movable", _some_cells(), ids=lambda m: f"{m.cell.finding}-{m.cell.condition}-{m.cell.where}")
def test_moving_a_figure_in_place_is_building_everything_anew(found, movable):
    influence = next(item for item in found if item.cell == movable.cell)
    figure = movable.cell.figure

    for value, log_score in zip((figure.low, figure.high), influence.log_score, strict=True):
        assert log_score == pytest.approx(_plain_log_score(movable.moved(value)), abs=1e-9)


@pytest.mark.parametrize("movable", _some_cells(), ids=lambda m: f"{m.cell.finding}-{m.cell.condition}-{m.cell.where}")
def test_a_moved_distribution_still_sums_to_one(movable):
    cell, knowledge = movable.cell, movable.moved(movable.cell.figure.high)

    if cell.finding == PRIOR:
        priors = [condition.priors[cell.where].p for condition in knowledge.conditions.values()]
        assert sum(priors) == pytest.approx(1)
        assert knowledge.conditions[cell.condition].priors[cell.where].p == cell.figure.high
    elif cell.finding == SHARE:
        name, variant = cell.condition.split("/")
        shares = {v.id: v.share.p for v in knowledge.conditions[name].variants}
        assert sum(shares.values()) == pytest.approx(1)
        assert shares[variant] == cell.figure.high
    elif cell.finding != FILM:
        finding = knowledge.findings[cell.finding]
        tables = (finding.likelihoods, *finding.age_overrides.values(), *finding.setting_overrides.values())
        name = cell.heirs[0] if cell.condition == OTHERS else cell.condition
        lines = [table[name].states for table in tables if name in table]
        assert any(states[cell.state].p == cell.figure.high for states in lines)
        for states in lines:
            assert sum(figure.p for figure in states.values()) == pytest.approx(1)


def test_what_a_condition_inherits_moves_with_the_line_it_comes_from():
    heirs = [m for m in movable_cells(the_book()) if m.cell.heirs and m.cell.condition != OTHERS and not m.cell.where]

    for movable in heirs[::50]:
        cell = movable.cell
        lines = movable.moved(cell.figure.low).findings[cell.finding].likelihoods
        for name in (cell.condition, *cell.heirs):
            assert lines[name].states[cell.state].p == cell.figure.low


def test_a_figure_that_no_case_uses_moves_nothing(found):
    answered = {finding for item in _judged() for finding in item.presentation.findings}
    unused = [i for i in found if i.cell.finding not in answered | {PRIOR, FILM, SHARE}]
    elsewhere = [i for i in found if i.cell.finding == PRIOR and i.cell.where != "hospital_paediatric_ed"]

    assert unused
    assert elsewhere
    assert {item.span for item in (*unused, *elsewhere)} == {0.0}


def test_the_largest_span_comes_first_and_every_figure_is_there(found):
    assert [item.span for item in found] == sorted((item.span for item in found), reverse=True)
    assert found[0].span > 0
    assert len(found) == len(list(movable_cells(the_book())))


def test_what_cannot_be_scored_is_refused():
    with pytest.raises(ValueError, match="ranked"):
        influences(the_assessor(), [judged_with({"cellulitis": 1.0}, "something_new")])
    with pytest.raises(ValueError, match="ranked"):
        influences(the_assessor(), [])
