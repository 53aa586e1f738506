"""A case from one tablet to another without a network: what the codes of `qr_frames.py` carry.

    payload   dictionary 1 · device 8 · packed(canonical JSON)          as a request is packed, without its signature
    JSON      {"hand_over":1,"entries":[...],"child":{...}}             `child` only where the clinician ticked it

The entries are the case's sent forms, byte for byte what a pull would bring, so that a later pull finds them here
already. Nothing is signed: who shows the codes stands in the same room, and an entry that the server brings later with
another content is set aside. `child` is the only thing in Handwise that names a child outside an encrypted file; it
goes from screen to camera and never to a server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, Entry, entry_from_json, entry_to_json
from shared.case.log import CaseLog
from shared.errors import HandOverRefused, HandwiseError
from shared.sentence import phrase
from shared.sync import packing

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_ENTRIES = 500
MAX_TEXT = 2000
_DEVICE = 8


@dataclass(frozen=True, slots=True)
class ChildDetails:
    """What the receiving clinic needs to know the child again; empty where it is not known or not ticked."""

    name: str = ""
    record_number: str = ""
    birth_date: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One case: its entries in causal order, and what was ticked of the child."""

    entries: tuple[Entry, ...]
    child: ChildDetails = ChildDetails()

    @property
    def case_id(self) -> CaseId:
        return self.entries[0].case_id


def write_hand_over(entries: Sequence[Entry], child: ChildDetails = ChildDetails()) -> bytes:  # noqa: B008 (frozen)
    """Return the payload of a case.

    Raises:
        HandOverRefused: there is no entry, or more than one case.
    """
    if not entries:
        raise HandOverRefused(phrase("There is nothing to hand over yet. Save the visit first."))
    log = _log_of(entries)
    body: dict[str, Any] = {"hand_over": VERSION, "entries": [entry_to_json(entry) for entry in log.in_causal_order()]}
    if not child.is_empty:
        body["child"] = {name: text for name, text in asdict(child).items() if text}
    # The tablet that wrote most of the case: its number stands in each of its entries, and costs one byte there.
    devices = [entry.id.device for entry in log]
    device = bytes.fromhex(max(sorted(set(devices)), key=devices.count))
    return bytes([packing.NEWEST]) + device + packing.pack(canonical_json(body), device=device)


def read_hand_over(payload: bytes) -> HandedOver:
    """Return the case that a payload holds. Whether its entries may be kept is for the reader to say.

    Raises:
        HandOverRefused: it is none, it was made by a newer version, or two of its entries claim the same number.
    """
    try:
        body = read_json(_text(payload), max_bytes=MAX_BYTES)
        if isinstance(body, dict) and type(body.get("hand_over")) is int and body["hand_over"] > VERSION:
            raise HandOverRefused(phrase("These codes were made by a newer version. Update this tablet."))
        entries, child = _entries(body), _child(body.get("child", {}))
    except HandOverRefused:
        raise
    except HandwiseError:
        raise _no_case() from None
    return HandedOver(_log_of(entries).in_causal_order(), child)


def _text(payload: bytes) -> bytes:
    if len(payload) <= 1 + _DEVICE:
        raise _no_case()
    device = payload[1 : 1 + _DEVICE]
    return packing.unpack(payload[1 + _DEVICE :], max_bytes=MAX_BYTES, device=device, dictionary=payload[0])


def _entries(body: Any) -> list[Entry]:
    if not isinstance(body, dict) or body.keys() - {"child"} != {"hand_over", "entries"}:
        raise _no_case()
    if type(body["hand_over"]) is not int or body["hand_over"] != VERSION:
        raise _no_case()
    if not isinstance(body["entries"], list) or not 1 <= len(body["entries"]) <= MAX_ENTRIES:
        raise _no_case()
    return [entry_from_json(entry) for entry in body["entries"]]


def _log_of(entries: Sequence[Entry]) -> CaseLog:
    try:
        return CaseLog.of(entries[0].case_id, entries)
    except HandwiseError:
        # Two cases, two entries with one number, or parents that run in a circle: no tablet shows such a thing.
        raise _no_case() from None


def _child(body: Any) -> ChildDetails:
    names = {field.name for field in fields(ChildDetails)}
    if not isinstance(body, dict) or body.keys() - names:
        raise _no_case()
    for text in body.values():
        is_text = isinstance(text, str) and len(text) <= MAX_TEXT
        if not is_text or any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            raise _no_case()
    return ChildDetails(**body)


def _no_case() -> HandOverRefused:
    return HandOverRefused(phrase("These codes hold no case that this tablet can read. Ask for them again."))
