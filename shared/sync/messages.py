"""The two messages of the one exchange, `POST /v1/sync`, and how they are written.

A request pushes signed batches and says how far the tablet has pulled; the response says what is durably stored and
brings what is new. Field by field this is described in `PROTOCOL.md`. Reading is strict: a key, type or size that this
version does not know is refused with the place named and nothing of the content repeated.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, DeviceId, Entry, entry_from_json, entry_to_json, is_case_id
from shared.errors import InvalidInput
from shared.sync.batch import MAX_ENTRIES, Batch, check_sequence

PROTOCOL_VERSION = 1
"""2026-11: one exchange, canonical JSON, one signature a batch."""

MAX_MESSAGE_BYTES = 1024 * 1024
MAX_BATCHES = 20
MAX_NONCE = 64


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far a device's chain is stored: the last entry's seq, and the hash of the batch that it ends."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What a tablet sends.

    `stored` is what it believes the server holds; `waiting` counts its entries that are not in this request.
    """

    device: DeviceId
    epoch: str
    cursor: int
    stored: ChainHead
    waiting: int
    app_version: str
    knowledge_version: str
    batches: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An entry that the server stored apart because it could not accept it, and why, as one sentence."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """A coordinator's judgement of a case. A later review of the same case has a larger number and replaces it."""

    number: int
    case_id: CaseId
    state: str
    diagnosis: str | None
    proven_by: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class SyncResponse:
    """What the server answers.

    Entries and reviews are those of the site after the request's cursor, in order of position. `cursor` is the position
    of the last one; `more` asks the tablet to come again at once. `epoch` changes when the server's database is not the
    one it was, for example after a restore. `nonce` goes into the next request's signature.
    """

    epoch: str
    nonce: str
    acknowledged: ChainHead
    quarantined: tuple[Quarantined, ...]
    entries: tuple[Entry, ...]
    reviews: tuple[Review, ...]
    cursor: int
    more: bool


REVIEW_STATES = ("received", "needs_information", "confirmed", "rejected")
PROOFS = ("xray", "culture", "course")
MAX_REVIEW_MESSAGE = 2000


def write_request(request: SyncRequest) -> bytes:
    """Return the request's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "device": request.device,
            "epoch": request.epoch,
            "cursor": request.cursor,
            "stored": _head_to_json(request.stored),
            "waiting": request.waiting,
            "app_version": request.app_version,
            "knowledge_version": request.knowledge_version,
            "batches": [_batch_to_json(batch) for batch in request.batches],
        }
    )


def read_request(raw: bytes) -> SyncRequest:
    """Return the request that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    body = _object(
        _of_this_version(read_json(raw, max_bytes=MAX_MESSAGE_BYTES)),
        "body",
        {
            "protocol", "device", "epoch", "cursor", "stored", "waiting", "app_version", "knowledge_version", "batches",
        },
    )  # fmt: skip
    device = DeviceId(_text(body["device"], "device", 16))
    return SyncRequest(
        device=device,
        epoch=_text(body["epoch"], "epoch", 64),
        cursor=_count(body["cursor"], "cursor"),
        stored=_head_from_json(body["stored"], "stored"),
        waiting=_count(body["waiting"], "waiting"),
        app_version=_text(body["app_version"], "app_version", 32),
        knowledge_version=_text(body["knowledge_version"], "knowledge_version", 32),
        batches=tuple(
            _batch_from_json(device, item, f"batches.{place}")
            for place, item in enumerate(_list(body["batches"], "batches", MAX_BATCHES))
        ),
    )


def is_nonce(text: str) -> bool:
    """Tell whether a text can stand in a signature's header as a nonce, as it is."""
    return 0 < len(text) <= MAX_NONCE and text.isascii() and text.isprintable() and not set(text) & {'"', "\\"}


def write_response(response: SyncResponse) -> bytes:
    """Return the response's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "epoch": response.epoch,
            "nonce": response.nonce,
            "acknowledged": _head_to_json(response.acknowledged),
            "quarantined": [[item.seq, item.reason] for item in response.quarantined],
            "entries": [entry_to_json(entry) for entry in response.entries],
            "reviews": [_review_to_json(review) for review in response.reviews],
            "cursor": response.cursor,
            "more": response.more,
        }
    )


def read_response(raw: bytes) -> SyncResponse:
    """Return the response that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    # A page of pulled entries may be larger than a request: the server bounds it by count.
    body = _object(
        _of_this_version(read_json(raw, max_bytes=8 * MAX_MESSAGE_BYTES)),
        "body",
        {"protocol", "epoch", "nonce", "acknowledged", "quarantined", "entries", "reviews", "cursor", "more"},
    )
    if not isinstance(body["more"], bool):
        raise InvalidInput("more", "must be true or false")
    return SyncResponse(
        epoch=_text(body["epoch"], "epoch", 64),
        nonce=_nonce(body["nonce"]),
        acknowledged=_head_from_json(body["acknowledged"], "acknowledged"),
        quarantined=tuple(_quarantined(item) for item in _list(body["quarantined"], "quarantined", MAX_ENTRIES)),
        entries=tuple(entry_from_json(item) for item in _list(body["entries"], "entries", 10_000)),
        reviews=tuple(_review_from_json(item) for item in _list(body["reviews"], "reviews", 10_000)),
        cursor=_count(body["cursor"], "cursor"),
        more=body["more"],
    )


