"""The request of the one exchange, written and read.

It is read in two ways that give the same: as a whole, which says what is wrong with it and where; and in parts, entry
by entry from their bytes, which is quicker and only ever says that it is not as usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import DeviceId, Entry, entry_from_json
from shared.errors import InvalidInput
from shared.sync.batch import MAX_ENTRIES, Batch, canonical_entries, check_sequence
from shared.sync.entry_text import FIRST_ENTRY, NEXT_ENTRY, EntryReader, without_identity
from shared.sync.head_text import head_from_json, head_to_json
from shared.sync.message_fields import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    from_base64,
    list_of,
    object_of,
    of_this_version,
    text_of,
    to_base64,
    whole_number,
)
from shared.sync.message_types import SyncRequest

MAX_BATCHES = 20
BEGIN_OF_BATCHES = b'"batches":['
"""In a request only the app's version stands before it, so the first such place is the place."""
_END_OF_ENTRIES = b'}],"first_seq":'


def write_request(request: SyncRequest) -> bytes:
    """Return the request's body."""
    without = canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "device": request.device,
            "epoch": request.epoch,
            "cursor": request.cursor,
            "stored": head_to_json(request.stored),
            "waiting": request.waiting,
            "app_version": request.app_version,
            "knowledge_version": request.knowledge_version,
            "batches": [],
        }
    )
    return without.replace(BEGIN_OF_BATCHES, BEGIN_OF_BATCHES + b",".join(map(write_batch, request.batches)), 1)


def write_batch(batch: Batch) -> bytes:
    """Return a batch as it stands in a request, in canonical JSON."""
    if batch.ready is not None:
        return batch.ready.text
    entries = b",".join(map(without_identity, canonical_entries(batch.entries)))
    signature = to_base64(batch.signature).encode()
    return b'{"entries":[%b],"first_seq":%d,"signature":"%b"}' % (entries, batch.first_seq, signature)


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
    head, *behind = raw.split(FIRST_ENTRY)
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
            _batch_of_parts(device, item, f"batches.{place}", texts.split(NEXT_ENTRY), read_entry)
            for place, (item, (texts, _, _)) in enumerate(zip(items, parts, strict=True))
        ]
        return _request_of(body, device, batches)
    except InvalidInput:
        return None


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
        stored=head_from_json(body["stored"], "stored"),
        waiting=whole_number(body["waiting"], "waiting"),
        app_version=text_of(body["app_version"], "app_version", 32),
        knowledge_version=text_of(body["knowledge_version"], "knowledge_version", 32),
        batches=tuple(batches),
    )


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
