"""How a message is made small for a slow line: random bytes as bytes, fixed pieces as one byte each, the rest by zstd.

    text       {"answers":{"fever_ge_38":false,...},"case_id":"7f3c...32 digits","signature":"...88 characters"}
    marked     {"answers":{"fever_ge_38":false,...},"case_id":"␁","signature":"␄"}     + 16 and 64 raw bytes, the tail
    shortened  the same with one byte for each word and joint of the list (`pieces.py`)
    packed     zstd frame of the shortened text, with the dictionary, then the tail

Hexadecimal digits and base64 are how JSON writes bytes that no compressor can shorten; taken out as bytes they cost
what they must, and no longer spoil the statistics of the words around them. A mark is a control character, which JSON
never holds. The dictionary and its list were made by `tests/benchmarks/train_wire_dictionary.py` from synthetic cases;
once released, they never change, for the other side holds the same. Byte by byte: `PROTOCOL.md`, section 10.
"""

from __future__ import annotations

import re
import sys
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from heapq import merge
from pathlib import Path
from typing import NamedTuple

from shared.errors import InvalidInput
from shared.sync.pieces import Pieces
from shared.sync.pieces import TooLargeUnpacked as TooLargeUnpacked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NEWEST = 1
"""The dictionary that this version writes with."""
KNOWN = frozenset({1})
"""The dictionaries that this version reads."""

SMALL, LARGE, FAST = 19, 10, 6
"""How hard to try. The tablet tries hardest with the few cases of a day; with thousands, a level that costs half the
time of 12 for 2 % more bytes. The server, which has many tablets, hardly tries. A reader need not know."""

RAW, DEVICE = 5, 6
"""The marks for a byte that ASCII does not have, and for the device that sends a request, which is not in the tail."""

_FOLDER = Path(__file__).resolve().parent / "dictionaries"
_MAGIC = b"\x28\xb5\x2f\xfd"
_WINDOW_LOG = 20
_A_FEW_CASES = 16 * 1024
"""Bytes of a shortened text: 50 cases."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Raw bytes of one length and the one way in which the text writes them."""

    raw: int
    written: int
    write: Callable[[bytes], bytes]
    read: Callable[[bytes], bytes] = bytes


_MARKS: Mapping[int, _Mark] = {
    1: _Mark(16, 32, lambda raw: raw.hex().encode(), lambda text: bytes.fromhex(text.decode())),
    2: _Mark(16, 22, lambda raw: urlsafe_b64encode(raw).rstrip(b"="), lambda text: urlsafe_b64decode(text + b"==")),
    3: _Mark(32, 44, b64encode, lambda text: b64decode(text, validate=True)),
    4: _Mark(64, 88, b64encode, lambda text: b64decode(text, validate=True)),
    RAW: _Mark(1, 1, bytes),
}
_NONCE = 2
# What a writer takes out where it stands in quotes, by its length; and the lengths at which it looks at all.
_TAKEN_OUT = {mark.written: number for number, mark in _MARKS.items() if number != RAW}
_LENGTHS = frozenset({*_TAKEN_OUT, 16})
_NONCE_LINE = re.compile(rb"[A-Za-z0-9_-]{22}(?=\n)")
_RESERVED = bytes(byte for byte in range(0x01, 0x20) if byte != 0x0A)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class UnknownDictionary(InvalidInput):
    """The message was packed with a dictionary that this version does not have."""

    def __init__(self) -> None:
        super().__init__("body", "is packed in a way that this version does not know; send it unpacked")


def pack(text: bytes, *, device: bytes = b"", dictionary: int = NEWEST, level: int | None = None) -> bytes:
    """Return the frame and the tail of a text. `device` is a sender's 8 bytes, which the reader will know.

    Raises:
        InvalidInput: the text holds a control character other than a line end; canonical JSON never does.
    """
    return pack_pieces([shorten(text, device=device, dictionary=dictionary)], dictionary=dictionary, level=level)


class Shortened(NamedTuple):
    """A piece of a message before it is compressed: the shortened text and what stands behind it, the tail."""

    text: bytes
    tail: bytes


def shorten(text: bytes, *, device: bytes = b"", dictionary: int = NEWEST) -> Shortened:
    """Return a text, or a piece of one that begins and ends outside of strings, shortened.

    Raises:
        InvalidInput: as `pack` does.
    """
    parts, tail = _taken_out(text, device)
    return Shortened(_dictionary(dictionary).pieces.shorten(parts), tail)


def pack_pieces(pieces: Iterable[Shortened], *, dictionary: int = NEWEST, level: int | None = None) -> bytes:
    """Return the frame and the tail of the text that these pieces make together."""
    texts, tails = zip(*pieces, strict=True)
    short = b"".join(texts)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level or (SMALL if len(short) <= _A_FEW_CASES else LARGE),
        zstd.CompressionParameter.window_log: _WINDOW_LOG,
        # The number of the dictionary stands before the frame, and the reader has a limit of its own.
        zstd.CompressionParameter.dict_id_flag: 0,
        zstd.CompressionParameter.content_size_flag: 0,
    }
    frame = zstd.compress(short, options=options, zstd_dict=_dictionary(dictionary).zstd.as_digested_dict)
    return frame.removeprefix(_MAGIC) + b"".join(tails)


