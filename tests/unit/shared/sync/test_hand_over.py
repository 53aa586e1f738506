"""What a hand-over carries, and its golden bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.errors import HandOverRefused
from shared.sync import packing
from shared.sync.hand_over import ChildDetails, read_hand_over, write_hand_over
from shared.sync.qr_frames import CASE, Transfer, frames_of

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "hand_over_1"
ABOUT: dict[str, Any] = json.loads((VECTORS / "about.json").read_text())
DEVICE = DeviceId("a1b2c3d4e5f60718")
ONE = CaseId("7f3c" + "0" * 28)


def an_entry(seq: int = 1, case_id: CaseId = ONE, parents: tuple[EntryId, ...] = ()) -> Entry:
    return Entry(EntryId(DEVICE, seq), case_id, EntryKind.ASSESSMENT, {"fever_ge_38": False}, parents)


def packed(body: object) -> bytes:
    device = bytes.fromhex(DEVICE)
    return bytes([packing.NEWEST]) + device + packing.pack(canonical_json(body), device=device)


def test_a_case_arrives_as_it_was_handed_over_parents_first() -> None:
    first = an_entry(1)
    second = an_entry(2, parents=(first.id,))
    child = ChildDetails(name="طفل", record_number="A-0117", birth_date="2026-02-20", note="two\nlines")

    handed = read_hand_over(write_hand_over([second, first], child))

    assert handed.entries == (first, second)
    assert handed.child == child
    assert handed.case_id == ONE


def test_nothing_of_the_child_travels_unless_it_is_given() -> None:
    payload = write_hand_over([an_entry()])

    text = packing.unpack(payload[9:], max_bytes=10_000, device=payload[1:9])
    assert read_json(text).keys() == {"hand_over", "entries"}
    assert read_hand_over(payload).child.is_empty


def test_two_cases_or_none_are_no_hand_over() -> None:
    with pytest.raises(HandOverRefused, match="Save the visit first"):
        write_hand_over([])
    with pytest.raises(HandOverRefused):
        write_hand_over([an_entry(1), an_entry(2, CaseId("8" * 32))])


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"hand_over": True, "entries": []},
        {"hand_over": 1, "entries": []},
        {"hand_over": 1, "entries": [1]},
        {"hand_over": 1, "entries": [], "more": 1},
        {"hand_over": 1, "entries": [{}]},
    ],
)
def test_what_is_no_case_is_refused_with_one_sentence(body: object) -> None:
    with pytest.raises(HandOverRefused) as refusal:
        read_hand_over(packed(body))

    assert "\n" not in str(refusal.value)


def test_a_newer_version_says_that_this_tablet_needs_an_update() -> None:
    with pytest.raises(HandOverRefused, match="Update this tablet"):
        read_hand_over(packed({"hand_over": 2, "cases": []}))


@pytest.mark.parametrize("child", [{"name": 1}, {"phone": "1"}, {"name": "x" * 2001}, {"note": "\x07"}, []])
def test_only_known_texts_are_taken_of_the_child(child: object) -> None:
    from shared.case.entry import entry_to_json

    with pytest.raises(HandOverRefused):
        read_hand_over(packed({"hand_over": 1, "entries": [entry_to_json(an_entry())], "child": child}))


def test_two_entries_with_one_number_are_refused() -> None:
    from shared.case.entry import entry_to_json

    other = replace(an_entry(), answers={"fever_ge_38": True})
    with pytest.raises(HandOverRefused):
        read_hand_over(packed({"hand_over": 1, "entries": [entry_to_json(an_entry()), entry_to_json(other)]}))


@pytest.mark.parametrize("payload", [b"", b"\x01" * 9, b"\x01" * 40, b"\xff" + b"\x01" * 40])
def test_bytes_that_are_no_payload_are_refused(payload: bytes) -> None:
    with pytest.raises(HandOverRefused):
        read_hand_over(payload)


def test_a_bomb_is_not_unpacked() -> None:
    device = bytes.fromhex(DEVICE)
    bomb = bytes([packing.NEWEST]) + device + packing.pack(b" " * 5_000_000, device=device)

    assert len(bomb) < 2000
    with pytest.raises(HandOverRefused):
        read_hand_over(bomb)


def test_the_golden_frames_carry_the_golden_payload() -> None:
    transfer = Transfer(CASE)
    transfer.take_all((VECTORS / "frames.txt").read_text().splitlines())

    assert transfer.payload() == (VECTORS / "payload.bin").read_bytes()
    assert sha256(transfer.payload()).hexdigest() == ABOUT["sha256"]


def test_a_golden_payload_is_cut_into_the_golden_frames() -> None:
    frames = frames_of((VECTORS / "payload.bin").read_bytes(), ABOUT["kind"], ABOUT["chunk"])

    assert list(frames) == (VECTORS / "frames.txt").read_text().splitlines()


def test_the_golden_payload_holds_the_golden_case() -> None:
    payload = (VECTORS / "payload.bin").read_bytes()
    body = (VECTORS / "body.json").read_bytes()

    handed = read_hand_over(payload)

    assert packing.unpack(payload[9:], max_bytes=10_000, device=payload[1:9]) == body
    assert [entry.id.seq for entry in handed.entries] == [3, 1]
    # Another packer may write other bytes; they must unpack to the same text.
    again = write_hand_over(handed.entries, handed.child)
    assert packing.unpack(again[9:], max_bytes=10_000, device=again[1:9]) == body
