"""Every situation of assets/knowledge/behaviour holds, one test each, named by its id; the page says what they say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from shared.evaluation.behaviour import Behaviour, Situation, Vocabulary, check_situation, document, read_behaviour
from shared.triage.assess import Assessor
from tests.book import the_book

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "knowledge" / "behaviour"


@cache
def the_behaviour() -> Behaviour:
    return read_behaviour(FOLDER, the_book().sources)


@cache
def the_assessor() -> Assessor:
    return Assessor(the_book())


@cache
def the_vocabulary() -> Vocabulary:
    return Vocabulary(the_book(), the_behaviour().words)


@pytest.mark.parametrize("situation", [pytest.param(s, id=s.id) for s in the_behaviour().situations])
def test_what_a_paediatrician_expects_of_a_situation_happens(situation: Situation) -> None:
    outcomes = check_situation(situation, the_assessor(), the_vocabulary())

    unmet = [str(outcome) for outcome in outcomes if not outcome.is_met]

    assert outcomes
    if situation.not_yet:
        assert unmet, f"{situation.title} Everything holds now: take the mark `not yet` away."
    else:
        assert not unmet, "\n".join([situation.title, *unmet])


def test_there_are_many_situations_and_each_says_why() -> None:
    situations = the_behaviour().situations

    assert len(situations) >= 60
    assert all(situation.because and situation.sources for situation in situations)


def test_the_page_says_what_the_situations_say() -> None:
    page = FOLDER.parent / "BEHAVIOUR.md"

    assert page.read_text(encoding="utf-8") == document(the_behaviour(), the_book().sources), "run: make behaviour"
