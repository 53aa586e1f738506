"""Bytes as a series of QR codes, for two tablets without a network: one shows them, the other reads them.

    payload ──cut──▶ chunk 1 │ chunk 2 │ ... │ chunk m          each becomes one frame, each frame one QR code
    frame    kind 1 · transfer 8 · number 2 · count 2 · chunk · CRC-32 4          big-endian, number from 1
    text     "HW1:" and the frame in base 32 (RFC 4648) without padding          only what QR's alphanumeric mode has

`transfer` is the first 8 bytes of SHA-256(payload): the name under which frames find each other, and the proof
at the end that the whole is what was shown. Frames may come in any order and any number of times. A frame says nothing
of what it carries but its kind, so encrypted batches can travel in the same way as a case does. Byte by byte:
`PROTOCOL.md`, section 14.
"""

from __future__ import annotations

import zlib
from base64 import b32decode, b32encode
from binascii import Error as Base32Error
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from shared.errors import HandOverRefused
from shared.sentence import phrase

PREFIX = "HW1:"
CASE = 1
"""The kind of a case that is handed over (`hand_over.py`)."""
PARCEL = 2
"""The kind of parcels for the server (`parcel.py`)."""
RECEIPT = 3
"""The kind of receipts from it (`receipt.py`)."""
CLINIC_KEY = 4
"""The kind of a clinic's key (`clinic_key.py`)."""

CHUNK = 380
"""Bytes of payload in one code: with error correction M it has at most 81 modules a side (version 16), which leaves 4
pixels for each on a screen that is 600 pixels high."""
MAX_FRAMES = 400
"""A series that takes longer than some minutes to show is for a cable, not for a camera."""
MAX_TEXT = 4296
"""What one QR code can hold in its alphanumeric mode."""
_TRANSFER, _HEAD, _CHECK = 8, 13, 4


class FrameNews(StrEnum):
    """What a text that was read meant for the transfer in hand."""

    NEW = "new"
    KNOWN = "known"
    OF_ANOTHER = "of_another"
    """A good frame of another series: it is not mixed in."""
    DAMAGED = "damaged"
    """It begins like a frame, and is cut off, changed or impossible."""
    NOT_OURS = "not_ours"
    """Some other code."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One piece of a transfer. `number` counts from 1 to `count`."""

    kind: int
    transfer: bytes
    number: int
    count: int
    chunk: bytes


def frames_of(payload: bytes, kind: int, chunk: int = CHUNK) -> tuple[str, ...]:
    """Return the texts of the codes that carry a payload. All codes but the last are of one size.

    Raises:
        HandOverRefused: it needs more codes than anybody would wait for.
    """
    count = max(1, -(-len(payload) // chunk))
    if count > MAX_FRAMES:
        raise HandOverRefused(phrase("This is too large for codes. Use a file or the next sync instead."))
    size = -(-len(payload) // count)
    transfer = _name_of(payload)
    return tuple(
        write_frame(Frame(kind, transfer, number, count, payload[(number - 1) * size : number * size]))
        for number in range(1, count + 1)
    )


def write_frame(frame: Frame) -> str:
    """Return the text of one code."""
    head = bytes([frame.kind]) + frame.transfer + frame.number.to_bytes(2, "big") + frame.count.to_bytes(2, "big")
    body = head + frame.chunk
    return PREFIX + b32encode(body + zlib.crc32(body).to_bytes(_CHECK, "big")).decode().rstrip("=")


def read_frame(text: str) -> Frame | None:
    """Return the frame that a text spells; None if it is damaged or none at all.

    Blanks and small letters do no harm: a text may have come through a message instead of a camera.
    """
    bare = "".join(text.split()).upper()
    if not bare.startswith(PREFIX) or len(bare) > MAX_TEXT:
        return None
    letters = bare.removeprefix(PREFIX)
    try:
        raw = b32decode(letters + "=" * (-len(letters) % 8))
    except (Base32Error, ValueError):
        return None
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(body) < _HEAD or zlib.crc32(body).to_bytes(_CHECK, "big") != check:
        return None
    number, count = int.from_bytes(body[9:11], "big"), int.from_bytes(body[11:13], "big")
    if not 1 <= number <= count <= MAX_FRAMES:
        return None
    return Frame(body[0], body[1:9], number, count, body[_HEAD:])


class Transfer:
    """The frames of one series as they come in. The first good frame of a wanted kind decides which series it is."""

    def __init__(self, *kinds: int) -> None:
        self._kinds = kinds
        self._first: Frame | None = None
        self._chunks: dict[int, bytes] = {}

    @property
    def count(self) -> int:
        """How many codes there are; 0 before the first one was read."""
        return self._first.count if self._first else 0

    @property
    def kind(self) -> int:
        """What the series carries; 0 before the first code was read."""
        return self._first.kind if self._first else 0

    @property
    def have(self) -> tuple[int, ...]:
        return tuple(sorted(self._chunks))

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(number for number in range(1, self.count + 1) if number not in self._chunks)

    @property
    def is_complete(self) -> bool:
        return self.count > 0 and not self.missing

    def take(self, text: str) -> FrameNews:
        """Take one text in and say what it was. What is not of this series changes nothing."""
        frame = read_frame(text)
        if frame is None:
            return FrameNews.DAMAGED if _looks_like_one(text) else FrameNews.NOT_OURS
        if frame.kind not in self._kinds:
            return FrameNews.NOT_OURS
        first = self._first or frame
        if (frame.kind, frame.transfer) != (first.kind, first.transfer):
            return FrameNews.OF_ANOTHER
        if frame.count != first.count or self._chunks.get(frame.number, frame.chunk) != frame.chunk:
            # The same name with another content: one of the two was made up.
            return FrameNews.DAMAGED
        self._first = first
        if frame.number in self._chunks:
            return FrameNews.KNOWN
        self._chunks[frame.number] = frame.chunk
        return FrameNews.NEW

    def take_all(self, texts: Sequence[str]) -> tuple[FrameNews, ...]:
        """Take several texts in, in whatever order they stand."""
        return tuple(self.take(text) for text in texts)

    def payload(self) -> bytes:
        """Return what was shown.

        Raises:
            HandOverRefused: frames are missing, or together they are not what their name says.
        """
        if not self.is_complete:
            raise HandOverRefused(phrase("Not all codes are read yet. Read those that are missing."))
        whole = b"".join(self._chunks[number] for number in sorted(self._chunks))
        assert self._first is not None
        if _name_of(whole) != self._first.transfer:
            raise HandOverRefused(phrase("These codes do not belong together. Begin again."))
        return whole


def _name_of(payload: bytes) -> bytes:
    return sha256(payload).digest()[:_TRANSFER]


def _looks_like_one(text: str) -> bool:
    return "".join(text.split())[: len(PREFIX)].upper() == PREFIX
