"""The result names what is not ranked and should be thought of; an emergency is not kept waiting by questions."""

from __future__ import annotations

from mobile_app.navigation import Screen
from tests.book import the_book


def test_the_result_says_what_else_to_think_of_with_its_clues_and_sources(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("tense", "yes")
    finger.flow.emergency.result()

    considered = finger.view.considered
    entry = the_book().consider["compartment_syndrome"]
    assert [item.name for item in considered] == [entry.label]
    assert considered[0].heading == "Also think of"
    assert considered[0].clues.lower() == entry.clues.lower()
    assert "Noonan KJ" in considered[0].sources


def test_a_result_without_anything_to_think_of_has_no_such_card(finger):
    finger.begin_questions()
    finger.flow.question.result()

    assert finger.view.considered == ()


def test_in_an_emergency_only_what_the_engine_asks_is_asked(finger):
    """No vital signs and no details of the danger signs for their own sake."""
    finger.begin_case()
    finger.flow.danger_signs.answer("tense", "yes")
    finger.flow.emergency.questions()
    for _ in range(20):
        if finger.screen not in (Screen.QUESTION, Screen.MEASUREMENT):
            break
        visit = finger.flow.question._desk.visit
        engine = {question.finding for question in visit.assessment.next_questions}
        assert finger.item in engine
        finger.answer({})

    assert finger.screen is Screen.RESULT