def mark(text: bytes, device: bytes = b"") -> tuple[bytes, bytes]:
    """Return the text with marks in the place of what is better sent as raw bytes, and these bytes."""
    parts, tail = _taken_out(text, device)
    return b'"'.join(parts), tail


def _taken_out(text: bytes, device: bytes) -> tuple[list[bytes], bytes]:
    """Return the parts of the marked text between its quotes, and the tail."""
    if len(text.translate(None, _RESERVED)) != len(text):
        raise InvalidInput("body", "holds a control character, which canonical JSON never does")
    tail, name = bytearray(), device.hex().encode()
    line = _NONCE_LINE.match(text)
    start = _mark_for(_NONCE, line[0], tail) if line else b""
    parts = text[line.end() if line else 0 :].split(b'"')
    # Nearly every message is ASCII throughout, and few of its parts have one of these lengths.
    places = [place for place, length in enumerate(map(len, parts)) if length in _LENGTHS]
    if not text.isascii():
        places = sorted({*places, *(place for place, part in enumerate(parts) if not part.isascii())})
    for place in places:
        part = parts[place]
        stands_in_quotes = 0 < place < len(parts) - 1
        number = _TAKEN_OUT.get(len(part), 0)
        if not part.isascii():
            part = _NOT_ASCII.sub(lambda found: _mark_for(RAW, found[0], tail), part)
        elif stands_in_quotes and part == name:
            part = bytes([DEVICE])
        elif stands_in_quotes and number and (number != _NONCE or parts[place - 2] == b"nonce"):
            part = _mark_for(number, part, tail)
        parts[place] = part
    parts[0] = start + parts[0]
    return parts, bytes(tail)


def _mark_for(number: int, text: bytes, tail: bytearray) -> bytes:
    """Put the bytes that a text writes behind the tail and return the mark; or the text, where it writes none."""
    mark = _MARKS[number]
    try:
        raw = mark.read(text)
    except (Base64Error, ValueError):
        return text
    # A reader writes it in one way only.
    if len(raw) != mark.raw or mark.write(raw) != text:
        return text
    tail += raw
    return bytes([number])


def unpack(packed: bytes, *, max_bytes: int, device: bytes = b"", dictionary: int = NEWEST) -> bytes:
    """Return the text of a frame and its tail. Memory stays bounded by `max_bytes`, whatever the frame claims.

    Raises:
        UnknownDictionary, TooLargeUnpacked: as they say.
        InvalidInput: it is not a packed message.
    """
    if dictionary not in KNOWN:
        raise UnknownDictionary
    known = _dictionary(dictionary)
    reader = zstd.ZstdDecompressor(
        zstd_dict=known.zstd, options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    )
    try:
        short = reader.decompress(_MAGIC + packed, max_length=max_bytes + 1)
    except zstd.ZstdError:
        raise _not_packed() from None
    if len(short) > max_bytes:
        raise TooLargeUnpacked(max_bytes)
    if not reader.eof:
        raise _not_packed()
    return _put_back(known.pieces.expand(short, max_bytes), reader.unused_data, device, max_bytes)


def _put_back(marked: bytes, tail: bytes, device: bytes, max_bytes: int) -> bytes:
    counts = {number: marked.count(number) for number in (*_MARKS, DEVICE)}
    if counts[DEVICE] and not device:
        raise _not_packed()
    if sum(counts[number] * mark.raw for number, mark in _MARKS.items()) != len(tail):
        raise _not_packed()
    grown = sum(counts[number] * (mark.written - 1) for number, mark in _MARKS.items())
    grown += counts[DEVICE] * (2 * len(device) - 1)
    if len(marked) + grown > max_bytes:
        raise TooLargeUnpacked(max_bytes)
    text, done, read = bytearray(), 0, 0
    # Looked for one by one: few of them stand far apart, and a regular expression looks at each byte between.
    for place, number in merge(*(_places(marked, number) for number, count in counts.items() if count)):
        text += marked[done:place]
        done = place + 1
        if number == DEVICE:
            text += device.hex().encode()
        else:
            mark = _MARKS[number]
            read += mark.raw
            text += mark.write(tail[read - mark.raw : read])
    return bytes(text + marked[done:])


def _places(text: bytes, byte: int) -> Iterator[tuple[int, int]]:
    place = text.find(byte)
    while place >= 0:
        yield place, byte
        place = text.find(byte, place + 1)


@dataclass(frozen=True, slots=True)
class _Dictionary:
    """A file of `dictionaries`: its pieces, one a line, an empty line, and a dictionary for zstd."""

    pieces: Pieces
    zstd: zstd.ZstdDict


@cache
def _dictionary(number: int) -> _Dictionary:
    lines, _, content = (_FOLDER / f"{number}.zdict").read_bytes().partition(b"\n\n")
    return _Dictionary(Pieces(tuple(lines.split(b"\n"))), zstd.ZstdDict(content))


def _not_packed() -> InvalidInput:
    return InvalidInput("body", "is not a packed message; it was cut off or changed on the way")
