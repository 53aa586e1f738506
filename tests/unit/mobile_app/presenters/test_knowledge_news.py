"""After an update of the knowledge: stored cases are judged again beside the work, shown once, and remembered."""

from __future__ import annotations

import threading

import pytest

from mobile_app.commands.demo_old_cases import record_old_cases
from mobile_app.config import ASSETS
from mobile_app.navigation import Screen
from mobile_app.presenters.background import at_once
from mobile_app.presenters.knowledge_changes import PAGE
from mobile_app.presenters.knowledge_news import FEW, KnowledgeNews
from shared.case.entry import EntryKind, Quantity
from shared.errors import Locked
from shared.evaluation.reading import load_cases
from shared.knowledge.shelf import Shelf
from shared.triage.assessment import Disposition
from shared.triage.reassess import Reassessor
from tests.book import KNOWLEDGE, the_book
from tests.presenter_world import the_reassessor

URGENCY = list(Disposition)
CURRENT = the_book().version


@pytest.fixture(scope="module")
def shelf():
    return Shelf(KNOWLEDGE.parent, CURRENT)


@pytest.fixture(scope="module")
def published():
    return load_cases(ASSETS / "published_cases").records


@pytest.fixture
def updated(finger, shelf, published):
    """A tablet with the published children assessed under 1.0, switched on after the update."""
    record_old_cases(finger.store, shelf, "1.0", published)
    return finger.again()


