"""Parcels and receipts: sealed for one reader, bound to what stands outside, and read strictly."""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import canonical_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.crypto.aead import SealBroken
from shared.crypto.box import BoxKey, name_of_key, seal_to
from shared.crypto.signing import SigningKey
from shared.errors import ParcelRefused
from shared.sync.batch import GENESIS, Batch, batch_hash, entry_hash
from shared.sync.carry import (
    MAX_CARRIED_BYTES,
    CarryAnswer,
    CarryRequest,
    CarryResponse,
    in_portions,
    read_carry_request,
    read_carry_response,
    write_carry_request,
    write_carry_response,
)
from shared.sync.envelope import MAX_ENVELOPES
from shared.sync.messages import ChainHead, Quarantined, SyncRequest, write_request
from shared.sync.parcel import MAX_PARCEL_BYTES, name_of_parcel, open_parcel, read_parcels, write_parcel
from shared.sync.receipt import Receipt, open_receipt, read_receipts, write_receipt

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "parcel_1"
ABOUT = json.loads((VECTORS / "about.json").read_text())
DEVICE = DeviceId("a1b2c3d4e5f60718")
BOX, SIGN, WRITER = BoxKey.generate(), SigningKey.generate(), SigningKey.generate()
SECRET = bytes(range(16))


def a_request() -> SyncRequest:
    entry = Entry(EntryId(DEVICE, 1), CaseId("7" * 32), EntryKind.ASSESSMENT, {"fever_ge_38": False})
    digest = batch_hash(DEVICE, 1, GENESIS, [entry_hash(entry)])
    batch = Batch(1, (entry,), WRITER.sign(digest))
    return SyncRequest(DEVICE, "e" * 32, 0, ChainHead(0, GENESIS), 0, "0.1.0", "1.1", (batch,))


def a_parcel() -> bytes:
    return write_parcel(a_request(), SECRET, WRITER.sign, BOX.public_bytes)


def a_receipt() -> Receipt:
    return Receipt(DEVICE, "e" * 32, "f" * 32, ChainHead(1, bytes(32)), 1, 1, (Quarantined(1, "Too large."),))


def test_what_is_sealed_opens_with_the_servers_key_and_is_known_for_its_writers() -> None:
    (parcel,) = read_parcels(a_parcel())

    opened = open_parcel(parcel, BOX)

    assert opened.request == a_request()
    assert (opened.secret, opened.is_of(WRITER.public_bytes)) == (SECRET, True)
    assert not opened.is_of(SIGN.public_bytes)
    assert not replace(opened, secret=bytes(16)).is_of(WRITER.public_bytes)
    assert not replace(opened, body=opened.body + b" ").is_of(WRITER.public_bytes)


def test_the_same_request_never_looks_the_same_and_tells_nobody_outside_who_wrote_it() -> None:
    first, second = a_parcel(), a_parcel()

    assert first[:16] == second[:16]
    assert first[16:48] != second[16:48]
    assert first[4:12] == name_of_key(BOX.public_bytes)
    assert bytes.fromhex(DEVICE) not in first
    assert DEVICE.encode() not in first


def test_another_key_opens_nothing() -> None:
    (parcel,) = read_parcels(a_parcel())

    with pytest.raises(SealBroken):
        open_parcel(parcel, BoxKey.generate())
    with pytest.raises(SealBroken):
        seal_to(bytes(32), b"x", b"")
    assert "hidden" in repr(BOX)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_parcel_changed_in_any_byte_does_not_open(place: int, change: int) -> None:
    changed = bytearray(a_parcel())
    changed[place % len(changed)] ^= change

    with pytest.raises((SealBroken, ParcelRefused)):
        open_parcel(read_parcels(bytes(changed))[0], BOX)


@given(st.binary(max_size=200))
def test_what_is_no_parcel_is_refused_in_one_sentence(raw: bytes) -> None:
    for given_bytes in (raw, b"HWP\x01" + raw, b"HWR\x01" + raw):
        for read in (read_parcels, read_receipts):
            try:
                read(given_bytes)
            except ParcelRefused as refused:
                assert str(refused).endswith(".")


def test_too_large_too_many_and_newer_ones_are_refused() -> None:
    parcel = a_parcel()
    huge = parcel[:12] + (MAX_PARCEL_BYTES).to_bytes(4, "big") + bytes(MAX_PARCEL_BYTES)

    assert len(read_parcels(parcel * MAX_ENVELOPES)) == MAX_ENVELOPES
    for wrong in (b"", huge, parcel * (MAX_ENVELOPES + 1), parcel[:-1], parcel + b"H"):
        with pytest.raises(ParcelRefused, match="cut off or damaged"):
            read_parcels(wrong)
    with pytest.raises(ParcelRefused, match="newer version"):
        read_parcels(b"HWP\x02" + parcel[4:])
    with pytest.raises(ParcelRefused, match="cut off"):
        read_receipts(parcel)


