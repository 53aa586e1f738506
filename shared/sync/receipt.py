"""A receipt: the server's signed word on what it holds of a tablet, carried back to that tablet.

    receipt  "HWR" · version 1 · name of the parcel 8 · length 4 · sealed under the secret of the parcel
    inside   dictionary 1 · device 8 · signature 64 · frame · tail
    JSON     {"receipt":1,"device":...,"under":...,"epoch":...,"acknowledged":{...},"first_seq":...,"last_seq":...,
              "quarantined":[...]}

`under` is the epoch that the writer believed in when it sealed the parcel. It tells a receipt that came late from one
of a server that holds other data by now. Byte by byte: `PROTOCOL.md`, section 15.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import DeviceId
from shared.crypto import signing
from shared.crypto.aead import OVERHEAD, SealBroken, open_sealed, seal
from shared.crypto.key_derivation import derive_key
from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput, ParcelRefused
from shared.sentence import phrase
from shared.sync import packing
from shared.sync.batch import MAX_ENTRIES
from shared.sync.envelope import Envelope, head_of, read_envelopes
from shared.sync.messages import ChainHead, Quarantined

KIND = b"HWR"
VERSION = 1
MAX_RECEIPT_BYTES = 64 * 1024
_MAX_BODY = 256 * 1024
_DEVICE, _SIGNATURE = 8, signing.SIGNATURE_BYTES
_PURPOSE = "handwise-receipt-1"
_KEYS = {"receipt", "device", "under", "epoch", "acknowledged", "first_seq", "last_seq", "quarantined"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server said. `first_seq` to `last_seq` are the entries that the parcel held."""

    device: DeviceId
    under: str
    epoch: str
    acknowledged: ChainHead
    first_seq: int
    last_seq: int
    quarantined: tuple[Quarantined, ...] = ()


def write_receipt(receipt: Receipt, parcel_name: bytes, secret: bytes, key: SigningKey) -> bytes:
    """Return a receipt that only the writer of the parcel can read. `secret` came in the parcel."""
    body = canonical_json(
        {
            "receipt": VERSION,
            "device": receipt.device,
            "under": receipt.under,
            "epoch": receipt.epoch,
            "acknowledged": {
                "seq": receipt.acknowledged.seq,
                "hash": b64encode(receipt.acknowledged.hash).decode(),
            },
            "first_seq": receipt.first_seq,
            "last_seq": receipt.last_seq,
            "quarantined": [[item.seq, item.reason] for item in receipt.quarantined],
        }
    )
    device = bytes.fromhex(receipt.device)
    packed = packing.pack(body, device=device, level=packing.FAST)
    inside = bytes([packing.NEWEST]) + device + key.sign(_signed(body)) + packed
    head = head_of(KIND, parcel_name, len(inside) + OVERHEAD)
    return head + seal(_key(secret), inside, head)


def read_receipts(raw: bytes) -> Sequence[Envelope]:
    """Return the receipts in a file or a series of codes. Each can be opened by the tablet that it is for.

    Raises:
        ParcelRefused: they are not whole, or none.
    """
    return read_envelopes(raw, KIND, MAX_RECEIPT_BYTES)


def open_receipt(envelope: Envelope, secret: bytes, verify_key: bytes) -> Receipt:
    """Return what a receipt says, once the server's signature has been checked.

    Raises:
        SealBroken: it is for another tablet, or was changed.
        ParcelRefused: it opens, but this tablet's server did not sign it so.
    """
    inside = open_sealed(_key(secret), envelope.sealed, envelope.head)
    device, signature = inside[1 : 1 + _DEVICE], inside[1 + _DEVICE : 1 + _DEVICE + _SIGNATURE]
    try:
        body = packing.unpack(
            inside[1 + _DEVICE + _SIGNATURE :], max_bytes=_MAX_BODY, device=device, dictionary=inside[0]
        )
        if not signing.verify(verify_key, _signed(body), signature):
            raise ParcelRefused(phrase("This receipt is not signed by the server of this tablet. Nothing was changed."))
        return _from_json(read_json(body, max_bytes=_MAX_BODY))
    except (InvalidInput, IndexError):
        raise SealBroken from None


def _from_json(body: Any) -> Receipt:
    if not isinstance(body, dict) or body.keys() != _KEYS or type(body["receipt"]) is not int:
        raise InvalidInput("receipt", "is not one that this version reads")
    if body["receipt"] != VERSION:
        raise InvalidInput("receipt", "is of another version")
    head, quarantined = body["acknowledged"], body["quarantined"]
    if not isinstance(head, dict) or head.keys() != {"seq", "hash"}:
        raise InvalidInput("acknowledged", "must be a number and a hash")
    if not isinstance(quarantined, list) or len(quarantined) > MAX_ENTRIES:
        raise InvalidInput("quarantined", f"must be a list of at most {MAX_ENTRIES}")
    return Receipt(
        device=DeviceId(_text(body["device"], 16)),
        under=_text(body["under"], 64),
        epoch=_text(body["epoch"], 64),
        acknowledged=ChainHead(_count(head["seq"]), _hash(head["hash"])),
        first_seq=_count(body["first_seq"]),
        last_seq=_count(body["last_seq"]),
        quarantined=tuple(_quarantined(item) for item in quarantined),
    )


def _quarantined(item: Any) -> Quarantined:
    if not isinstance(item, list) or len(item) != 2:
        raise InvalidInput("quarantined", "must hold a number and a reason in each row")
    return Quarantined(_count(item[0]), _text(item[1], 300))


def _text(value: Any, at_most: int) -> str:
    if not isinstance(value, str) or len(value) > at_most:
        raise InvalidInput("receipt", f"must hold texts of at most {at_most} characters")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise InvalidInput("receipt", "must hold whole numbers from 0")
    return value


def _hash(value: Any) -> bytes:
    try:
        raw = b64decode(value, validate=True)
    except (Base64Error, ValueError, TypeError):
        raw = b""
    if len(raw) != 32:
        raise InvalidInput("acknowledged.hash", "must be 32 bytes in base64")
    return raw


def _signed(body: bytes) -> bytes:
    return b"handwise-receipt-1\n" + body


def _key(secret: bytes) -> bytes:
    return derive_key(secret, salt=b"", info=_PURPOSE)
