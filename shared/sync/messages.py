"""The two messages of the one exchange, `POST /v1/sync`, and how they are written.

A request pushes signed batches and says how far the tablet has pulled; the response says what is durably stored and
brings what is new. Field by field this is described in `PROTOCOL.md`. Reading is strict: a key, type or size that this
version does not know is refused with the place named and nothing of the content repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import (
    CaseId,
    DeviceId,
    Entry,
    apart_from_json,
    canonical_entry,
    check_apart,
    entry_from_json,
    is_case_id,
)
from shared.errors import InvalidInput
from shared.sync.batch import MAX_ENTRIES, Batch, canonical_entries, check_sequence
from shared.sync.holding import Holding
from shared.sync.message_fields import MAX_MESSAGE_BYTES as MAX_MESSAGE_BYTES
from shared.sync.message_fields import MAX_NONCE as MAX_NONCE
from shared.sync.message_fields import PROTOCOL_VERSION as PROTOCOL_VERSION
from shared.sync.message_fields import (
    digest_of,
    from_base64,
    list_of,
    nonce_of,
    object_of,
    of_this_version,
    text_of,
    to_base64,
    whole_number,
)
from shared.sync.message_fields import is_nonce as is_nonce

MAX_BATCHES = 20
_MAX_RESPONSE_BYTES = 8 * MAX_MESSAGE_BYTES
"""A page of pulled entries may be larger than a request: the server bounds it by count."""
_MOST_PULLED = 10_000

# Where device and number stand in an entry's canonical JSON, and how long the one is.
_DEVICE_BEGINS, _SEQ_BEGINS = b'"device":"', b',"seq":'
_DEVICE_LENGTH = len('0123456789abcdef",')
_MOST_DIGITS = len(str(2**53))


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
    """A coordinator's judgement of a case. A later review of the same case has a larger number and replaces it.

    `apart` names the cases that are another child's in spite of an equal link, as far as the coordinator said so.
    """

    number: int
    case_id: CaseId
    state: str
    diagnosis: str | None
    proven_by: tuple[str, ...]
    message: str
    apart: tuple[CaseId, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeOffer:
    """A signed release of newer knowledge than the tablet works with (`shared/knowledge/release.py`).

    `digest`: SHA-256 of its file, `key`: the public key that signed it, both in hexadecimal digits. `size` in bytes.
    """

    version: str
    digest: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class SyncResponse:
    """What the server answers.

    Entries and reviews are those of the site after the request's cursor, in order of position. `cursor` is the position
    of the last one; `more` asks the tablet to come again at once. `epoch` changes when the server's database is not the
    one it was, for example after a restore. `nonce` goes into the next request's signature. `holds` is what the site
    has stored of entries that can be read; it is there if `more` is false, when nothing else is on its way. So is
    `release`, where newer knowledge is published than the tablet says that it has.
    """

    epoch: str
    nonce: str
    acknowledged: ChainHead
    quarantined: tuple[Quarantined, ...]
    entries: tuple[Entry, ...]
    reviews: tuple[Review, ...]
    cursor: int
    more: bool
    holds: Holding | None = None
    release: KnowledgeOffer | None = None


REVIEW_STATES = ("received", "needs_information", "confirmed", "rejected")
PROOFS = ("xray", "culture", "course")
MAX_REVIEW_MESSAGE = 2000
_HEX_OF_32_BYTES = re.compile("[0-9a-f]{64}")


def write_request(request: SyncRequest) -> bytes:
    """Return the request's body."""
    without = canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "device": request.device,
            "epoch": request.epoch,
            "cursor": request.cursor,
            "stored": _head_to_json(request.stored),
            "waiting": request.waiting,
            "app_version": request.app_version,
            "knowledge_version": request.knowledge_version,
            "batches": [],
        }
    )
    # Only the app's version stands before it, so the first such place is the place.
    return without.replace(b'"batches":[]', b'"batches":[%b]' % b",".join(map(_written_batch, request.batches)), 1)


