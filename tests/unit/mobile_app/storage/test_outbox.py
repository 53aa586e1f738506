"""What waits is the log itself; what was signed stays the same bytes; only the server's word makes it sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobile_app.ports.outbox import Enrolment
from mobile_app.ports.records import LocalDetails, SyncState
from shared.case.entry import EntryKind
from shared.crypto.signing import verify
from shared.errors import ChainMismatch
from shared.sync.batch import GENESIS, MAX_ENTRIES
from shared.sync.messages import ChainHead, read_request, write_request
from tests.outbox_world import answer, head_after, next_request, pulled, record
from tests.tablet_world import CASE, a_conclusion, forms_of

pytestmark = pytest.mark.usefixtures("enrolled")

CANARIES = ["Amina Testname", "MRN00471123", "Paediatric ward Jasmine", "Fell on Tuesday at school"]


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
