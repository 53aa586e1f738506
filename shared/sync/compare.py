"""The two messages of `POST /v1/compare`: finding out where two sides differ, and mending it.

    request    ranges of numbers, entries that the tablet lacks, entries that the server lacks
    response   what the server holds in each range, the entries that were asked for, and what it did not keep

A range is `device`, first and last number. What one side holds in it is a count and a digest (`holding.py`); where they
differ the tablet asks again for parts of it, until a range is one entry. Field by field: `PROTOCOL.md`, section 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import DeviceId, Entry, EntryId, entry_from_json, entry_to_json
from shared.errors import InvalidInput
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

MAX_RANGES = 256
MAX_WANTED = 500
MAX_WITNESSED = 500
MAX_DEVICES = 10_000
LAST = 2**53 - 1
"""The highest number that an entry can have."""


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Numbers `first` to `last` of one device's entries."""

    device: DeviceId
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What a tablet asks. `witnessed` are entries of others that this server once gave it, and now lacks."""

    device: DeviceId
    ranges: tuple[Range, ...] = ()
    wanted: tuple[EntryId, ...] = ()
    witnessed: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class NotKept:
    """An entry that was brought and that the server did not keep beside the others, and why, as one sentence."""

    id: EntryId
    reason: str


@dataclass(frozen=True, slots=True)
class CompareResponse:
    """What the server answers.

    `devices` are the site's tablets with their last stored number; `ranges` stand in the order of the request's.
    `entries` are those that were wanted and can be read, and the withdrawals of cases that were brought.
    """

    epoch: str
    nonce: str
    devices: tuple[tuple[DeviceId, int], ...]
    ranges: tuple[Holding, ...]
    entries: tuple[Entry, ...]
    not_kept: tuple[NotKept, ...] = ()


def write_compare_request(request: CompareRequest) -> bytes:
    """Return the request's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "device": request.device,
            "ranges": [[one.device, one.first, one.last] for one in request.ranges],
            "wanted": [[one.device, one.seq] for one in request.wanted],
            "witnessed": [entry_to_json(entry) for entry in request.witnessed],
        }
    )


def read_compare_request(raw: bytes) -> CompareRequest:
    """Return the request that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    body = object_of(
        of_this_version(read_json(raw, max_bytes=MAX_MESSAGE_BYTES)),
        "body",
        {"protocol", "device", "ranges", "wanted", "witnessed"},
    )
    return CompareRequest(
        device=DeviceId(text_of(body["device"], "device", 16)),
        ranges=tuple(_range(item) for item in list_of(body["ranges"], "ranges", MAX_RANGES)),
        wanted=tuple(_entry_id(item, "wanted") for item in list_of(body["wanted"], "wanted", MAX_WANTED)),
        witnessed=tuple(entry_from_json(item) for item in list_of(body["witnessed"], "witnessed", MAX_WITNESSED)),
    )


def write_compare_response(response: CompareResponse) -> bytes:
    """Return the response's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "epoch": response.epoch,
            "nonce": response.nonce,
            "devices": [[device, last] for device, last in response.devices],
            "ranges": [[holding.count, holding.digest.hex()] for holding in response.ranges],
            "entries": [entry_to_json(entry) for entry in response.entries],
            "not_kept": [[one.id.device, one.id.seq, one.reason] for one in response.not_kept],
        }
    )


def read_compare_response(raw: bytes) -> CompareResponse:
    """Return the response that `raw` spells.

    Raises:
        InvalidInput: naming the place.
    """
    body = object_of(
        of_this_version(read_json(raw, max_bytes=8 * MAX_MESSAGE_BYTES)),
        "body",
        {"protocol", "epoch", "nonce", "devices", "ranges", "entries", "not_kept"},
    )
    return CompareResponse(
        epoch=text_of(body["epoch"], "epoch", 64),
        nonce=nonce_of(body["nonce"]),
        devices=tuple(_device(item) for item in list_of(body["devices"], "devices", MAX_DEVICES)),
        ranges=tuple(_holding(item) for item in list_of(body["ranges"], "ranges", MAX_RANGES)),
        entries=tuple(entry_from_json(item) for item in list_of(body["entries"], "entries", 2 * MAX_WANTED)),
        not_kept=tuple(_not_kept(item) for item in list_of(body["not_kept"], "not_kept", MAX_WITNESSED)),
    )


def _row(item: Any, place: str, length: int) -> list[Any]:
    if not isinstance(item, list) or len(item) != length:
        raise InvalidInput(place, f"must hold {length} values in each row")
    return item


def _range(item: Any) -> Range:
    device, first, last = _row(item, "ranges", 3)
    start, end = _entry_id([device, first], "ranges"), _entry_id([device, last], "ranges")
    if start.seq > end.seq:
        raise InvalidInput("ranges", "must each end where they begin, or behind it")
    return Range(start.device, start.seq, end.seq)


def _entry_id(item: Any, place: str) -> EntryId:
    device, seq = _row(item, place, 2)
    return EntryId(DeviceId(text_of(device, place, 16)), seq)


def _device(item: Any) -> tuple[DeviceId, int]:
    one = _entry_id(item, "devices")
    return one.device, one.seq


def _holding(item: Any) -> Holding:
    count, digest = _row(item, "ranges", 2)
    return Holding(whole_number(count, "ranges"), digest_of(digest, "ranges"))


def _not_kept(item: Any) -> NotKept:
    device, seq, reason = _row(item, "not_kept", 3)
    return NotKept(_entry_id([device, seq], "not_kept"), text_of(reason, "not_kept", 300))