def read_request(raw: bytes) -> SyncRequest:
    """Return the request that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    body = _request_body(read_json(raw, max_bytes=MAX_MESSAGE_BYTES))
    device = _sender(body)
    return _request_of(body, device, _batches(device, body))


def read_request_in_parts(raw: bytes, read_entry: EntryReader) -> SyncRequest | None:
    """Return the same, with the entries read one by one from the bytes that they have in the request.

    None if it is not written as a request usually is, or if anything is wrong with it: then `read_request` says what.
    """
    head, *behind = raw.split(_FIRST_ENTRY)
    if not behind or len(raw) > MAX_MESSAGE_BYTES:
        return None
    parts = [piece.partition(_END_OF_ENTRIES) for piece in behind]
    # What is cut out proves to be entries, and what is left to be a request with batches that have none.
    rest = head + b"".join([b'"entries":[],"first_seq":%b' % rest for _, _, rest in parts])
    try:
        body = _request_body(read_json(rest))
        device, items = _sender(body), list_of(body["batches"], "batches", MAX_BATCHES)
        if len(items) != len(parts):
            return None
        batches = [
            _batch_of_parts(device, item, f"batches.{place}", texts.split(_NEXT_ENTRY), read_entry)
            for place, (item, (texts, _, _)) in enumerate(zip(items, parts, strict=True))
        ]
        return _request_of(body, device, batches)
    except InvalidInput:
        return None


EntryReader = Callable[[bytes, DeviceId, int], Entry]
"""Returns the entry that an object's bytes spell without device and number, and has these; may raise InvalidInput."""

_FIRST_ENTRY, _NEXT_ENTRY, _END_OF_ENTRIES = b'"entries":[{"answers":{', b'},{"answers":{', b'}],"first_seq":'


def _request_body(read: Any) -> dict[str, Any]:
    return object_of(
        of_this_version(read),
        "body",
        {
            "protocol", "device", "epoch", "cursor", "stored", "waiting", "app_version", "knowledge_version", "batches",
        },
    )  # fmt: skip


def _sender(body: Mapping[str, Any]) -> DeviceId:
    return DeviceId(text_of(body["device"], "device", 16))


def _request_of(body: Mapping[str, Any], device: DeviceId, batches: Iterable[Batch]) -> SyncRequest:
    return SyncRequest(
        device=device,
        epoch=text_of(body["epoch"], "epoch", 64),
        cursor=whole_number(body["cursor"], "cursor"),
        stored=_head_from_json(body["stored"], "stored"),
        waiting=whole_number(body["waiting"], "waiting"),
        app_version=text_of(body["app_version"], "app_version", 32),
        knowledge_version=text_of(body["knowledge_version"], "knowledge_version", 32),
        batches=tuple(batches),
    )


def write_response(response: SyncResponse) -> bytes:
    """Return the response's body."""
    return write_answer(response, map(canonical_entry, response.entries))


def write_answer(response: SyncResponse, entries: Iterable[bytes]) -> bytes:
    """Return the body of a response that brings these entries, each of which is canonical JSON already."""
    without = canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "epoch": response.epoch,
            "nonce": response.nonce,
            "acknowledged": _head_to_json(response.acknowledged),
            "quarantined": [[item.seq, item.reason] for item in response.quarantined],
            "entries": [],
            "reviews": [_review_to_json(review) for review in response.reviews],
            "cursor": response.cursor,
            "more": response.more,
            **({} if response.holds is None else {"holds": _holding_to_json(response.holds)}),
            **({} if response.release is None else {"release": asdict(response.release)}),
        }
    )
    # Only the head of the chain and a number stand before it, so the first such place is the place.
    return without.replace(b'"entries":[]', b'"entries":[%b]' % b",".join(entries), 1)


