"""A batch: consecutive entries of one device, chained to the batch before and signed once.

    entry hash  = SHA-256(canonical JSON of the de-identified entry; its random case_id salts the hash)
    batch hash  = SHA-256("handwise-batch-1\\n" device "\\n" first_seq "\\n" previous-batch-hash entry-hashes)
    signature   = Ed25519(device key, batch hash)

Hashes are recomputed by the reader and never sent. A batch is fixed when it is signed: sent again, it is the same
bytes, so receiving it twice changes nothing. Because the signature covers hashes, the server can erase an entry's
payload later and still prove the rest of the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, overload

from shared.case.entry import DeviceId, Entry, canonical_entry, entry_from_json, written_as
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from shared.sync.packing import Shortened

GENESIS = bytes(32)
"""What the first batch of a device names as the batch before it."""

MAX_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch as it stands in a request of its author: in canonical JSON, and the same shortened."""

    text: bytes
    shortened: Shortened


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries `first_seq`, `first_seq + 1` ... of one device, with the device's signature of their batch hash.

    `ready`: what was made of it before it is sent. It says nothing that the batch does not.
    """

    first_seq: int
    entries: Sequence[Entry]
    signature: bytes
    ready: Ready | None = field(default=None, compare=False, repr=False)

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.entries) - 1


class WrittenEntries(Sequence[Entry]):
    """Entries as their author keeps them, in canonical JSON: sending them reads none, whoever looks at one reads it."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self.texts = tuple(texts)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> WrittenEntries: ...
    def __getitem__(self, place: int | slice) -> Entry | WrittenEntries:
        if isinstance(place, slice):
            return WrittenEntries(self.texts[place])
        return written_as(entry_from_json(json.loads(self.texts[place])), self.texts[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.texts == tuple(canonical_entries(other))

    def __hash__(self) -> int:
        return hash(self.texts)


def canonical_entries(entries: Sequence[Entry]) -> Iterable[bytes]:
    """Return the canonical JSON of each of these entries."""
    return entries.texts if isinstance(entries, WrittenEntries) else map(canonical_entry, entries)


def entry_hash(entry: Entry) -> bytes:
    """Return the 32-byte hash of a de-identified entry."""
    return sha256(canonical_entry(entry)).digest()


def batch_hash(device: DeviceId, first_seq: int, previous: bytes, entry_hashes: Iterable[bytes]) -> bytes:
    """Return the 32 bytes that a device signs, and that its next batch names as the one before."""
    head = f"handwise-batch-1\n{device}\n{first_seq}\n".encode()
    return sha256(head + previous + b"".join(entry_hashes)).digest()


def check_sequence(device: DeviceId, first_seq: int, entries: Sequence[Entry]) -> None:
    """Refuse a batch whose entries are not `first_seq`, `first_seq + 1` ... of `device`."""
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise InvalidInput("entries", f"must be 1 to {MAX_ENTRIES} in a batch")
    for place, entry in enumerate(entries):
        if (entry.id.device, entry.id.seq) != (device, first_seq + place):
            raise InvalidInput("entries", "must follow each other without a gap, all from the sending tablet")
