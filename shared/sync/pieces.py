"""The list of pieces: what messages are full of, written as one byte each before the compressor sees it.

    marked      {"answers":{"fever_ge_38":false,"palpable_cord":true,"crp":{"unit": ...
    shortened   {"answers":{"fever_ge_38 ␊ palpable_cord ␋ crp ␌ unit ...      frequent words are one byte as well

A compressor finds such pieces again by itself, but pays two or three bytes each time and takes long to look. What
stands for a piece is a control character or a byte that ASCII does not have; `packing.py` takes out what would be
mistaken for one. The list is part of the dictionary that it belongs to, and as fixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.errors import InvalidInput

JOINTS = bytes(byte for byte in range(0x07, 0x20) if byte != 0x0A)
"""What stands for the first pieces. All control characters but the marks and the line end behind a nonce."""
WORDS = bytes(range(0x80, 0x100))
"""What stands for the pieces behind these: words that stand in quotes, without the quotes."""
MOST = len(JOINTS) + len(WORDS)
_AT_ONCE = 4096


class TooLargeUnpacked(InvalidInput):
    """Unpacked, the message would pass the limit. No more than the limit was ever held."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__("body", f"is larger than {max_bytes} bytes when it is unpacked; send less at once")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a dictionary, in the order of `JOINTS` and `WORDS`; printable ASCII, at most 256 bytes each."""

    pieces: Sequence[bytes]
    _table: Sequence[bytes] = field(init=False)
    _words: Mapping[bytes, bytes] = field(init=False)
    _between: Mapping[bytes, bytes] = field(init=False)
    _anywhere: Mapping[bytes, bytes] = field(init=False)
    _growth: bytes = field(init=False)

    def __post_init__(self) -> None:
        stand_for = [bytes([byte]) for byte in JOINTS + WORDS]
        by_byte = dict(zip(stand_for, self.pieces, strict=False))
        joints = {piece: byte for byte, piece in by_byte.items() if byte[0] in JOINTS}
        # From one quote to the next: a writer that cuts its text at quotes need not search for these.
        from_quote = [piece for piece in joints if piece.startswith(b'"') and piece.find(b'"', 1) == len(piece) - 1]
        between = {piece[1:-1]: joints[piece] for piece in from_quote}
        table = [by_byte.get(bytes([byte]), bytes([byte])) for byte in range(256)]
        set_once = object.__setattr__
        set_once(self, "_table", table)
        set_once(self, "_words", {piece: byte for byte, piece in by_byte.items() if byte[0] in WORDS})
        set_once(self, "_between", between)
        set_once(self, "_anywhere", {piece: byte for piece, byte in joints.items() if piece not in from_quote})
        set_once(self, "_growth", bytes(len(piece) - 1 for piece in table))

    def shorten(self, parts: Sequence[bytes]) -> bytes:
        """Return a text, given as the parts between its quotes, with one byte for each piece."""
        # Every second part is a word in quotes; every other one stands between two, but the first and last.
        words, between, short = self._words, self._between, list(parts)
        short[1::2] = [words.get(part, part) for part in parts[1::2]]
        short[2:-1:2] = [between.get(part) or b'"%b"' % part for part in parts[2:-1:2]]
        if len(parts) > 1:
            short[0] += b'"'
            if len(parts) % 2:
                short[-1] = b'"' + short[-1]
        text = b"".join(short)
        for piece, byte in self._anywhere.items():
            text = text.replace(piece, byte)
        return text

    def expand(self, text: bytes, max_bytes: int) -> bytes:
        """Return the text with its pieces written out.

        Raises:
            TooLargeUnpacked: it would be longer than `max_bytes`; nothing was written out.
        """
        if len(text) + sum(text.translate(self._growth)) > max_bytes:
            raise TooLargeUnpacked(max_bytes)
        table = self._table
        # Joining takes memory for each of what is joined, so never too many at once.
        some = (text[start : start + _AT_ONCE] for start in range(0, len(text), _AT_ONCE))
        return b"".join([b"".join([table[byte] for byte in part]) for part in some])
