"""What comes back is stored whole, once, with its cursor; what cannot be is set aside, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from mobile_app.ports.records import LocalDetails, SyncState
from mobile_app.ports.sync import SyncFault
from mobile_app.storage.intake import IN_A_CIRCLE, OTHER_CONTENT, OWN_UNKNOWN
from mobile_app.storage.tables import QuarantineRow
from shared.case.entry import CaseId, DeviceId, EntryId, EntryKind
from shared.errors import InvalidInput
from shared.sync.messages import Quarantined, Review
from tests.outbox_world import OTHER, answer, next_request, pulled, record
from tests.tablet_world import CASE

pytestmark = pytest.mark.usefixtures("enrolled")


def test_a_page_its_cursor_and_the_nonce_are_stored_together(store):
    request = next_request(store)

    stored = store.outbox.save_response(request, answer(request, entries=(pulled(1), pulled(2)), cursor=12, more=True))

    assert (stored.pulled, stored.must_come_again, stored.has_moved) == (2, True, True)
    assert [recorded.sync_state for recorded in store.timeline(CASE)] == [SyncState.SENT, SyncState.SENT]
    assert store.timeline(CASE)[0].recorded_at is None
    assert store.sent_form(EntryId(OTHER, 1)) == pulled(1)
    enrolment = store.outbox.enrolment()
    assert (enrolment.cursor, enrolment.nonce) == (12, "nonce-2")


def test_an_answer_about_entries_that_were_never_written_stores_nothing_of_itself(store):
    record(store)
    request = next_request(store)

    with pytest.raises(InvalidInput):
        store.outbox.save_response(
            request, answer(request, entries=(pulled(),), quarantined=(Quarantined(99, "Why not."),), cursor=4)
        )

    assert len(store.log(CASE)) == 0
    assert store.outbox.enrolment().cursor == 0
    assert store.sync_overview().waiting == 1


def test_a_page_that_comes_twice_changes_nothing_the_second_time(store):
    request = next_request(store)
    page = answer(request, entries=(pulled(1), pulled(2)), cursor=12)
    store.outbox.save_response(request, page)

    again = store.outbox.save_response(request, page)

    assert (again.pulled, again.quarantine_reasons) == (0, ())
    assert len(store.log(CASE)) == 2


def quarantined(store):
    with store.database.reading() as session:
        return [(row.device, row.seq, row.reason) for row in session.exec(select(QuarantineRow))]


def test_the_same_number_with_other_content_is_set_aside_and_overwrites_nothing(store):
    request = next_request(store)
    store.outbox.save_response(request, answer(request, entries=(pulled(1, {"warmth": True}),)))
    forged = pulled(1, {"warmth": False})

    stored = store.outbox.save_response(request, answer(request, entries=(forged,)))
    store.outbox.save_response(request, answer(request, entries=(forged,)))

    assert stored.quarantine_reasons == (OTHER_CONTENT,)
    assert quarantined(store) == [(OTHER, 1, OTHER_CONTENT)]
    assert store.log(CASE)[EntryId(OTHER, 1)] == pulled(1, {"warmth": True})


def test_two_contents_for_one_number_in_one_page_keep_the_first(store):
    request = next_request(store)

    store.outbox.save_response(request, answer(request, entries=(pulled(1), pulled(1, {"warmth": False}))))

    assert store.log(CASE)[EntryId(OTHER, 1)] == pulled(1)
    assert quarantined(store) == [(OTHER, 1, OTHER_CONTENT)]


def test_own_entries_that_come_back_are_compared_with_what_was_sent(store):
    (own,) = record(store, local=LocalDetails(note="kept"))
    request = next_request(store)
    echo = store.sent_form(own.id)
    changed = replace(echo, answers={"fever_ge_38": False})
    never_written = replace(echo, id=EntryId(store.device, 50))

    stored = store.outbox.save_response(request, answer(request, entries=(echo, changed, never_written)))

    assert stored.pulled == 0
    assert stored.quarantine_reasons == (OTHER_CONTENT, OWN_UNKNOWN)
    assert store.log(own.case_id)[own.id] == own


def test_entries_that_run_in_a_circle_are_set_aside_and_the_rest_goes_through(store):
    request = next_request(store)
    third = DeviceId("c" * 16)
    one = pulled(1, parents=(EntryId(third, 1),))
    two = pulled(1, device=third, parents=(EntryId(OTHER, 1),))
    good = pulled(2, case_id=CaseId("d" * 32))

    stored = store.outbox.save_response(request, answer(request, entries=(one, two, good), cursor=3))

    assert stored.pulled == 1
    assert stored.quarantine_reasons == (IN_A_CIRCLE, IN_A_CIRCLE)
    assert (len(store.log(CASE)), len(store.log(good.case_id))) == (0, 1)
    assert store.outbox.enrolment().cursor == 3


def test_a_pulled_entry_that_differs_from_ours_is_shown_as_a_disagreement(store):
    own = store.record(CASE, EntryKind.ASSESSMENT, {"warmth": True})
    request = next_request(store)

    store.outbox.save_response(request, answer(request, entries=(pulled(1, {"warmth": False}),)))

    (summary,) = store.summaries()
    assert summary.disagreements == 1
    assert len(store.log(own.case_id).heads) == 2


def test_a_review_reaches_its_case_and_the_newest_one_is_shown(store):
    store.record(CASE, EntryKind.ASSESSMENT, {})
    record(store)
    request = next_request(store)
    first = Review(3, CASE, "needs_information", None, (), "Which arm?")
    second = Review(5, CASE, "confirmed", "calcinosis_cutis_iatrogenic", ("xray",), "")

    stored = store.outbox.save_response(request, answer(request, reviews=(second, first), cursor=5))

    assert stored.reviews == 2
    assert store.reviews(CASE) == (first, second)
    assert store.summaries()[0].case_id == CASE, "a case with news stands first"
    assert store.summaries()[0].review == second


def test_a_refused_entry_is_shown_with_its_reason_until_it_is_accepted(store):
    (own,) = record(store)
    request = next_request(store)

    stored = store.outbox.save_response(
        request, answer(request, quarantined=(Quarantined(1, "This code is unknown."),))
    )
    assert stored.quarantine_reasons == ("This code is unknown.",)
    assert store.timeline(own.case_id)[0].sync_state is SyncState.NOT_ACCEPTED
    assert store.summaries()[0].sync_state is SyncState.NOT_ACCEPTED
    assert (store.sync_overview().not_accepted, store.sync_overview().waiting) == (1, 0)
    assert store.reasons_against(own.case_id) == ("This code is unknown.",)

    store.outbox.save_response(request, answer(request))
    assert store.sync_overview().not_accepted == 0
    assert store.reasons_against(own.case_id) == ()


def test_how_the_last_sync_went_is_remembered(tablet, store):
    store.outbox.sync_started()
    assert store.sync_overview().is_running
    store.outbox.sync_ended("No connection.", SyncFault.NO_CONNECTION)
    failed = store.sync_overview()
    assert (failed.failure, failed.fault, failed.last_success) == ("No connection.", SyncFault.NO_CONNECTION, None)

    store.outbox.sync_ended("")
    store.close()
    reopened = tablet.open()
    overview = reopened.sync_overview()
    assert (overview.failure, overview.fault, overview.is_running) == ("", None, False)
    assert overview.last_success == tablet.clock.now()
    reopened.close()