def test_only_who_wrote_the_parcel_reads_the_receipt() -> None:
    receipt = write_receipt(a_receipt(), name_of_parcel(a_parcel()), SECRET, SIGN)
    (envelope,) = read_receipts(receipt)

    assert open_receipt(envelope, SECRET, SIGN.public_bytes) == a_receipt()
    assert bytes.fromhex(DEVICE) not in receipt
    with pytest.raises(SealBroken):
        open_receipt(envelope, bytes(16), SIGN.public_bytes)
    with pytest.raises(ParcelRefused, match="not signed by the server"):
        open_receipt(envelope, SECRET, WRITER.public_bytes)


def test_a_changed_receipt_does_not_open() -> None:
    receipt = write_receipt(a_receipt(), bytes(8), SECRET, SIGN)
    chance = random.Random(1)
    for place in range(len(receipt)):
        changed = bytearray(receipt)
        changed[place] ^= chance.randrange(1, 256)
        with pytest.raises((SealBroken, ParcelRefused)):
            open_receipt(read_receipts(bytes(changed))[0], SECRET, SIGN.public_bytes)


@pytest.mark.parametrize(
    "changed",
    [
        {"under": "e" * 65},
        {"epoch": 1},
        {"acknowledged": ChainHead(-1, bytes(32))},
        {"acknowledged": ChainHead(1, bytes(31))},
        {"first_seq": 2**53},
        {"quarantined": (Quarantined(1, "x" * 301),)},
        {"quarantined": tuple(Quarantined(number, "x") for number in range(501))},
    ],
)
def test_a_receipt_with_impossible_values_does_not_count_even_if_it_is_signed(changed: dict[str, object]) -> None:
    receipt = write_receipt(replace(a_receipt(), **changed), bytes(8), SECRET, SIGN)  # type: ignore[arg-type]

    with pytest.raises(SealBroken):
        open_receipt(read_receipts(receipt)[0], SECRET, SIGN.public_bytes)


def test_what_is_handed_in_and_answered_comes_through() -> None:
    request = CarryRequest(DEVICE, (b"one", b"two"))
    response = CarryResponse("nonce", (CarryAnswer(receipt=b"r"), CarryAnswer(refused="damaged", message="No.")))

    assert read_carry_request(write_carry_request(request)) == request
    assert read_carry_response(write_carry_response(response)) == response


def test_portions_keep_the_order_and_fit_one_request() -> None:
    parcels = [secrets.token_bytes(size) for size in (300_000, 300_000, 300_000, *[10] * 45)]

    portions = in_portions(parcels)

    assert [one for portion in portions for one in portion] == parcels
    assert all(sum(map(len, portion)) <= MAX_CARRIED_BYTES and len(portion) <= 20 for portion in portions)
    assert len(write_carry_request(CarryRequest(DEVICE, tuple(portions[0])))) < 1024 * 1024
    assert in_portions([]) == []


def golden(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def test_the_golden_parcel_opens_to_the_golden_request() -> None:
    key = BoxKey(bytes.fromhex(ABOUT["box_private_key"]))
    (parcel,) = read_parcels(golden("parcel.bin"))

    opened = open_parcel(parcel, key)

    assert key.public_bytes.hex() == ABOUT["box_key"]
    assert opened.body == golden("request.json") == write_request(opened.request)
    assert (opened.request.device, opened.secret.hex()) == (ABOUT["device"], ABOUT["secret"])
    assert opened.is_of(bytes.fromhex(ABOUT["writer_public_key"]))
    assert name_of_parcel(parcel.whole).hex() == ABOUT["parcel_name"]


def test_the_golden_receipt_opens_to_the_golden_words() -> None:
    (envelope,) = read_receipts(golden("receipt.bin"))

    receipt = open_receipt(envelope, bytes.fromhex(ABOUT["secret"]), bytes.fromhex(ABOUT["verify_key"]))

    assert envelope.name.hex() == ABOUT["parcel_name"]
    written = json.loads(golden("receipt.json"))
    assert canonical_json(written) == golden("receipt.json")
    assert (receipt.device, receipt.epoch, receipt.under) == (written["device"], written["epoch"], written["under"])
    assert [[one.seq, one.reason] for one in receipt.quarantined] == written["quarantined"]
    assert receipt.acknowledged.seq == written["acknowledged"]["seq"]
