"""One question a screen, any of them skippable, back without loss."""

from __future__ import annotations

from mobile_app.navigation import Screen
from shared.case.entry import NOT_POSSIBLE, UNKNOWN
from tests.presenter_world import BOY


def test_a_question_has_its_kind_its_reason_and_how_to_find_out(finger):
    finger.begin_questions()
    view = finger.view

    assert finger.screen is Screen.QUESTION
    assert view.question.endswith("?")
    assert view.why
    assert view.how_to
    assert all(step.text for step in view.how_to)
    assert [choice.label for choice in view.second_answers] == ["Don't know", "Not possible here"]
    assert view.progress.number == "Question 1"


def test_yes_and_no_are_answered_as_yes_and_no_and_states_as_states(finger):
    finger.begin_questions()
    finger.to_result()

    answers = finger.store.drafts()[0].answers
    assert answers["prior_iv_calcium_same_limb_3m"] is True
    assert answers["purulent_discharge"] is False
    assert answers["swelling_consistency"] == "soft_oedematous"


def test_dont_know_and_not_possible_are_kept_apart_from_no(finger):
    finger.begin_questions()
    first = finger.item
    finger.flow.question.answer(UNKNOWN)
    second = finger.item
    finger.flow.question.answer(NOT_POSSIBLE)

    answers = finger.store.drafts()[0].answers
    assert (answers[first], answers[second]) == (UNKNOWN, NOT_POSSIBLE)
    assert finger.item not in (first, second)


def test_back_shows_the_question_before_with_its_answer(finger):
    finger.begin_questions()
    first = finger.item
    finger.flow.question.answer("yes")
    second = finger.item
    finger.flow.question.back()

    assert finger.item == first
    assert [choice.value for choice in finger.view.answers if choice.is_chosen] == ["yes"]
    assert finger.view.progress.number == "Question 1"
    finger.flow.question.answer("yes")
    assert finger.item == second


def test_back_from_the_first_question_leads_to_the_danger_signs(finger):
    finger.begin_questions()
    finger.flow.question.back()

    assert finger.screen is Screen.DANGER_SIGNS


def test_a_skipped_question_is_not_answered_and_can_be_answered_from_the_result(finger):
    finger.begin_questions()
    skipped = finger.item
    finger.flow.question.skip()
    assert finger.item != skipped
    finger.to_result({})
    assert skipped not in finger.store.drafts()[0].answers
    assert finger.view.next_question is not None
    finger.flow.result.answer_next()

    assert finger.item == skipped


def test_the_result_so_far_is_one_tap_away_and_the_way_back_is_to_the_same_question(finger):
    finger.begin_questions()
    finger.flow.question.answer("yes")
    item = finger.item
    finger.flow.question.result()
    assert finger.screen is Screen.RESULT
    finger.flow.result.answer_next()

    assert finger.item == item
    assert finger.view.progress.number == "Question 2"


def test_progress_counts_up_and_never_back(finger):
    finger.begin_questions()
    answered = []
    for _ in range(80):
        if finger.screen not in (Screen.QUESTION, Screen.MEASUREMENT):
            break
        progress = finger.view.progress
        answered.append(progress.answered)
        assert progress.at_least >= 0
        assert progress.perhaps >= 0
        finger.answer(BOY)

    assert answered == list(range(len(answered)))
    assert finger.screen is Screen.RESULT


def test_what_is_not_an_answer_changes_nothing(finger):
    finger.begin_questions()
    item = finger.item
    finger.flow.question.answer("perhaps")

    assert finger.item == item
    assert item not in finger.store.drafts()[0].answers


def test_a_yes_that_raises_an_emergency_in_the_middle_of_the_questions_shows_it_at_once(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("severe_pain", "yes")
    finger.flow.danger_signs.go_on()
    for _ in range(40):
        if finger.screen is Screen.QUESTION and finger.item in ("spreading_erythema_streaks", "toxic_appearance"):
            break
        finger.answer({})
    finger.flow.question.answer("yes")

    assert finger.screen is Screen.EMERGENCY
    finger.flow.emergency.questions()
    assert finger.screen in (Screen.QUESTION, Screen.MEASUREMENT, Screen.RESULT)