def read_response(raw: bytes) -> SyncResponse:
    """Return the response that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    body = _response_body(read_json(raw, max_bytes=_MAX_RESPONSE_BYTES))
    return _response_of(body, map(entry_from_json, list_of(body["entries"], "entries", _MOST_PULLED)))


def read_response_in_parts(raw: bytes, read_entry: EntryReader) -> SyncResponse | None:
    """Return the same, with the entries read one by one from the bytes that they have in the response.

    None if it is not written as a response usually is, or if anything is wrong with it: then `read_response` says what.
    """
    head, _, behind = raw.partition(_FIRST_ENTRY)
    between, end, rest = behind.partition(b'}],"epoch":')
    texts = between.split(_NEXT_ENTRY)
    if not end or len(raw) > _MAX_RESPONSE_BYTES or len(texts) > _MOST_PULLED:
        return None
    try:
        # What is cut out proves to be entries, and what is left to be a response that brings none.
        body = _response_body(read_json(head + b'"entries":[],"epoch":' + rest, max_bytes=_MAX_RESPONSE_BYTES))
        return _response_of(body, [_entry_of_part(b'{"answers":{%b}' % text, read_entry) for text in texts])
    except InvalidInput:
        return None


def _response_body(read: Any) -> dict[str, Any]:
    body = object_of(
        of_this_version(read),
        "body",
        {"protocol", "epoch", "nonce", "acknowledged", "quarantined", "entries", "reviews", "cursor", "more"},
        {"holds", "release"},
    )
    if not isinstance(body["more"], bool):
        raise InvalidInput("more", "must be true or false")
    if body["more"] == ("holds" in body):
        raise InvalidInput("holds", "must be there if nothing more lies behind this answer, and only then")
    return body


def _response_of(body: Mapping[str, Any], entries: Iterable[Entry]) -> SyncResponse:
    return SyncResponse(
        epoch=text_of(body["epoch"], "epoch", 64),
        nonce=nonce_of(body["nonce"]),
        acknowledged=_head_from_json(body["acknowledged"], "acknowledged"),
        quarantined=tuple(_quarantined(item) for item in list_of(body["quarantined"], "quarantined", MAX_ENTRIES)),
        entries=tuple(entries),
        reviews=tuple(_review_from_json(item) for item in list_of(body["reviews"], "reviews", _MOST_PULLED)),
        cursor=whole_number(body["cursor"], "cursor"),
        more=body["more"],
        holds=_holding_from_json(body["holds"]) if "holds" in body else None,
        release=_offer_from_json(body["release"]) if "release" in body else None,
    )


def _entry_of_part(text: bytes, read_entry: EntryReader) -> Entry:
    """Read an entry with its device and number from what should be its canonical JSON.

    Raises:
        InvalidInput: it is not.
    """
    before, _, behind = text.rpartition(_DEVICE_BEGINS)
    between, _, seq = behind[_DEVICE_LENGTH:].rpartition(_SEQ_BEGINS)
    digits = seq.removesuffix(b"}")
    if digits.isdigit() and len(digits) <= _MOST_DIGITS:
        device = DeviceId(behind[:_DEVICE_LENGTH].decode("latin-1").removesuffix('",'))
        entry = read_entry(b"%b%b}" % (before, between), device, int(digits))
        if canonical_entry(entry) == text:
            return entry
    raise InvalidInput("entries", "must be written canonically")


def _written_batch(batch: Batch) -> bytes:
    """Return a batch in canonical JSON."""
    entries = b",".join(map(_without_identity, canonical_entries(batch.entries)))
    signature = to_base64(batch.signature).encode()
    return b'{"entries":[%b],"first_seq":%d,"signature":"%b"}' % (entries, batch.first_seq, signature)


def _without_identity(text: bytes) -> bytes:
    """Leave device and number out of an entry's canonical JSON: they follow from the request and `first_seq`."""
    # Behind them stand only link, kind and parents, so the last such places are the places.
    before, _, behind = text.rpartition(_DEVICE_BEGINS)
    between, _, _ = behind[_DEVICE_LENGTH:].rpartition(_SEQ_BEGINS)
    return b"%b%b}" % (before, between)


def _batches(device: DeviceId, body: Mapping[str, Any]) -> Iterator[Batch]:
    for place, item in enumerate(list_of(body["batches"], "batches", MAX_BATCHES)):
        yield _batch_from_json(device, item, f"batches.{place}")


def _batch_from_json(device: DeviceId, item: Any, place: str) -> Batch:
    body = object_of(item, place, {"first_seq", "entries", "signature"})
    first_seq = whole_number(body["first_seq"], f"{place}.first_seq")
    entries = tuple(
        entry_from_json({**object_of(entry, f"{place}.entries"), "device": device, "seq": first_seq + offset})
        for offset, entry in enumerate(list_of(body["entries"], f"{place}.entries", MAX_ENTRIES))
    )
    return _batch(device, body, place, first_seq, entries)


