"""Sets of case numbers as bits: one bit a case, a million of them in 125 KB.

    bit case_no of bits_of("urgency", "emergency")   is 1 where the case is one

An AND of two such sets takes some microseconds, and so does counting what is left. That is why every box of the filter
can say its exact count for any choice of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Numbers = NDArray[np.int64]
WORD = 64


def bits_from(numbers: Numbers, size: int) -> Bits:
    """Return the set of these numbers, in a room for numbers below `size` (a multiple of 64)."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[numbers] = True
    return bits_where(mask)


def bits_where(mask: NDArray[np.bool_]) -> Bits:
    """Return the set of the places where a mask is true."""
    return np.packbits(mask, bitorder="little").view(np.uint64)


def numbers_in(bits: Bits) -> Numbers:
    """Return the numbers of a set, smallest first."""
    found: Numbers = np.flatnonzero(mask_of(bits))
    return found


def mask_of(bits: Bits) -> NDArray[np.bool_]:
    """Return a truth value for each number that there is room for."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)


def how_many(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


class Facet:
    """The cases with each value of one column. A case may have several values (regions) or none."""

    def __init__(self, size: int, of: Mapping[str, Bits] | None = None) -> None:
        self._size = size
        self._of = dict(of or {})

    def grow(self, size: int) -> None:
        """Make room for numbers below `size`."""
        more = (size - self._size) // WORD
        self._of = {value: np.concatenate((bits, np.zeros(more, np.uint64))) for value, bits in self._of.items()}
        self._size = size

    def put(self, changed: Numbers, having: Mapping[str, Numbers]) -> None:
        """Let the `changed` cases have these values instead of those that they had."""
        # Only the words from the first to the last of them are touched: new cases stand together at the end.
        first, end = int(changed.min()) // WORD, int(changed.max()) // WORD + 1
        start, room = first * WORD, (end - first) * WORD
        kept = ~bits_from(changed - start, room)
        for bits in self._of.values():
            bits[first:end] &= kept
        for value, numbers in having.items():
            if value not in self._of:
                self._of[value] = np.zeros(self._size // WORD, np.uint64)
            self._of[value][first:end] |= bits_from(numbers - start, room)

    def any_of(self, values: Iterable[str]) -> Bits:
        """Return the cases that have one of these values."""
        found = np.zeros(self._size // WORD, np.uint64)
        for value in values:
            if value in self._of:
                found |= self._of[value]
        return found

    def counts(self, among: Bits) -> dict[str, int]:
        """Return how many of some cases have each value."""
        return {value: how_many(bits & among) for value, bits in self._of.items()}
