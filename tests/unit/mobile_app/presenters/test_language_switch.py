"""Another language in the middle of the work: the same screen, the same draft, the same question, in other words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mobile_app import language
from mobile_app.language import PSEUDO
from mobile_app.navigation import Screen
from tests.presenter_world import BOY, Finger

BRACKETS = PSEUDO.code


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use("en")


def speak(finger: Finger, code: str) -> None:
    assert finger.flow.manner.speak(code) == ""


def test_in_the_middle_of_the_questions_the_same_question_is_asked(finger):
    finger.begin_questions()
    finger.answer(BOY)
    while finger.screen is not Screen.QUESTION:
        finger.answer(BOY)
    before, draft = finger.view, finger.store.drafts()[0]
    speak(finger, BRACKETS)

    assert finger.screen is Screen.QUESTION
    assert finger.view.finding == before.finding
    assert finger.view.question == f"⟦{before.question}⟧"
    assert finger.view.progress.answered == before.progress.answered
    assert [choice.value for choice in finger.view.answers] == [choice.value for choice in before.answers]
    assert finger.store.drafts()[0] == draft

    speak(finger, "en")
    assert finger.view == before


def test_the_next_question_comes_in_the_new_language(finger):
    finger.begin_questions()
    speak(finger, BRACKETS)
    finger.answer(BOY)

    assert finger.view.question.startswith("⟦") if finger.screen is Screen.QUESTION else finger.view.title[0] == "⟦"


def test_digits_that_are_typed_and_not_saved_yet_stay_in_the_field(finger):
    finger.begin_questions()
    while finger.screen is not Screen.MEASUREMENT or not finger.view.units:
        finger.answer(BOY)
    code = finger.view.measurement
    finger.flow.measurement.choose_unit(finger.view.units[-1].value)
    chosen = [choice.value for choice in finger.view.units if choice.is_chosen]
    for key in "1.5":
        finger.flow.measurement.press(key)
    speak(finger, BRACKETS)

    assert (finger.screen, finger.view.measurement, finger.view.value_text) == (Screen.MEASUREMENT, code, "1.5")
    assert [choice.value for choice in finger.view.units if choice.is_chosen] == chosen
    finger.flow.measurement.press("2")
    assert finger.view.value_text == "1.52"


def test_half_answered_danger_signs_stay_answered(finger):
    finger.begin_case()
    lines = [line.line_id for line in finger.view.lines]
    finger.flow.danger_signs.answer(lines[1], "no")
    finger.flow.danger_signs.answer(lines[2], "no")
    answered = [(line.line_id, line.answer) for line in finger.view.lines]
    speak(finger, BRACKETS)

    assert finger.screen is Screen.DANGER_SIGNS
    assert [(line.line_id, line.answer) for line in finger.view.lines] == answered
    assert all(line.title.startswith("⟦") for line in finger.view.lines)


def test_an_emergency_stays_one_with_its_time_and_its_acts(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("looks_very_ill", "yes")
    finger.flow.danger_signs.answer("fever", "yes")
    if finger.screen is not Screen.EMERGENCY:
        for line in list(finger.view.lines):
            if finger.screen is Screen.DANGER_SIGNS:
                finger.flow.danger_signs.answer(line.line_id, "yes")
    before = finger.view
    speak(finger, BRACKETS)

    assert finger.screen is Screen.EMERGENCY
    assert finger.view.raised_at == before.raised_at
    assert [act.number for act in finger.view.acts] == [act.number for act in before.acts]
    assert finger.view.acts[0].text == f"⟦{before.acts[0].text}⟧"


def test_result_and_plan_follow_and_the_ranking_stays_what_it_was(finger):
    finger.begin_case()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    finger.to_result()
    before = finger.view
    speak(finger, BRACKETS)
    rows = [(row.condition, row.estimate, row.low, row.high, row.is_open) for row in before.rows]

    assert [(row.condition, row.estimate, row.low, row.high, row.is_open) for row in finger.view.rows] == rows
    assert finger.view.rows[0].name == f"⟦{before.rows[0].name}⟧"
    finger.flow.result.plan()
    assert all(test.text.startswith("⟦") for test in finger.view.tests)
    finger.flow.plan.save()
    assert finger.screen is Screen.SENT_PREVIEW


def test_what_is_recorded_is_the_same_in_every_language(finger):
    speak(finger, "ar")
    finger.save_boy()
    (summary,) = finger.store.summaries()

    assert summary.conclusion is not None
    assert summary.conclusion.differential[0].condition == "calcinosis_cutis_iatrogenic"
    assert set(summary.answers) >= {"age_days", "sex", "region", "side"}


def test_a_full_disk_is_said_in_the_new_language(finger):
    from tests.presenter_world import a_full_disk

    finger.begin_questions()
    with a_full_disk():
        finger.answer(BOY)
    said = finger.view.error
    speak(finger, BRACKETS)

    assert said
    assert finger.view.error == f"⟦{said}⟧"


def test_english_needs_no_note_and_another_language_says_that_nobody_has_reviewed_it(finger):
    finger.begin_questions()
    assert finger.view.app_bar.translation_note == ""
    speak(finger, BRACKETS)
    assert finger.view.app_bar.translation_note == "⟦Translation not yet reviewed by a clinician⟧"


def test_the_language_stays_when_the_tablet_is_locked_and_unlocked(finger):
    finger.begin_questions()
    asked = finger.item
    finger.flow.lock()
    speak(finger, BRACKETS)
    finger.start()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)

    assert finger.item == asked
    assert finger.view.why_title == "⟦Why we ask this now⟧"