def _batch_to_json(batch: Batch) -> dict[str, Any]:
    # Device and numbers follow from the request and first_seq, so they are not repeated for each entry.
    entries = []
    for entry in batch.entries:
        body = entry_to_json(entry)
        del body["device"], body["seq"]
        entries.append(body)
    return {"first_seq": batch.first_seq, "entries": entries, "signature": _to_base64(batch.signature)}


def _batch_from_json(device: DeviceId, item: Any, place: str) -> Batch:
    body = _object(item, place, {"first_seq", "entries", "signature"})
    first_seq = _count(body["first_seq"], f"{place}.first_seq")
    entries = tuple(
        entry_from_json({**_object(entry, f"{place}.entries"), "device": device, "seq": first_seq + offset})
        for offset, entry in enumerate(_list(body["entries"], f"{place}.entries", MAX_ENTRIES))
    )
    check_sequence(device, first_seq, entries)
    return Batch(first_seq, entries, _from_base64(body["signature"], f"{place}.signature", 64))


def _head_to_json(head: ChainHead) -> dict[str, Any]:
    return {"seq": head.seq, "hash": _to_base64(head.hash)}


def _head_from_json(item: Any, place: str) -> ChainHead:
    body = _object(item, place, {"seq", "hash"})
    return ChainHead(_count(body["seq"], f"{place}.seq"), _from_base64(body["hash"], f"{place}.hash", 32))


def _review_to_json(review: Review) -> dict[str, Any]:
    return {
        "number": review.number,
        "case_id": review.case_id,
        "state": review.state,
        "diagnosis": review.diagnosis,
        "proven_by": list(review.proven_by),
        "message": review.message,
    }


def _review_from_json(item: Any) -> Review:
    body = _object(item, "reviews", {"number", "case_id", "state", "diagnosis", "proven_by", "message"})
    if body["state"] not in REVIEW_STATES:
        raise InvalidInput("reviews.state", "is not a review state that this version knows")
    proven_by = tuple(
        _text(proof, "reviews.proven_by", 32) for proof in _list(body["proven_by"], "reviews.proven_by", 8)
    )
    return Review(
        number=_count(body["number"], "reviews.number"),
        case_id=_case_id(body["case_id"], "reviews.case_id"),
        state=body["state"],
        diagnosis=None if body["diagnosis"] is None else _text(body["diagnosis"], "reviews.diagnosis", 64),
        proven_by=proven_by,
        message=_words(body["message"], "reviews.message", MAX_REVIEW_MESSAGE),
    )


def _quarantined(item: Any) -> Quarantined:
    if not isinstance(item, list) or len(item) != 2:
        raise InvalidInput("quarantined", "must hold a number and a reason in each row")
    return Quarantined(_count(item[0], "quarantined"), _text(item[1], "quarantined", 300))


def _of_this_version(body: Any) -> Any:
    # Before anything else: another version has other keys, and the advice for that is to update.
    if isinstance(body, dict) and "protocol" in body:
        version = body["protocol"]
        if version != PROTOCOL_VERSION or isinstance(version, bool):
            raise InvalidInput("protocol", f"must be {PROTOCOL_VERSION}; one of the two sides needs an update")
    return body


def _object(value: Any, place: str, keys: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(place, "must be an object")
    if keys is not None:
        for key in sorted(keys - value.keys()):
            raise InvalidInput(f"{place}.{key}", "is missing")
        if value.keys() - keys:
            raise InvalidInput(place, "has a key that this version does not know")
    return value


def _list(value: Any, place: str, at_most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > at_most:
        raise InvalidInput(place, f"must be a list of at most {at_most}")
    return value


def _text(value: Any, place: str, at_most: int) -> str:
    # PostgreSQL keeps no text with a zero character in it.
    if not isinstance(value, str) or len(value) > at_most or "\0" in value:
        raise InvalidInput(place, f"must be text of at most {at_most} characters, none of them zero")
    return value


def _nonce(value: Any) -> str:
    nonce = _text(value, "nonce", 64)
    # It travels in a header. One that cannot would be kept and would stop every later request before it is sent.
    if not is_nonce(nonce):
        raise InvalidInput("nonce", "must be printable ASCII without quotes and backslashes")
    return nonce


def _case_id(value: Any, place: str) -> CaseId:
    text = _text(value, place, 32)
    if not is_case_id(text):
        raise InvalidInput(place, "must be 32 lower-case hexadecimal digits")
    return CaseId(text)


def _words(value: Any, place: str, at_most: int) -> str:
    text = _text(value, place, at_most)
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise InvalidInput(place, "holds characters that cannot be shown")
    return text


def _count(value: Any, place: str) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise InvalidInput(place, "must be a whole number from 0")
    return value


def _to_base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _from_base64(value: Any, place: str, length: int) -> bytes:
    try:
        raw = b64decode(value, validate=True)
    except (Base64Error, ValueError, TypeError):
        raw = b""
    if len(raw) != length:
        raise InvalidInput(place, f"must be {length} bytes in base64")
    return raw
