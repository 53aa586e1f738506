"""What goes on beside the work: begun when the tablet is unlocked, and again when a sync has brought something."""

from __future__ import annotations

from mobile_app.presenters.agenda import Agenda
from mobile_app.storage.case_index import FOUND_AT_ONCE
from mobile_app.storage.search_index import missing_cases
from shared.case.entry import EntryKind
from tests.joined import two_fingers
from tests.presenter_world import the_reassessor


def test_what_a_sync_brought_by_the_hundred_is_found_without_locking_the_tablet(tmp_path):
    with two_fingers(tmp_path) as (first, second):
        for _ in range(FOUND_AT_ONCE + 1):
            second.store.record(second.store.new_case_id(), EntryKind.ASSESSMENT, {"sex": "male"})
        for finger in (second, first):
            finger.flow.home.press_sync()
        first.flow.home.all_cases()
        first.flow.search.type("boy")

        assert (first.view.count, first.view.note) == (f"{FOUND_AT_ONCE + 1} cases", "")
        with first.store.database.reading() as session:
            assert missing_cases(session) == []


def test_what_comes_while_it_runs_is_done_after_it_and_nothing_after_locking(finger):
    begun = []
    agenda = Agenda(
        finger.store,
        the_reassessor(),
        finger.tablet.clock,
        lambda work, done: begun.append(lambda: done(work())),
        lambda: None,
    )
    agenda.start()
    agenda.start()
    assert len(begun) == 1
    begun[0]()
    assert len(begun) == 2
    begun[1]()
    assert len(begun) == 2

    agenda.start()
    agenda.start()
    agenda.stop()
    begun[2]()
    assert len(begun) == 3
