"""Nothing is lost: every answer is on disk before the screen changes, and work goes on at the same question."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.navigation import Screen
from shared.case.entry import Quantity
from tests.presenter_world import BOY, Finger, a_full_disk
from tests.tablet_world import a_tablet

ROOT = Path(__file__).resolve().parents[4]


def resume(finger):
    """Switch off and on, and take up the newest draft."""
    again = finger.again()
    assert again.screen is Screen.HOME
    again.flow.home.resume(again.view.drafts[0].draft_id)
    return again


def test_each_answer_is_on_disk_before_the_screen_changes(finger):
    finger.begin_questions()
    on_disk = []
    finger.watch = lambda: on_disk.append(len(finger.store.drafts()[0].answers))
    before = len(finger.store.drafts()[0].answers)
    for _ in range(4):
        finger.answer({code: value for code, value in BOY.items() if isinstance(value, str)})

    finger.watch = None
    assert on_disk == list(range(before + 1, before + 5))


def test_work_goes_on_at_every_step_where_it_stopped(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("fever", "no")
    finger = resume(finger)
    assert finger.screen is Screen.DANGER_SIGNS
    assert next(line for line in finger.view.lines if line.line_id == "fever").answer == "no"

    finger.flow.danger_signs.go_on()
    for _ in range(60):
        if finger.screen is Screen.RESULT:
            break
        item, number = finger.item, finger.view.progress.number
        finger = resume(finger)
        assert (finger.item, finger.view.progress.number) == (item, number)
        finger.answer(BOY)
    finger = resume(finger)
    assert finger.screen is Screen.RESULT
    finger.flow.result.plan()
    rows = finger.view.tests
    finger = resume(finger)
    assert finger.screen is Screen.PLAN
    assert finger.view.tests == rows
    finger.flow.plan.save()
    assert finger.again().view.drafts == ()


def test_a_new_case_goes_on_with_its_places_age_and_local_texts(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.toggle_place("ankle", "right")
    finger.flow.new_case.choose_age_unit("wk")
    finger.flow.new_case.type_age("6")
    finger.flow.new_case.type_local("record_number", "77-A")
    finger = resume(finger)

    assert finger.screen is Screen.NEW_CASE
    assert [chip.label for chip in finger.view.chips] == ["Right ankle"]
    assert finger.view.age_text == "6"
    assert [unit.value for unit in finger.view.age_units if unit.is_chosen] == ["wk"]
    assert finger.view.local_fields[0].value == "77-A"


def test_an_emergency_goes_on_as_an_emergency(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("looks_very_ill", "yes")
    finger = resume(finger)

    assert finger.screen is Screen.EMERGENCY


def test_home_says_where_a_draft_stopped_and_that_every_answer_is_kept(finger):
    finger.begin_questions()
    finger.answer({})
    finger.flow.lock()
    finger.type_pin("482913")
    finger.flow.unlock.unlock()

    (row,) = finger.view.drafts
    assert row.title.startswith("Resume Case ")
    assert row.detail == "Stopped at question 2 · every answer kept"


def test_a_discarded_draft_is_gone(finger):
    finger.begin_questions()
    finger.flow.lock()
    finger.type_pin("482913")
    finger.flow.unlock.unlock()
    finger.flow.home.discard(finger.view.drafts[0].draft_id)

    assert finger.view.drafts == ()
    assert finger.view.empty_title == "No case yet"


@pytest.mark.parametrize("answers", [0, 3, 9])
def test_a_killed_tablet_goes_on_at_the_same_question(tmp_path, answers):
    code = f"from tests.presenter_world import answer_then_die; answer_then_die({str(tmp_path)!r}, {answers})"
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert child.returncode == -9, child.stderr

    screen, item = child.stdout.split()
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.start()
        finger.flow.home.resume(finger.view.drafts[0].draft_id)
        assert (finger.screen.value, finger.item) == (screen, item)
        assert finger.view.progress.number == f"Question {answers + 1}"
        finger.flow.lock()


def test_on_a_full_disk_the_answer_stays_in_memory_and_the_last_saved_state_is_untouched(finger):
    finger.begin_questions()
    item = finger.item
    saved = finger.store.drafts()[0]
    with a_full_disk():
        finger.flow.question.answer("yes")

    assert finger.item == item
    assert finger.view.error.endswith(".")
    assert finger.view.app_bar.saved == ""
    assert [choice.value for choice in finger.view.answers if choice.is_chosen] == ["yes"]
    assert finger.store.drafts() == (saved,)
    finger.flow.question.answer("yes")
    assert finger.item != item
    assert finger.view.error == ""
    assert finger.view.app_bar.saved == "Saved"
    assert finger.store.drafts()[0].answers[item] is True


def test_on_a_full_disk_a_number_stays_in_its_field(finger):
    finger.begin_questions()
    for _ in range(60):
        if finger.screen is Screen.MEASUREMENT:
            break
        finger.answer(BOY)
    code = finger.item
    with a_full_disk():
        finger.type_number(Quantity(5, "d"))

    assert finger.view.error
    assert finger.view.value_text == "5"
    assert code not in finger.store.drafts()[0].answers


def test_on_a_full_disk_a_visit_is_not_saved_and_can_be_saved_later(finger):
    finger.begin_questions()
    finger.to_result()
    finger.flow.result.plan()
    with a_full_disk():
        finger.flow.plan.save()
    assert finger.screen is Screen.PLAN
    assert finger.view.error
    assert finger.store.count_cases() == 0
    finger.flow.plan.save()

    assert finger.screen is Screen.SENT_PREVIEW
    assert finger.store.count_cases() == 1


def test_the_result_so_far_can_be_read_on_a_full_disk(finger):
    finger.begin_questions()
    with a_full_disk():
        finger.flow.question.answer("yes")
        finger.flow.question.result()

    assert finger.screen is Screen.RESULT
    assert finger.view.error
    assert finger.view.rows


def test_a_draft_whose_question_the_knowledge_no_longer_asks_goes_on_at_the_result(finger):
    finger.begin_questions()
    finger.answer({})
    draft = finger.store.drafts()[0]
    finger.store.save_draft(replace(draft, step=draft.step.replace(finger.item, "no_longer_asked", 1)))
    finger = resume(finger)

    assert finger.screen is Screen.RESULT


def test_a_step_of_another_version_goes_on_at_the_first_page(finger):
    finger.begin_questions()
    finger.store.save_draft(replace(finger.store.drafts()[0], step="something else"))
    finger = resume(finger)

    assert finger.screen is Screen.NEW_CASE
    assert [chip.label for chip in finger.view.chips] == ["Left wrist", "Left hand"]
