"""The outside of what is carried without a network: parcels to the server, and receipts from it.

    envelope   kind 3 · version 1 · name 8 · length 4 · sealed          length big-endian, of what is sealed

Envelopes of one kind stand one after the other in a file or in a series of codes. The name says what fits: of a parcel,
the server's key; of a receipt, the parcel that it answers. Nothing here says who wrote it or about whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import ParcelRefused
from shared.sentence import phrase

VERSION = 1
HEAD_BYTES = 16
NAME_BYTES = 8
MAX_ENVELOPES = 40
"""In one file or series of codes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One parcel or receipt as it is carried. `head` is bound to what is sealed: changed, it does not open."""

    name: bytes
    head: bytes
    sealed: bytes

    @property
    def whole(self) -> bytes:
        return self.head + self.sealed


def head_of(kind: bytes, name: bytes, length: int) -> bytes:
    """Return the 16 bytes before what is sealed."""
    return kind + bytes([VERSION]) + name + length.to_bytes(4, "big")


def read_envelopes(raw: bytes, kind: bytes, max_bytes: int) -> Sequence[Envelope]:
    """Return the envelopes that stand one after the other in `raw`, none larger than `max_bytes`.

    Raises:
        ParcelRefused: they are not whole, of another kind, or made by a newer version.
    """
    found: list[Envelope] = []
    place = 0
    while place < len(raw):
        head = raw[place : place + HEAD_BYTES]
        if len(head) < HEAD_BYTES or head[:3] != kind:
            raise _not_whole()
        if head[3] > VERSION:
            raise ParcelRefused(phrase("This was made by a newer version. Update this tablet."))
        length = int.from_bytes(head[12:], "big")
        sealed = raw[place + HEAD_BYTES : place + HEAD_BYTES + length]
        if head[3] != VERSION or len(sealed) != length or HEAD_BYTES + length > max_bytes:
            raise _not_whole()
        found.append(Envelope(head[4:12], head, sealed))
        if len(found) > MAX_ENVELOPES:
            raise _not_whole()
        place += HEAD_BYTES + length
    if not found:
        raise _not_whole()
    return found


def _not_whole() -> ParcelRefused:
    return ParcelRefused(phrase("This is cut off or damaged. Ask for it again. Nothing was kept."))
