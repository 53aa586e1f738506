"""Answers packed entry by entry unpack to what they would be as a whole, to the byte."""

from __future__ import annotations

import pytest

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, canonical_entry
from shared.sync.messages import ChainHead, SyncResponse, write_answer
from shared.sync.packed_message import read_packed_response
from sync_server.services.packed_answer import AnswerPacker

NOTHING_ELSE = SyncResponse("e" * 32, "n" * 22, ChainHead(7, bytes(32)), (), (), (), 500, True)


def an_entry(seq: int) -> bytes:
    answers = {"fever_ge_38": seq % 2 == 0, "side": "left", "note_é": f'"{seq}\\'}
    identity, case_id = EntryId(DeviceId("ab" * 8), seq), CaseId(f"{seq:032x}")
    return canonical_entry(Entry(identity, case_id, EntryKind.ASSESSMENT, answers))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 300])
def test_packed_entry_by_entry_it_unpacks_to_the_same_bytes(count: int) -> None:
    entries = [an_entry(seq) for seq in range(1, count + 1)]
    packer = AnswerPacker()

    first, again = packer.pack(NOTHING_ELSE, entries), packer.pack(NOTHING_ELSE, entries)

    assert read_packed_response(first) == write_answer(NOTHING_ELSE, entries)
    assert again == first


def test_what_went_out_before_does_not_change_what_goes_out_next() -> None:
    packer = AnswerPacker()
    packer.pack(NOTHING_ELSE, [an_entry(seq) for seq in range(1, 40)])
    others = [an_entry(seq) for seq in range(20, 60)]

    assert read_packed_response(packer.pack(NOTHING_ELSE, others)) == write_answer(NOTHING_ELSE, others)


def test_after_a_withdrawal_nothing_of_what_went_out_is_held() -> None:
    packer = AnswerPacker()
    packer.pack(NOTHING_ELSE, [an_entry(seq) for seq in range(1, 40)])
    assert packer._shorten.cache_info().currsize == 39

    packer.forget()

    assert packer._shorten.cache_info().currsize == 0
