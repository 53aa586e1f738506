"""What is made ready while an answer is awaited changes when a request is there, and never what is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobile_app.ports.outbox import Enrolment
from shared.errors import Locked
from shared.sync.batch import GENESIS
from shared.sync.messages import ChainHead, write_request
from tests.outbox_world import answer, next_request, record

FEW = 1_000
"""Bytes: some entries, of which a hundred wait."""


@pytest.fixture
def store(tablet):
    store = tablet.set_up()
    store.outbox.save_enrolment(Enrolment("https://x.org", "1", "Clinic A", "epoch-1", "nonce-1"))
    record(store, 100)
    yield store
    store.close()


def is_ready(request):
    return all(batch.ready is not None for batch in request.batches)


def sent_anew(tablet, store):
    """Return the next request of a tablet that was switched off and has nothing ready."""
    store.close()
    again = tablet.open()
    try:
        return next_request(again, FEW)
    finally:
        again.close()


@pytest.fixture
def first(store, monkeypatch):
    """The first of several requests: batches are cut at a few entries, not at hundreds."""
    monkeypatch.setattr("mobile_app.storage.boundaries._MAX_BATCH_BYTES", 500)
    request = next_request(store, FEW)
    assert request.waiting
    return request


def test_the_next_request_is_there_before_it_is_asked_for(store, first):
    store.outbox.make_ready(first)
    store.outbox.save_response(first, answer(first))

    request = next_request(store, FEW)

    assert request.batches
    assert is_ready(request)
    assert not is_ready(first)


def test_it_is_byte_for_byte_the_request_that_is_made_without(tablet, store, first):
    store.outbox.make_ready(first)
    store.outbox.save_response(first, answer(first))
    request = next_request(store, FEW)

    anew = sent_anew(tablet, store)

    assert not is_ready(anew)
    assert write_request(request) == write_request(anew)


def test_what_is_recorded_meanwhile_follows_and_nothing_is_left_out(store, first):
    sent, request = 0, first
    while request.batches:
        store.outbox.make_ready(request)
        if not sent:
            record(store, 3)
        store.outbox.save_response(request, answer(request))
        sent += sum(len(batch.entries) for batch in request.batches)
        request = next_request(store, 2 * FEW)

    assert sent == 103


def test_of_a_server_that_did_not_store_it_all_nothing_ready_is_sent_in_the_wrong_place(tablet, store, first):
    store.outbox.make_ready(first)
    store.outbox.save_response(first, answer(first, acknowledged=ChainHead(0, GENESIS)))

    request = next_request(store, FEW)

    assert request == first
    assert write_request(request) == write_request(sent_anew(tablet, store))


def test_what_is_ready_is_used_once_or_never(store, first):
    store.outbox.make_ready(first)
    store.outbox.save_response(first, answer(first))
    next_request(store, FEW)
    assert not is_ready(next_request(store, FEW))

    store.outbox.make_ready(first)
    store.outbox.sync_ended()
    assert not is_ready(next_request(store, FEW))


def test_behind_the_last_request_there_is_nothing_to_make_ready(store, first):
    store.outbox.make_ready(replace(first, waiting=0))
    store.outbox.make_ready(replace(first, batches=()))
    store.outbox.save_response(first, answer(first))

    assert not is_ready(next_request(store, FEW))


def test_a_tablet_that_is_locked_makes_nothing_ready(store, first):
    store.close()

    with pytest.raises(Locked):
        store.outbox.make_ready(first)