def old_cases(finger, shelf, published, count):
    return record_old_cases(finger.store, shelf, "1.0", (published * (count // len(published) + 1))[:count])


def news_of(finger, **changed):
    parts = {"in_background": at_once, "changed": lambda: None, "pause": lambda _: None, **changed}
    return KnowledgeNews(finger.store, the_reassessor(), **parts)


def test_a_tablet_without_old_cases_says_nothing(finger):
    finger.save_boy()
    later = finger.again()

    assert later.view.knowledge is None
    assert later.store.cases_to_judge(CURRENT, 10) == ()


def test_after_the_update_the_start_screen_says_how_many_cases_are_judged_differently(updated, published):
    counts = updated.store.change_counts(CURRENT)
    card = updated.view.knowledge

    assert 0 < counts.cases < len(published)
    assert card.title == f"Knowledge {CURRENT} judges {counts.cases} stored cases differently"
    assert card.is_more_urgent is (counts.more_urgent > 0)


def test_the_list_has_every_such_case_what_became_more_urgent_first(updated):
    updated.flow.home.knowledge_changes()
    while updated.view.more_button:
        updated.flow.knowledge_changes.more()
    rows = updated.view.cases

    assert updated.screen is Screen.KNOWLEDGE_CHANGES
    assert len(rows) == updated.store.change_counts(CURRENT).cases
    steps = [URGENCY.index(row.was.meaning) - URGENCY.index(row.now.meaning) for row in rows]
    assert steps == sorted(steps, reverse=True)
    assert all(row.sentence.endswith(".") and row.sentence != "The same." for row in rows)


def test_the_list_grows_page_by_page(updated):
    total = updated.store.change_counts(CURRENT).cases
    updated.flow.home.knowledge_changes()

    assert len(updated.view.cases) == min(PAGE, total)
    updated.flow.knowledge_changes.more()
    assert len(updated.view.cases) == min(2 * PAGE, total)


def test_a_case_opens_from_the_list_says_what_would_be_said_now_and_leads_back_to_the_list(updated):
    updated.flow.home.knowledge_changes()
    row = updated.view.cases[0]
    updated.flow.knowledge_changes.open_case(row.case_id)

    card = updated.view.new_knowledge
    assert (card.title, card.sentence) == (f"Knowledge {CURRENT} would say", row.sentence)
    assert updated.view.timeline[0].content.endswith("assessed under knowledge 1.0")
    # What was concluded stays as it was recorded.
    assert updated.view.timeline[0].badge == row.was
    assert updated.view.back_button == "Changes"
    updated.flow.case.back()
    assert updated.screen is Screen.KNOWLEDGE_CHANGES
    updated.flow.knowledge_changes.back()
    updated.flow.home.open_case(row.case_id)
    assert updated.view.back_button == "Cases"


def test_what_was_seen_is_remembered_when_the_tablet_is_switched_off(updated):
    total = updated.store.change_counts(CURRENT)
    updated.flow.home.knowledge_changes()
    updated.flow.knowledge_changes.seen()

    assert updated.screen is Screen.HOME
    assert updated.view.knowledge is None
    later = updated.again()
    assert later.view.knowledge is None
    assert later.store.change_counts(CURRENT) == type(total)(total.cases, total.more_urgent, 0, 0)


def test_going_home_without_a_word_keeps_the_card(updated):
    updated.flow.home.knowledge_changes()
    updated.flow.knowledge_changes.back()

    assert updated.view.knowledge is not None


def test_each_user_sees_it_for_himself(updated):
    updated.flow.home.knowledge_changes()
    updated.flow.knowledge_changes.seen()
    other = type(updated.store.user)("someone-else", "Other", "Doctor")
    updated.store.user = other

    assert updated.store.change_counts(CURRENT).new == updated.store.change_counts(CURRENT).cases


def test_what_comes_after_it_was_seen_is_new(updated, shelf, published):
    updated.flow.home.knowledge_changes()
    updated.flow.knowledge_changes.seen()
    before = updated.store.change_counts(CURRENT).cases
    record_old_cases(updated.store, shelf, "1.0", published)
    later = updated.again()

    assert later.store.change_counts(CURRENT).new == before


def test_a_case_that_is_assessed_again_leaves_the_list(updated):
    updated.flow.home.knowledge_changes()
    case_id = updated.view.cases[0].case_id
    total = updated.store.change_counts(CURRENT).cases
    updated.flow.knowledge_changes.open_case(case_id)
    updated.flow.case.correct("tenderness")
    updated.flow.question.answer("yes")

    assert updated.screen is Screen.CASE
    assert updated.view.new_knowledge is None
    assert updated.store.change_counts(CURRENT).cases == total - 1


def test_a_withdrawn_case_is_not_in_the_list(updated):
    case_id = updated.store.changed_cases(CURRENT, 1)[0].case_id
    total = updated.store.change_counts(CURRENT).cases
    updated.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert updated.store.change_counts(CURRENT).cases == total - 1


def test_what_is_worked_out_once_is_not_worked_out_again(updated):
    assert updated.store.cases_to_judge(CURRENT, 10) == ()


def test_judging_stops_when_the_tablet_is_locked_and_goes_on_where_it_stopped(finger, shelf, published):
    total = len(old_cases(finger, shelf, published, 2 * FEW))
    done = []

    def lock_in_the_second_round(_seconds):
        done.append(1)
        if len(done) == FEW + 3:
            news.stop()

    news = news_of(finger, pause=lock_in_the_second_round)
    news.start()
    assert len(finger.store.cases_to_judge(CURRENT, total)) == total - FEW

    news_of(finger).start()
    assert finger.store.cases_to_judge(CURRENT, total) == ()


def test_a_store_that_is_closed_under_it_ends_it_quietly(finger, shelf, published):
    old_cases(finger, shelf, published, 3)
    store = finger.store
    news = news_of(finger, pause=lambda _: store.close())
    news.start()

    assert not news.is_running
    with pytest.raises(Locked):
        store.count_cases()


def test_it_rests_as_long_as_each_case_took(finger, shelf, published):
    old_cases(finger, shelf, published, 5)
    rests = []
    news_of(finger, pause=rests.append).start()

    assert len(rests) == 5
    assert all(rest > 0 for rest in rests)


def test_it_works_in_a_thread_of_its_own_while_answers_are_saved(finger, shelf, published):
    """The same store, two threads: what the clinician does meanwhile is neither lost nor waits for the end."""
    old_cases(finger, shelf, published, 12)
    ended = threading.Event()
    turn, answered = threading.Event(), threading.Event()

    def in_thread(work, done):
        def run():
            done(work())
            ended.set()

        threading.Thread(target=run, daemon=True).start()

    def wait_for_the_clinician(_seconds):
        turn.set()
        assert answered.wait(20)

    news = news_of(finger, in_background=in_thread, pause=wait_for_the_clinician)
    news.start()
    assert turn.wait(20)
    finger.begin_questions()
    finger.answer({})
    assert news.is_running
    answered.set()
    assert ended.wait(20)

    assert finger.store.cases_to_judge(CURRENT, 1) == ()
    assert len(finger.store.drafts()) == 1


def test_a_case_of_a_version_that_is_not_here_is_passed_over(finger, shelf, published):
    (case_id,) = old_cases(finger, shelf, published, 1)
    entry = finger.store.log(case_id)[finger.store.log(case_id).heads[0]]
    unknown = type(entry.conclusion)("7.0", "routine", (), entry.conclusion.differential, fits=True)
    other = finger.store.new_case_id()
    finger.store.record(other, EntryKind.ASSESSMENT, dict(entry.answers), unknown)
    news_of(finger).start()

    assert finger.store.cases_to_judge(CURRENT, 10) == ()
    assert finger.store.change_of(CURRENT, other) is None


class Listening(Reassessor):
    """A reassessor that notes for which day of the visit it is asked."""

    def __init__(self, shelf):
        super().__init__(shelf)
        self.days = []

    def under(self, log, entry, version, day=None):
        self.days.append(day)
        return super().under(log, entry, version, day)


def test_an_entry_of_before_that_does_not_say_its_day_is_counted_by_the_clock(finger, shelf, published):
    """Follow-ups recorded before the day was kept: their day is that of this tablet's clock, as it was counted then."""
    (case_id,) = old_cases(finger, shelf, published, 1)
    concluded = finger.store.summaries()[0].conclusion
    finger.tablet.clock.pass_time(10 * 86_400 + 3_600)
    finger.store.record(case_id, EntryKind.FOLLOW_UP, {"crp": Quantity(4, "mg/L")}, concluded)
    listening = Listening(shelf)
    KnowledgeNews(finger.store, listening, at_once, lambda: None, lambda _: None).start()

    assert listening.days == [10]