def _batch_of_parts(device: DeviceId, item: Any, place: str, texts: Sequence[bytes], read_entry: EntryReader) -> Batch:
    body = object_of(item, place, {"first_seq", "entries", "signature"})
    first_seq = whole_number(body["first_seq"], f"{place}.first_seq")
    if body["entries"] != [] or len(texts) > MAX_ENTRIES:
        raise InvalidInput(f"{place}.entries", "must be the list that was cut out")
    entries = [read_entry(b'{"answers":{%b}' % text, device, first_seq + offset) for offset, text in enumerate(texts)]
    return _batch(device, body, place, first_seq, tuple(entries))


def _batch(device: DeviceId, body: Mapping[str, Any], place: str, first_seq: int, entries: tuple[Entry, ...]) -> Batch:
    check_sequence(device, first_seq, entries)
    return Batch(first_seq, entries, from_base64(body["signature"], f"{place}.signature", 64))


def _head_to_json(head: ChainHead) -> dict[str, Any]:
    return {"seq": head.seq, "hash": to_base64(head.hash)}


def _head_from_json(item: Any, place: str) -> ChainHead:
    body = object_of(item, place, {"seq", "hash"})
    return ChainHead(whole_number(body["seq"], f"{place}.seq"), from_base64(body["hash"], f"{place}.hash", 32))


def _holding_to_json(holding: Holding) -> dict[str, Any]:
    return {"count": holding.count, "digest": holding.digest.hex()}


def _holding_from_json(item: Any) -> Holding:
    body = object_of(item, "holds", {"count", "digest"})
    return Holding(whole_number(body["count"], "holds.count"), digest_of(body["digest"], "holds.digest"))


def _offer_from_json(item: Any) -> KnowledgeOffer:
    body = object_of(item, "release", {"version", "digest", "size", "key"})
    digest, key = (text_of(body[name], f"release.{name}", 64) for name in ("digest", "key"))
    if not (_HEX_OF_32_BYTES.fullmatch(digest) and _HEX_OF_32_BYTES.fullmatch(key)):
        raise InvalidInput("release", "must name digest and key with 64 hexadecimal digits each")
    version = text_of(body["version"], "release.version", 32)
    return KnowledgeOffer(version, digest, whole_number(body["size"], "release.size"), key)


def _review_to_json(review: Review) -> dict[str, Any]:
    return {
        "number": review.number,
        "case_id": review.case_id,
        "state": review.state,
        "diagnosis": review.diagnosis,
        "proven_by": list(review.proven_by),
        "message": review.message,
        **({"apart": list(review.apart)} if review.apart else {}),
    }


def _review_from_json(item: Any) -> Review:
    body = object_of(item, "reviews", {"number", "case_id", "state", "diagnosis", "proven_by", "message"}, {"apart"})
    if body["state"] not in REVIEW_STATES:
        raise InvalidInput("reviews.state", "is not a review state that this version knows")
    proven_by = tuple(
        text_of(proof, "reviews.proven_by", 32) for proof in list_of(body["proven_by"], "reviews.proven_by", 8)
    )
    case_id = _case_id(body["case_id"], "reviews.case_id")
    return Review(
        number=whole_number(body["number"], "reviews.number"),
        case_id=case_id,
        state=body["state"],
        diagnosis=None if body["diagnosis"] is None else text_of(body["diagnosis"], "reviews.diagnosis", 64),
        proven_by=proven_by,
        message=_words(body["message"], "reviews.message", MAX_REVIEW_MESSAGE),
        apart=_apart(case_id, body["apart"]) if "apart" in body else (),
    )


def _apart(case_id: CaseId, item: Any) -> tuple[CaseId, ...]:
    apart = apart_from_json(item, "reviews.apart")
    if not apart:
        raise InvalidInput("reviews.apart", "must name a case, or not be there")
    check_apart(case_id, apart, "reviews.apart")
    return apart


def _quarantined(item: Any) -> Quarantined:
    if not isinstance(item, list) or len(item) != 2:
        raise InvalidInput("quarantined", "must hold a number and a reason in each row")
    return Quarantined(whole_number(item[0], "quarantined"), text_of(item[1], "quarantined", 300))


def _case_id(value: Any, place: str) -> CaseId:
    text = text_of(value, place, 32)
    if not is_case_id(text):
        raise InvalidInput(place, "must be 32 lower-case hexadecimal digits")
    return CaseId(text)


def _words(value: Any, place: str, at_most: int) -> str:
    text = text_of(value, place, at_most)
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise InvalidInput(place, "holds characters that cannot be shown")
    return text
