"""The start screen tells which children are to be looked at again, the longest overdue first."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.presenters.frame import Meaning
from shared.case.entry import EntryKind

DAY_S = 24 * 3600


@pytest.fixture
def boy(finger):
    """The nine-month-old after his first visit, on the start screen."""
    finger.save_boy()
    return finger


def after(finger, days):
    finger.tablet.clock.pass_time(days * DAY_S)
    finger.flow.home.open()
    return finger.view.due


def test_a_new_tablet_says_what_comes_first(finger):
    assert (finger.view.empty_title, finger.view.due_title, finger.view.recent) == ("No case yet", "", ())


def test_the_check_of_the_plan_is_due_on_its_day_and_late_after_it(boy):
    assert boy.view.due == ()
    assert boy.view.due_empty == "No follow-up is due. The next one is on 28 Nov."
    (row,) = after(boy, 6)
    assert (row.due, row.meaning, row.button) == ("Tomorrow", Meaning.ROUTINE, "Start")
    assert row.what_for.startswith("1 week: size, skin, movement")
    assert boy.view.due_count == ""
    assert after(boy, 1)[0].due == "Today"
    assert boy.view.due_count == "All 1"
    (row,) = after(boy, 3)

    assert (row.due, row.meaning) == ("3 days late", Meaning.EMERGENCY)


def test_a_visit_moves_it_to_the_next_check_of_the_plan(boy):
    case_id = boy.view.recent[0].case_id
    after(boy, 7)
    boy.flow.home.follow_up(case_id)
    assert boy.screen is Screen.DANGER_SIGNS
    boy.flow.danger_signs.no_to_the_rest()
    boy.flow.danger_signs.go_on()
    while boy.screen in (Screen.QUESTION, Screen.MEASUREMENT):
        boy.flow.presenter(boy.screen).result()
    boy.flow.result.plan()
    boy.flow.plan.save()
    boy.flow.sent_preview.done()
    days = [
        one.day.isoformat() for one in boy.store.follow_ups.due(boy.tablet.clock.now().date().replace(year=2027), 9)
    ]

    assert days == ["2026-12-19"]


@pytest.mark.parametrize("kind", [EntryKind.OUTCOME, EntryKind.WITHDRAWAL])
def test_an_outcome_or_a_withdrawal_ends_it(boy, kind):
    answers = {"healed_days": 5} if kind is EntryKind.OUTCOME else {"withdrawal_reason": "consent"}
    boy.store.record(boy.view.recent[0].case_id, kind, answers)

    assert after(boy, 30) == ()


def test_a_clock_that_jumped_shows_a_date_and_calls_nothing_late(boy):
    (row,) = after(boy, 900)

    assert (row.due, row.meaning) == ("28 Nov 2026", Meaning.ROUTINE)


def test_a_row_opens_the_case_and_all_of_them_are_listed_worst_first(boy):
    first = boy.view.recent[0].case_id
    boy.tablet.clock.pass_time(4 * DAY_S)
    second = boy.save_boy()
    after(boy, 8)
    assert [row.case_id for row in boy.view.due] == [first, second]
    boy.flow.home.all_due()
    assert [row.case_id for row in boy.view.cases] == [first, second]
    assert boy.view.cases[0].found.startswith("5 days late · 1 week: size")
    boy.flow.search.back()
    boy.flow.home.open_case(first)

    assert boy.screen is Screen.CASE
