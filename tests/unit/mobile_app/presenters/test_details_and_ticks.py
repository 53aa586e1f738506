"""What a chip, a question, a rule and a plan rest on is one tap away; what was done is ticked, and kept."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from tests.book import the_book
from tests.presenter_world import BOY, a_full_disk

CALCINOSIS = "calcinosis_cutis_iatrogenic"


@pytest.fixture
def boy(finger):
    finger.begin_questions()
    finger.to_result()
    return finger


@pytest.fixture
def plan(boy):
    boy.flow.result.plan()
    return boy


def citations() -> set[str]:
    return {source.citation for source in the_book().sources.values()}


def test_a_chip_says_its_weight_in_words_its_grade_and_its_sources(boy):
    chip = boy.view.rows[0].for_[0]
    boy.flow.result.show_reason(CALCINOSIS, chip.finding)
    details = boy.view.details

    assert details.title == chip.text
    assert details.sentences[0] == f"{boy.view.rows[0].name}."
    assert details.sentences[1] == "Speaks strongly for it."
    assert details.sentences[2].endswith("times higher with this answer.")
    assert any(sentence.startswith("Grade ") for sentence in details.sentences)
    assert details.sources
    assert {source.citation for source in details.sources} <= citations()


def test_every_chip_of_every_row_can_be_asked(boy):
    for row in boy.view.rows:
        if not next(one for one in boy.view.rows if one.condition == row.condition).is_open:
            boy.flow.result.toggle_row(row.condition)
        opened = next(one for one in boy.view.rows if one.is_open)
        for chips, direction in ((opened.for_, "for it"), (opened.against, "against it")):
            for chip in chips:
                boy.flow.result.show_reason(row.condition, chip.finding)
                assert boy.view.details.title == chip.text
                assert direction in boy.view.details.sentences[1]
                boy.flow.result.close_details()


def test_back_closes_the_details_and_leaves_the_screen_as_it_was(boy):
    rows = boy.view.rows
    boy.flow.result.show_sources()
    assert boy.view.details.title == "What this result rests on"
    assert len(boy.view.details.sources) > 1
    boy.flow.result.back()

    assert boy.screen is Screen.RESULT
    assert boy.view.details is None
    assert boy.view.rows == rows


def test_details_stay_open_when_a_sync_draws_the_result_again_and_follow_the_language(boy):
    boy.flow.result.show_sources()
    boy.flow.refresh()
    assert boy.view.details is not None
    boy.flow.manner.speak("fr")

    assert boy.view.details.title != "What this result rests on" or boy.view.details.note


def test_a_question_shows_what_it_rests_on_and_is_still_to_be_answered(finger):
    finger.begin_questions()
    item, counted = finger.item, int(finger.view.sources.split()[0])
    finger.flow.question.show_sources()
    details = finger.view.details

    assert details.title == finger.view.question
    named = {one.citation for one in details.sources} - {the_book().sources["expert"].citation}
    assert len(named) == counted
    assert all(source.supports for source in details.sources)
    finger.flow.question.back()
    assert (finger.screen, finger.item, finger.view.details) == (Screen.QUESTION, item, None)


def test_an_emergency_says_who_asks_for_its_acts(finger):
    finger.begin_case()
    for line in finger.view.lines:
        if finger.screen is Screen.DANGER_SIGNS:
            finger.flow.danger_signs.answer(line.line_id, "yes")
    assert finger.screen is Screen.EMERGENCY
    finger.flow.emergency.show_sources()

    assert finger.view.details.sources
    finger.flow.emergency.back()
    assert (finger.screen, finger.view.details) == (Screen.EMERGENCY, None)


def test_every_line_of_the_plan_has_its_sources_one_tap_away(plan):
    plan.flow.plan.show_sources()
    supported = " ".join(source.supports for source in plan.view.details.sources)

    for line in (*plan.view.care, *(test for test in plan.view.tests if not test.is_done)):
        assert line.text in supported
    plan.flow.plan.back()
    assert (plan.screen, plan.view.details) == (Screen.PLAN, None)


def test_a_line_of_care_is_ticked_with_its_day_and_the_tick_is_taken_back(plan):
    first = plan.view.care[0]
    assert not first.is_done
    plan.flow.plan.tick(first.text)
    assert (plan.view.care[0].is_done, plan.view.care[0].done) == (True, "Done today 09:30")
    assert not plan.view.care[1].is_done
    plan.flow.plan.tick(first.text)

    assert not plan.view.care[0].is_done


def test_a_tick_outlives_switching_off_and_is_the_same_in_every_language(plan):
    plan.flow.plan.tick(plan.view.care[0].text)
    draft = plan.store.drafts()[0].draft_id
    again = plan.again()
    again.flow.home.resume(draft)
    assert again.screen is Screen.PLAN
    for language in ("fr", "ar", "en"):
        again.flow.manner.speak(language)
        assert [line.is_done for line in again.view.care] == [True, *([False] * (len(again.view.care) - 1))]
    again.flow.lock()


def test_a_full_disk_ticks_nothing_and_says_so(plan):
    first = plan.view.care[0].text
    with a_full_disk():
        plan.flow.plan.tick(first)
        assert plan.view.error.endswith(".")
    plan.flow.plan.open()

    assert not plan.view.care[0].is_done


def test_a_tick_is_never_sent(plan):
    first = plan.view.care[0].text
    plan.flow.plan.tick(first)
    plan.flow.plan.save()
    (entry,) = plan.store.log(plan.store.summaries()[0].case_id)

    assert first not in repr(plan.store.sent_form(entry.id))
    assert plan.store.plan_ticks.of(entry.case_id)


def test_a_test_leads_to_entering_its_result_and_is_done_by_it(plan):
    film = next(test for test in plan.view.tests if "X-ray" in test.text)
    assert film.has_result
    plan.flow.plan.press_test(film.text)
    assert plan.item in ("xray_lt_10d", "xray_ge_10d")
    plan.flow.question.answer("soft_tissue_calcification")
    plan.to_result(BOY)
    plan.flow.result.plan()
    assert film.text not in {test.text for test in plan.view.tests if not test.is_done}
    plan.flow.plan.press_test(film.text)

    assert plan.item in ("xray_lt_10d", "xray_ge_10d")
    assert [choice.value for choice in plan.view.answers if choice.is_chosen] == ["soft_tissue_calcification"]


def test_the_letter_says_what_was_done_and_when(plan):
    first = plan.view.care[0].text
    plan.flow.plan.tick(first)
    plan.flow.plan.letter()

    assert "Done today" in repr(plan.view)
