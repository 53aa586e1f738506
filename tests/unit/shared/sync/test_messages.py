"""The exchange's messages survive writing and reading, and nothing else is accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, canonical_entry, entry_from_json
from shared.errors import InvalidInput
from shared.sync.batch import GENESIS, Batch, WrittenEntries, batch_hash, check_sequence, entry_hash
from shared.sync.compare import (
    LAST,
    CompareRequest,
    CompareResponse,
    NotKept,
    Range,
    read_compare_request,
    read_compare_response,
    write_compare_request,
    write_compare_response,
)
from shared.sync.holding import Holding
from shared.sync.messages import (
    PROOFS,
    REVIEW_STATES,
    ChainHead,
    Quarantined,
    Review,
    SyncRequest,
    SyncResponse,
    read_request,
    read_response,
    read_response_in_parts,
    write_request,
    write_response,
)
from tests.strategies import CASE, DEVICES, histories

DEVICE = DEVICES[0]
SIGNATURE = bytes(range(64))


def of_one_device(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(
        Entry(EntryId(DEVICE, number), entry.case_id, entry.kind, entry.answers)
        for number, entry in enumerate(entries, start=1)
    )


def a_request(*batches: Batch) -> SyncRequest:
    return SyncRequest(DEVICE, "epoch", 7, ChainHead(0, GENESIS), 3, "0.1.0", "1.0", batches)


def a_response(*entries: Entry) -> SyncResponse:
    review = Review(4, CaseId(CASE), "confirmed", "calcinosis_cutis_iatrogenic", ("xray",), "Please repeat the film.")
    return SyncResponse(
        "epoch", "nonce", ChainHead(2, bytes(32)), (Quarantined(2, "is not known"),), entries, (review,), 9, False,
        Holding(3, bytes(range(16))),
    )  # fmt: skip


@given(histories())
def test_a_request_survives_writing_and_reading(entries: Sequence[Entry]) -> None:
    request = a_request(Batch(1, of_one_device(entries), SIGNATURE)) if entries else a_request()

    assert read_request(write_request(request)) == request


@given(histories())
def test_a_response_survives_writing_and_reading(entries: Sequence[Entry]) -> None:
    response = a_response(*entries)

    assert read_response(write_response(response)) == response


@given(histories())
def test_a_request_is_the_same_bytes_from_the_texts_that_a_tablet_keeps(entries: Sequence[Entry]) -> None:
    own = of_one_device(entries) or (an_entry(1),)
    written = WrittenEntries(map(canonical_entry, own))

    assert write_request(a_request(Batch(1, written, SIGNATURE))) == write_request(a_request(Batch(1, own, SIGNATURE)))
    assert Batch(1, written, SIGNATURE) == Batch(1, own, SIGNATURE)
    assert tuple(written) == own


@given(histories())
def test_a_response_read_by_its_parts_is_the_one_that_is_read_as_a_whole(entries: Sequence[Entry]) -> None:
    raw = write_response(a_response(*entries))

    read = read_response_in_parts(raw, _read_entry)

    # Without an entry there are no parts.
    assert read == (read_response(raw) if entries else None)
    assert read is None or [canonical_entry(one) for one in read.entries] == [canonical_entry(one) for one in entries]


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        (b'"seq":1}', b'"seq": 1}'),
        (b'"seq":1}', b'"seq":01}'),
        (b'"seq":1}', b'"seq":1_0}'),
        (b'"fever_ge_38":true', b'"fever_ge_38":true,"fever_ge_38":true'),
        (b'"fever_ge_38":true', b'"fever_ge_38":NaN'),
        (b'"parents":[]', b'"parents":[ ]'),
        (b'"device":"', b'"device":"0'),
        (b'"epoch":"epoch"', b'"epoch":"epoch","epoch":"epoch"'),
        (b'"more":false', b'"more":1'),
    ],
)
def test_a_response_that_is_not_written_as_usual_is_left_to_the_strict_reader(usual: bytes, other: bytes) -> None:
    raw = write_response(a_response(an_entry(1, fever_ge_38=True)))
    assert read_response_in_parts(raw, _read_entry) is not None

    assert read_response_in_parts(raw.replace(usual, other, 1), _read_entry) is None


def _read_entry(text: bytes, device: DeviceId, seq: int) -> Entry:
    return entry_from_json({**read_json(text), "device": device, "seq": seq})


@pytest.mark.parametrize(("more", "holds"), [(False, None), (True, Holding())])
def test_a_response_says_what_is_held_if_nothing_more_lies_behind_it_and_only_then(
    more: bool, holds: Holding | None
) -> None:
    with pytest.raises(InvalidInput, match="^holds: "):
        read_response(write_response(replace(a_response(), more=more, holds=holds)))


@pytest.mark.parametrize(
    "holds", [{}, {"count": 1}, {"count": -1, "digest": "0" * 32}, {"count": 1, "digest": "A" * 32}, [1, "0" * 32], 1]
)
def test_a_holding_that_no_server_writes_is_refused(holds: object) -> None:
    body = json.loads(write_response(a_response()))

    with pytest.raises(InvalidInput, match="^holds"):
        read_response(canonical_json({**body, "holds": holds}))


def an_entry(seq: int, **answers: bool) -> Entry:
    return Entry(EntryId(DEVICE, seq), CaseId(CASE), EntryKind.ASSESSMENT, answers)


@pytest.mark.parametrize("nonce", ["", "a\nb", "\x00", "é", "n" * 65])
def test_a_nonce_that_cannot_travel_in_a_header_is_refused(nonce: str) -> None:
    """Kept, it would stop every later request of the tablet before it is sent."""
    with pytest.raises(InvalidInput, match="^nonce: "):
        read_response(write_response(replace(a_response(), nonce=nonce)))


@pytest.mark.parametrize(("field", "value"), [("case_id", "Amina"), ("message", "a\x00b"), ("message", "\x1b[31m")])
def test_a_review_that_no_server_writes_is_refused(field: str, value: str) -> None:
    (review,) = a_response().reviews
    odd = replace(a_response(), reviews=(replace(review, **{field: value}),))  # type: ignore[arg-type]

    with pytest.raises(InvalidInput, match=f"^reviews.{field}: "):
        read_response(write_response(odd))


@given(st.data())
def test_a_request_with_any_value_replaced_is_read_or_refused_by_name(data: st.DataObject) -> None:
    """No shape of JSON makes the reader fail in any way but its own sentence."""
    body = json.loads(write_request(a_request(Batch(1, (an_entry(1, fever_ge_38=True),), SIGNATURE))))
    odd = st.sampled_from([None, True, -1, 1.5, 10**30, "", "x" * 5000, [], {}, [[]], {"a": 1}, [None]])
    holder, key = data.draw(st.sampled_from(sorted(_places(body), key=lambda place: str(place[1]))))
    holder[key] = data.draw(odd)

    try:
        read_request(json.dumps(body).encode())
    except InvalidInput as refusal:
        assert "\n" not in str(refusal)


COMPARE_REQUEST = CompareRequest(
    DEVICE, (Range(DEVICE, 1, LAST),), (EntryId(DEVICE, 2),), (an_entry(3, fever_ge_38=True),)
)
COMPARE_RESPONSE = CompareResponse(
    "epoch", "nonce", ((DEVICE, 4),), (Holding(2, bytes(16)),), (an_entry(2),), (NotKept(EntryId(DEVICE, 3), "No."),)
)


@given(st.data())
def test_a_comparison_with_any_value_replaced_is_read_or_refused_by_name(data: st.DataObject) -> None:
    is_request = data.draw(st.booleans())
    raw = write_compare_request(COMPARE_REQUEST) if is_request else write_compare_response(COMPARE_RESPONSE)
    body = json.loads(raw)
    odd = st.sampled_from([None, True, -1, 0, 1.5, 10**30, "", "x" * 5000, [], {}, [[]], {"a": 1}, [None]])
    holder, key = data.draw(st.sampled_from(sorted(_places(body), key=lambda place: str(place[1]))))
    holder[key] = data.draw(odd)

    try:
        (read_compare_request if is_request else read_compare_response)(json.dumps(body).encode())
    except InvalidInput as refusal:
        assert "\n" not in str(refusal)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"protocol": 2}, "protocol"),
        ({"ranges": [[DEVICE, 1, 2]] * 257}, "ranges"),
        ({"ranges": [[DEVICE, 3, 2]]}, "ranges"),
        ({"ranges": [[DEVICE, 0, 2]]}, "seq"),
        ({"ranges": [[DEVICE, 1, 2**53]]}, "seq"),
        ({"ranges": [["A" * 16, 1, 2]]}, "device"),
        ({"wanted": [[DEVICE, 1]] * 501}, "wanted"),
        ({"wanted": [[DEVICE]]}, "wanted"),
        ({"witnessed": [{}]}, "entry.answers"),
        ({"witnessed": [None] * 501}, "witnessed"),
        ({"surprise": 1}, "body"),
    ],
)
def test_a_wrong_field_of_a_comparison_is_named(change: dict[str, object], field: str) -> None:
    body = {**json.loads(write_compare_request(COMPARE_REQUEST)), **change}

    with pytest.raises(InvalidInput) as refusal:
        read_compare_request(json.dumps(body).encode())

    assert refusal.value.field == field


def _places(value: object) -> list[tuple[object, object]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [place for key, item in inner for place in [(value, key), *_places(item)]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"protocol": 2}, "protocol"),
        ({"protocol": True}, "protocol"),
        ({"app_version": "0.1\0"}, "app_version"),
        ({"cursor": -1}, "cursor"),
        ({"cursor": True}, "cursor"),
        ({"device": "z" * 16, "batches": "no"}, "batches"),
        ({"stored": {"seq": 0, "hash": "short"}}, "stored.hash"),
        ({"surprise": 1}, "body"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], field: str) -> None:
    body = {**json.loads(write_request(a_request())), **change}

    with pytest.raises(InvalidInput) as refusal:
        read_request(json.dumps(body).encode())

    assert refusal.value.field == field


def test_a_missing_field_is_named() -> None:
    body = json.loads(write_request(a_request()))
    del body["epoch"]

    with pytest.raises(InvalidInput) as refusal:
        read_request(json.dumps(body).encode())

    assert refusal.value.field == "body.epoch"


def test_a_batch_is_an_unbroken_run_of_its_own_device() -> None:
    with pytest.raises(InvalidInput):
        check_sequence(DEVICE, 1, (an_entry(1), an_entry(3)))
    with pytest.raises(InvalidInput):
        check_sequence(DeviceId("f" * 16), 1, (an_entry(1),))
    with pytest.raises(InvalidInput):
        check_sequence(DEVICE, 1, ())


@given(st.integers(0, 4), st.booleans())
def test_the_chain_tells_any_change_of_content_order_place_or_predecessor(place: int, fever: bool) -> None:
    entries = [an_entry(number, fever_ge_38=True) for number in range(1, 6)]
    hashes = [entry_hash(entry) for entry in entries]
    signed = batch_hash(DEVICE, 1, GENESIS, hashes)

    changed = [*hashes]
    changed[place] = entry_hash(an_entry(place + 1, fever_ge_38=not fever, warmth=fever))

    assert batch_hash(DEVICE, 1, GENESIS, changed) != signed
    assert batch_hash(DEVICE, 1, GENESIS, [*hashes[1:], hashes[0]]) != signed
    assert batch_hash(DEVICE, 2, GENESIS, hashes) != signed
    assert batch_hash(DEVICES[1], 1, GENESIS, hashes) != signed
    assert batch_hash(DEVICE, 1, signed, hashes) != signed
    assert batch_hash(DEVICE, 1, GENESIS, hashes) == signed


def test_two_cases_with_the_same_answers_have_different_hashes() -> None:
    """The random case id salts the hash, so nobody can confirm a guess of the answers from it."""
    one = an_entry(1, fever_ge_38=True)
    other = Entry(one.id, CaseId("d" * 32), one.kind, one.answers)

    assert entry_hash(one) != entry_hash(other)


def test_every_review_state_and_proof_has_a_word() -> None:
    assert REVIEW_STATES == ("received", "needs_information", "confirmed", "rejected")
    assert set(PROOFS) == {"xray", "culture", "course"}
