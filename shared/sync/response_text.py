"""The response of the one exchange, written and read; it is read in the same two ways as the request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import Entry, canonical_entry, entry_from_json
from shared.errors import InvalidInput
from shared.sync.batch import MAX_ENTRIES
from shared.sync.entry_text import FIRST_ENTRY, NEXT_ENTRY, EntryReader, entry_of_part
from shared.sync.head_text import head_from_json, head_to_json
from shared.sync.holding import Holding
from shared.sync.message_fields import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    digest_of,
    list_of,
    nonce_of,
    object_of,
    of_this_version,
    text_of,
    whole_number,
)
from shared.sync.message_types import KnowledgeOffer, Quarantined, SyncResponse
from shared.sync.review_text import review_from_json, review_to_json

_MAX_RESPONSE_BYTES = 8 * MAX_MESSAGE_BYTES
"""A page of pulled entries may be larger than a request: the server bounds it by count."""
_MOST_PULLED = 10_000
_HEX_OF_32_BYTES = re.compile("[0-9a-f]{64}")


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
            "acknowledged": head_to_json(response.acknowledged),
            "quarantined": [[item.seq, item.reason] for item in response.quarantined],
            "entries": [],
            "reviews": [review_to_json(review) for review in response.reviews],
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
    head, _, behind = raw.partition(FIRST_ENTRY)
    between, end, rest = behind.partition(b'}],"epoch":')
    texts = between.split(NEXT_ENTRY)
    if not end or len(raw) > _MAX_RESPONSE_BYTES or len(texts) > _MOST_PULLED:
        return None
    try:
        # What is cut out proves to be entries, and what is left to be a response that brings none.
        body = _response_body(read_json(head + b'"entries":[],"epoch":' + rest, max_bytes=_MAX_RESPONSE_BYTES))
        return _response_of(body, [entry_of_part(b'{"answers":{%b}' % text, read_entry) for text in texts])
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
        acknowledged=head_from_json(body["acknowledged"], "acknowledged"),
        quarantined=tuple(_quarantined(item) for item in list_of(body["quarantined"], "quarantined", MAX_ENTRIES)),
        entries=tuple(entries),
        reviews=tuple(review_from_json(item) for item in list_of(body["reviews"], "reviews", _MOST_PULLED)),
        cursor=whole_number(body["cursor"], "cursor"),
        more=body["more"],
        holds=_holding_from_json(body["holds"]) if "holds" in body else None,
        release=_offer_from_json(body["release"]) if "release" in body else None,
    )


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


def _quarantined(item: Any) -> Quarantined:
    if not isinstance(item, list) or len(item) != 2:
        raise InvalidInput("quarantined", "must hold a number and a reason in each row")
    return Quarantined(whole_number(item[0], "quarantined"), text_of(item[1], "quarantined", 300))
