"""What waits is the log itself; what was signed stays the same bytes; only the server's word makes it sent."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from mobile_app.ports.outbox import Enrolment
from mobile_app.ports.records import LocalDetails, SyncState
from mobile_app.ports.sync import SyncFault
from mobile_app.storage import outbox as outbox_module
from mobile_app.storage.intake import IN_A_CIRCLE, OTHER_CONTENT, OWN_UNKNOWN
from mobile_app.storage.tables import QuarantineRow
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.crypto.signing import verify
from shared.errors import ChainMismatch, InvalidInput
from shared.sync.batch import GENESIS, MAX_ENTRIES, batch_hash, entry_hash
from shared.sync.messages import ChainHead, Quarantined, Review, SyncResponse, read_request, write_request
from tests.tablet_world import CASE, a_conclusion, a_draft, forms_of

OTHER = DeviceId("b" * 16)
CANARIES = ["Amina Testname", "MRN00471123", "Paediatric ward Jasmine", "Fell on Tuesday at school"]


@pytest.fixture
def store(tablet):
    store = tablet.set_up()
    store.outbox.save_enrolment(Enrolment("https://server.example", "1", "Clinic A", "epoch-1", "nonce-1"))
    yield store
    store.close()


def record(store, count=1, **more):
    return [
        store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"fever_ge_38": True}, **more) for _ in range(count)
    ]


def next_request(store, max_bytes=900 * 1024):
    return store.outbox.next_request(max_bytes=max_bytes, app_version="0.1", knowledge_version="1.0")


def head_after(request):
    """Return the boundary that a server reaches which stores the whole request, computed from the request alone."""
    head = request.stored
    for batch in request.batches:
        assert batch.first_seq == head.seq + 1
        digest = batch_hash(request.device, batch.first_seq, head.hash, map(entry_hash, batch.entries))
        head = ChainHead(batch.last_seq, digest)
    return head


def answer(request, **changed):
    response = SyncResponse(
        epoch="epoch-1", nonce="nonce-2", acknowledged=head_after(request), quarantined=(), entries=(), reviews=(),
        cursor=request.cursor, more=False,
    )  # fmt: skip
    return replace(response, **changed)


def pulled(seq=1, answers=None, *, device=OTHER, case_id=CASE, parents=()):
    return Entry(EntryId(device, seq), case_id, EntryKind.ASSESSMENT, answers or {"warmth": True}, parents)


# What is sent


def test_a_request_carries_the_sent_forms_signed_in_a_chain(store):
    entries = record(store, 3)

    request = next_request(store)

    (batch,) = request.batches
    assert batch.entries == tuple(store.sent_form(entry.id) for entry in entries)
    assert verify(store.outbox.public_key(), head_after(request).hash, batch.signature)
    assert (request.stored, request.waiting, request.epoch) == (ChainHead(0, GENESIS), 0, "epoch-1")
    assert read_request(write_request(request)) == request


def test_sending_again_sends_the_same_bytes_also_after_a_restart_and_with_more_waiting(tablet, store):
    record(store, 3)
    first = next_request(store)
    record(store, 2)
    store.close()
    reopened = tablet.open()

    again = next_request(reopened)

    assert again.batches[0] == first.batches[0]
    assert write_request(replace(again, batches=again.batches[:1], waiting=0)) == write_request(first)
    assert [batch.first_seq for batch in again.batches] == [1, 4]
    reopened.close()


def test_no_canary_of_a_local_field_is_in_the_request(store):
    local = LocalDetails(record_number=CANARIES[1], patient_name=CANARIES[0], ward=CANARIES[2], note=CANARIES[3])
    answers = {"age_days": 274, "note": CANARIES[0], "village": CANARIES[2], "swelling_consistency": CANARIES[3]}
    store.record(CASE, EntryKind.ASSESSMENT, {**answers, "crp": 3}, a_conclusion(), local)

    sent = write_request(next_request(store))

    for canary in [*CANARIES, "Ana Sample"]:
        assert all(form not in sent for form in forms_of(canary)), canary
    assert b"age_days" not in sent
    assert b"2026-11-21" not in sent


def test_a_large_backlog_goes_in_bounded_requests_that_lose_nothing(store):
    record(store, MAX_ENTRIES + 30)

    sent = []
    while (request := next_request(store, max_bytes=40 * 1024)).batches:
        assert sum(len(batch.entries) for batch in request.batches) <= MAX_ENTRIES
        assert request.waiting == MAX_ENTRIES + 30 - head_after(request).seq
        sent += [entry.id.seq for batch in request.batches for entry in batch.entries]
        stored = store.outbox.save_response(request, answer(request))
        assert stored.must_come_again == bool(request.waiting)

    assert sent == list(range(1, MAX_ENTRIES + 31))


def test_batches_share_a_request_only_up_to_its_size(store):
    for _ in range(6):
        record(store, 5)
        next_request(store)

    (one,) = next_request(store, max_bytes=10).batches
    assert len(one.entries) == 5, "the first batch goes even if it is larger"
    assert len(next_request(store, max_bytes=2 * 5 * 300).batches) < 6
    assert len(next_request(store).batches) == 6


def test_nothing_is_sent_before_the_server_says_so(store):
    (entry,) = record(store)
    request = next_request(store)

    assert store.timeline(entry.case_id)[0].sync_state is SyncState.WAITING
    assert (store.sync_overview().waiting, store.summaries()[0].sync_state) == (1, SyncState.WAITING)
    store.outbox.save_response(request, answer(request))
    assert store.timeline(entry.case_id)[0].sync_state is SyncState.SENT
    assert (store.sync_overview().waiting, store.summaries()[0].sync_state) == (0, SyncState.SENT)
    assert next_request(store).batches == ()


def test_the_count_that_waits_counts_cases_as_people_do(store):
    record(store, 2)
    store.record(CASE, EntryKind.ASSESSMENT, {})
    store.record(CASE, EntryKind.FOLLOW_UP, {})

    assert store.sync_overview().waiting == 3


# Heads


def test_a_lost_answer_is_made_up_for_by_a_later_head(store):
    record(store, 2)
    lost = next_request(store)
    record(store, 2)
    request = next_request(store)

    stored = store.outbox.save_response(replace(request, batches=()), answer(request, acknowledged=head_after(lost)))

    assert stored.must_come_again
    assert [batch.first_seq for batch in next_request(store).batches] == [3]


def test_a_server_that_went_back_is_sent_everything_after_its_head_again(store):
    record(store, 2)
    first = next_request(store)
    store.outbox.save_response(first, answer(first))
    record(store, 2)
    second = next_request(store)
    store.outbox.save_response(second, answer(second))

    assert store.outbox.move_head(head_after(first), "epoch-1")

    assert next_request(store).batches == second.batches
    assert store.sync_overview().waiting == 2
    assert not store.outbox.move_head(head_after(first), "epoch-1"), "believing it twice gets nowhere"


def test_another_database_is_pulled_from_the_start_and_sent_what_it_lacks(store):
    record(store, 2)
    request = next_request(store)
    store.outbox.save_response(request, answer(request, cursor=17))

    stored = store.outbox.save_response(
        next_request(store), answer(request, epoch="epoch-2", acknowledged=ChainHead(0, GENESIS), cursor=40)
    )

    assert stored.must_come_again
    again = next_request(store)
    assert (again.epoch, again.cursor, again.stored, again.batches) == (
        "epoch-2", 0, ChainHead(0, GENESIS), request.batches,
    )  # fmt: skip


@pytest.mark.parametrize("head", [ChainHead(1, bytes(31) + b"\1"), ChainHead(2, bytes(32)), ChainHead(9, GENESIS)])
@pytest.mark.parametrize("epoch", ["epoch-1", "epoch-2"])
def test_a_head_that_is_no_end_of_a_batch_of_ours_changes_nothing(store, head, epoch):
    record(store, 2)
    request = next_request(store)
    page = {"entries": (pulled(),), "cursor": 5}

    with pytest.raises(ChainMismatch):
        store.outbox.save_response(request, answer(request, acknowledged=head, epoch=epoch, **page))
    with pytest.raises(ChainMismatch):
        store.outbox.move_head(head, epoch)

    assert (store.outbox.enrolment().cursor, store.outbox.enrolment().nonce) == (0, "nonce-1")
    assert len(store.log(CASE)) == 0
    assert next_request(store) == request


def test_enrolling_anew_sends_everything_again(store):
    record(store, 2)
    request = next_request(store)
    store.outbox.save_response(request, answer(request, cursor=9))

    store.outbox.save_enrolment(Enrolment("https://other.example", "7", "Clinic B", "epoch-9", "nonce-9"))

    again = next_request(store)
    assert (again.epoch, again.cursor, again.batches) == ("epoch-9", 0, request.batches)


# What comes back


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
        from sqlmodel import select

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


# Beside taps


def test_a_tap_is_let_in_after_the_portion_during_which_it_came(store, monkeypatch):
    """A page of 500 holds the file too long for a finger that waits: what is stored so far is committed for it."""
    page = tuple(pulled(seq, case_id=CaseId(f"{seq:032x}")) for seq in range(1, 501))
    request, response = _answered(store, entries=page)
    seen = []

    def tap():
        store.save_draft(a_draft(1))
        seen.append(store.count_cases())

    finger, take_in = threading.Thread(target=tap), outbox_module.take_in

    def beside_a_tap(*given):
        if finger.ident is not None:
            finger.join(60)
            return take_in(*given)
        taken = take_in(*given)
        finger.start()
        while not store.database.is_awaited:
            time.sleep(0.001)
        return taken

    monkeypatch.setattr(outbox_module, "take_in", beside_a_tap)

    store.outbox.save_response(request, response)

    assert seen == [170]
    assert store.count_cases() == 500


def test_a_page_beside_which_nobody_taps_is_stored_in_one_transaction(store):
    page = tuple(pulled(seq, case_id=CaseId(f"{seq:032x}")) for seq in range(1, 501))
    request, response = _answered(store, entries=page)
    before = store.database.generation

    store.outbox.save_response(request, response)

    assert store.database.generation == before + 1
    assert store.count_cases() == 500


def test_of_an_answer_that_names_a_foreign_boundary_not_even_the_first_portion_is_stored(store):
    page = tuple(pulled(seq, case_id=CaseId(f"{seq:032x}")) for seq in range(1, 201))
    request, response = _answered(store, entries=page, acknowledged=ChainHead(5, b"x" * 32))

    with pytest.raises(ChainMismatch):
        store.outbox.save_response(request, response)

    assert store.count_cases() == 0


def test_a_page_that_was_cut_between_two_portions_comes_again_and_doubles_nothing(store, monkeypatch):
    page = tuple(pulled(seq, case_id=CaseId(f"{seq:032x}")) for seq in range(1, 201))
    request, response = _answered(store, entries=page, cursor=200)
    monkeypatch.setattr(type(store.database), "is_awaited", True)
    monkeypatch.setattr(outbox_module.time, "sleep", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.outbox.save_response(request, response)
    assert 0 < store.count_cases() < 200
    assert next_request(store).cursor == 0
    monkeypatch.undo()

    stored = store.outbox.save_response(request, response)

    assert store.count_cases() == 200
    assert stored.quarantine_reasons == ()
    assert next_request(store).cursor == 200


def _answered(store, **changed):
    request = next_request(store)
    return request, answer(request, **changed)


# Withdrawal


def test_a_case_that_is_withdrawn_before_it_was_sent_does_not_leave(store):
    store.record(CASE, EntryKind.ASSESSMENT, {"sickle_cell_disease": True}, a_conclusion())
    kept = store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"fever_ge_38": True})
    store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    request = next_request(store)

    sent = [entry for batch in request.batches for entry in batch.entries]
    assert [(entry.kind, dict(entry.answers)) for entry in sent if entry.case_id == CASE] == [
        (EntryKind.ASSESSMENT, {}),
        (EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"}),
    ]
    assert all(entry.conclusion is None for entry in sent if entry.case_id == CASE)
    assert store.sent_form(kept.id).answers["fever_ge_38"] is True
    assert head_after(request).seq == 3


def test_what_was_signed_before_the_withdrawal_stays_what_was_signed(store):
    record(store, 1)
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    signed = next_request(store).batches[0]

    store.record(CASE, EntryKind.WITHDRAWAL, {"withdrawal_reason": "entered_in_error"})

    assert next_request(store).batches[0] == signed
