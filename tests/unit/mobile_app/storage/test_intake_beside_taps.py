"""A large answer lets a finger that waits in between two portions, and a cut between them doubles and loses nothing."""

from __future__ import annotations

import threading
import time

import pytest

from mobile_app.storage import outbox as outbox_module
from shared.case.entry import CaseId
from shared.errors import ChainMismatch
from shared.sync.messages import ChainHead
from tests.outbox_world import answer, next_request, pulled
from tests.tablet_world import a_draft

pytestmark = pytest.mark.usefixtures("enrolled")


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
