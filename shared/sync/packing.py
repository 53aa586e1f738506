"""How a message is made small for a slow line: fixed words from a dictionary, random bytes as bytes, the rest by zstd.

    text     {"answers":{"fever_ge_38":false,...},"case_id":"7f3c...32 digits","signature":"...88 characters"}
    marked   {"answers":{"fever_ge_38":false,...},"case_id":"␁","signature":"␄"}     + 16 and 64 raw bytes, the tail
    packed   zstd frame of the marked text, with the dictionary, then the tail

Hexadecimal digits and base64 are how JSON writes bytes that no compressor can shorten; taken out as bytes they cost
what they must, and no longer spoil the statistics of the words around them. A mark is a control character, which JSON
never holds. The dictionary was trained by `tests/benchmarks/train_wire_dictionary.py` from synthetic cases; once
released, a dictionary never changes, for the other side holds the same. Byte by byte: `PROTOCOL.md`, section 10.
"""

from __future__ import annotations

import re
import sys
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.errors import InvalidInput

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NEWEST = 1
"""The dictionary that this version writes with."""
KNOWN = frozenset({1})
"""The dictionaries that this version reads."""

SMALLEST, FAST = 19, 9
"""How hard to try: the tablet has time, the server has many tablets. A reader need not know."""

DEVICE = 5
"""The mark for the device that sends a request; it stands before the frame and not in the tail."""

_FOLDER = Path(__file__).resolve().parent / "dictionaries"
_MAGIC = b"\x28\xb5\x2f\xfd"
_WINDOW_LOG = 20


@dataclass(frozen=True, slots=True)
class _Mark:
    """Raw bytes of one length and the one way in which the text writes them."""

    raw: int
    written: int
    write: Callable[[bytes], bytes]


_MARKS: Mapping[int, _Mark] = {
    1: _Mark(16, 32, lambda raw: raw.hex().encode()),
    2: _Mark(16, 22, lambda raw: urlsafe_b64encode(raw).rstrip(b"=")),
    3: _Mark(32, 44, b64encode),
    4: _Mark(64, 88, b64encode),
}
# What a writer takes out, where messages have it. It begins with a quote, so that searching for it is quick.
_TAKEN_OUT = re.compile(rb'"(?:([0-9a-f]{32})|nonce":"([A-Za-z0-9_-]{22})|([A-Za-z0-9+/]{43}=)|([A-Za-z0-9+/]{86}==))"')
_NONCE_LINE = re.compile(rb"()([A-Za-z0-9_-]{22})\n")
_PUT_BACK = re.compile(rb"[\x01-\x05]")


class UnknownDictionary(InvalidInput):
    """The message was packed with a dictionary that this version does not have."""

    def __init__(self) -> None:
        super().__init__("body", "is packed in a way that this version does not know; send it unpacked")


class TooLargeUnpacked(InvalidInput):
    """Unpacked, the message would pass the limit. No more than the limit was ever held."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__("body", f"is larger than {max_bytes} bytes when it is unpacked; send less at once")


def pack(text: bytes, *, device: bytes = b"", dictionary: int = NEWEST, level: int = SMALLEST) -> bytes:
    """Return the frame and the tail of a text. `device` is a sender's 8 bytes, which the reader will know.

    Raises:
        InvalidInput: the text holds a control character that is a mark; canonical JSON never does.
    """
    marked, tail = mark(text, device)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level,
        zstd.CompressionParameter.window_log: _WINDOW_LOG,
        # The number of the dictionary stands before the frame, and the reader has a limit of its own.
        zstd.CompressionParameter.dict_id_flag: 0,
        zstd.CompressionParameter.content_size_flag: 0,
    }
    frame = zstd.compress(marked, options=options, zstd_dict=_dictionary(dictionary).as_digested_dict)
    return frame.removeprefix(_MAGIC) + tail


def mark(text: bytes, device: bytes = b"") -> tuple[bytes, bytes]:
    """Return the text with marks in the place of what is better sent as raw bytes, and these bytes."""
    if _PUT_BACK.search(text):
        raise InvalidInput("body", "holds a control character, which canonical JSON never does")
    tail = bytearray()

    def take_out(found: re.Match[bytes]) -> bytes:
        number = found.lastindex or 0
        raw = _raw(number, found[number])
        if raw is None:
            return found[0]
        tail.extend(raw)
        before, after = found.start(number) - found.start(), found.end(number) - found.start()
        return found[0][:before] + bytes([number]) + found[0][after:]

    line = _NONCE_LINE.match(text)
    rest = line.end() if line else 0
    marked = (take_out(line) if line else b"") + _TAKEN_OUT.sub(take_out, text[rest:])
    if device:
        marked = marked.replace(b'"' + device.hex().encode() + b'"', b'"%c"' % DEVICE)
    return marked, bytes(tail)


def unpack(packed: bytes, *, max_bytes: int, device: bytes = b"", dictionary: int = NEWEST) -> bytes:
    """Return the text of a frame and its tail. Memory stays bounded by `max_bytes`, whatever the frame claims.

    Raises:
        UnknownDictionary, TooLargeUnpacked: as they say.
        InvalidInput: it is not a packed message.
    """
    if dictionary not in KNOWN:
        raise UnknownDictionary
    reader = zstd.ZstdDecompressor(
        zstd_dict=_dictionary(dictionary), options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    )
    try:
        marked = reader.decompress(_MAGIC + packed, max_length=max_bytes + 1)
    except zstd.ZstdError:
        raise _not_packed() from None
    if len(marked) > max_bytes:
        raise TooLargeUnpacked(max_bytes)
    if not reader.eof:
        raise _not_packed()
    return _put_back(marked, reader.unused_data, device, max_bytes)


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
    read = 0

    def put_back(found: re.Match[bytes]) -> bytes:
        nonlocal read
        number = found[0][0]
        if number == DEVICE:
            return device.hex().encode()
        mark = _MARKS[number]
        read += mark.raw
        return mark.write(tail[read - mark.raw : read])

    return _PUT_BACK.sub(put_back, marked)


def _raw(number: int, text: bytes) -> bytes | None:
    """Return the bytes that a text writes, or None where it writes them in another way than the reader would."""
    try:
        match number:
            case 1:
                raw = bytes.fromhex(text.decode())
            case 2:
                raw = urlsafe_b64decode(text + b"==")
            case _:
                raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    mark = _MARKS[number]
    return raw if len(raw) == mark.raw and mark.write(raw) == text else None


@cache
def _dictionary(number: int) -> zstd.ZstdDict:
    return zstd.ZstdDict((_FOLDER / f"{number}.zdict").read_bytes())


def _not_packed() -> InvalidInput:
    return InvalidInput("body", "is not a packed message; it was cut off or changed on the way")
