"""What fits so far in words and bands, and what to do."""

from __future__ import annotations

import re

import pytest

from mobile_app.commands.screenshots_follow_up import CONTRADICTORY
from mobile_app.navigation import Screen
from mobile_app.presenters.frame import Meaning
from tests.book import the_book
from tests.presenter_world import BOY

CALCINOSIS = "calcinosis_cutis_iatrogenic"


@pytest.fixture
def boy(finger):
    finger.begin_questions()
    finger.to_result()
    return finger


def test_the_boy_of_the_paper_shows_calcinosis_first_and_an_x_ray_before_anything_else(boy):
    view = boy.view

    assert view.rows[0].condition == CALCINOSIS
    assert view.disposition.meaning is Meaning.SAME_DAY
    assert view.banner.title == "X-ray before any cut, needle or further antibiotics"
    assert "X-ray" in view.next_test.title
    assert view.next_test.availability == "Available here"


def test_a_percentage_never_stands_without_its_band_and_never_has_decimals(boy):
    for row in boy.view.rows:
        assert re.fullmatch(r"\d{1,2}–\d{1,2}%|under 1%", row.band)
        assert row.word
        assert row.low <= row.estimate <= row.high


def test_something_else_is_the_last_of_five_rows_and_only_one_row_is_open(boy):
    rows = boy.view.rows
    assert len(rows) == 5
    assert rows[-1].condition == "other_not_modelled"
    assert [row.is_open for row in rows] == [True, False, False, False, False]
    boy.flow.result.toggle_row(rows[1].condition)
    assert [row.is_open for row in boy.view.rows] == [False, True, False, False, False]
    boy.flow.result.toggle_row(rows[1].condition)
    assert not any(row.is_open for row in boy.view.rows)


def test_the_row_that_was_opened_stays_open_when_a_sync_draws_the_result_again(boy):
    second = boy.view.rows[1].condition
    boy.flow.result.toggle_row(second)
    boy.flow.refresh()

    assert [row.condition for row in boy.view.rows if row.is_open] == [second]


def test_chips_say_how_strongly_an_answer_speaks_for_or_against_the_strongest_first(boy):
    first = boy.view.rows[0]

    assert first.for_[0].text == "Calcium by drip in this limb"
    assert first.for_[0].strength == "+++"
    assert {chip.strength for chip in first.for_} <= {"+++", "++", "+"}
    assert {chip.strength for chip in first.against} <= {"−−−", "−−", "−"}
    for chips in (first.for_, first.against):
        strengths = [len(chip.strength) for chip in chips]
        assert strengths == sorted(strengths, reverse=True)


def test_what_would_change_this_names_the_film_and_danger_signs(boy):
    changes = boy.view.changes

    assert changes[0].trigger == "Calcium in the soft tissue"
    assert changes[0].effect == "iatrogenic calcinosis cutis very likely"
    assert {change.effect for change in changes if change.is_danger} == {"emergency"}


def test_entering_the_film_asks_for_it_and_settles_the_prompt(boy):
    boy.flow.result.enter_test()
    assert boy.item in ("xray_lt_10d", "xray_ge_10d")
    boy.flow.question.answer("soft_tissue_calcification")
    boy.to_result()

    assert boy.view.rows[0].word == "very likely"
    titles = [rule.title for rule in (boy.view.banner, *boy.view.other_rules)]
    assert "X-ray before any cut, needle or further antibiotics" not in titles


def test_a_case_that_does_not_fit_says_so_and_its_bars_lose_their_words(finger):
    finger.begin_questions()
    for _ in range(80):
        if finger.screen is Screen.EMERGENCY:
            finger.flow.emergency.questions()
        if finger.screen is Screen.RESULT:
            break
        finger.answer(CONTRADICTORY.answers)

    assert finger.view.does_not_fit.startswith("These answers do not fit")
    assert {row.word for row in finger.view.rows} == {""}


def test_danger_signs_that_nobody_answered_are_counted(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("fever", "no")
    finger.flow.danger_signs.go_on()
    count = len(next(view for screen, view in finger.seen if screen is Screen.DANGER_SIGNS).lines)
    finger.flow.question.result()

    assert finger.view.not_assessed == f"{count - 1} danger signs were not answered."


def test_the_footer_names_the_knowledge_and_that_it_is_no_diagnosis(boy):
    assert boy.view.footer == f"Supports your judgement; not a diagnosis. Knowledge {the_book().version}."


def test_the_plan_counts_follow_up_dates_from_the_day_of_the_visit(boy):
    boy.flow.result.plan()

    dated = [step.when for step in boy.view.follow_up if "day" not in step.when]
    assert dated[:3] == ["28 Nov · 1 week", "19 Dec · 4 weeks", "16 Jan · 8 weeks"]
    assert [step.is_next for step in boy.view.follow_up[:2]] == [True, False]


def test_a_test_is_done_when_its_results_are_in_the_case(boy):
    boy.flow.result.plan()
    film = next(test for test in boy.view.tests if test.text.startswith("X-ray"))
    assert (film.is_done, film.here) == (False, "Here")
    assert boy.view.tests_done == f"0 of {len(boy.view.tests)} done"
    boy.flow.plan.back()
    boy.flow.result.enter_test()
    boy.flow.question.answer("soft_tissue_calcification")
    boy.to_result()
    boy.flow.result.plan()

    film = next(test for test in boy.view.tests if test.text.startswith("X-ray"))
    assert (film.is_done, film.here, film.why) == (True, "", "Calcium in the soft tissue")
    assert boy.view.tests_done.startswith("1 of ")


def test_the_plan_says_what_not_to_do_and_what_to_tell_the_parents(boy):
    boy.flow.result.plan()

    assert any("antibiotics" in line for line in boy.view.do_not)
    assert "The X-ray will show it. If so, it is no infection" in boy.view.parents
    assert boy.view.care


def test_saving_appends_the_visit_with_its_conclusion_and_removes_the_draft(boy):
    boy.flow.result.plan()
    boy.flow.plan.save()

    assert boy.screen is Screen.SENT_PREVIEW
    assert boy.store.drafts() == ()
    (summary,) = boy.store.summaries()
    (entry,) = boy.store.log(summary.case_id)
    assert entry.conclusion.differential[0].condition == CALCINOSIS
    assert entry.conclusion.disposition == "same_day"
    assert entry.answers["crp"] == BOY["crp"]
