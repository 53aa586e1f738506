"""GNU FriBidi, an independent bidirectional algorithm and Arabic joiner, asked through its C library (libfribidi0).

It is the reference for lines that are read from the right: what it draws, we draw.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

ISOLATE_LTR, END_OF_ISOLATE = "\u2066", "\u2069"
_LEFT, _RIGHT = 0x110, 0x111
_NOT_DRAWN = {"\u2066", "\u2068", "\u2069", "\u200e", "\u200f", "\ufeff"}


def drawn_by_fribidi(logical: str, *, from_right: bool) -> str:
    """Return a line in drawing order, its Arabic letters joined, without the signs that are not drawn."""
    size = len(logical)
    text = (ctypes.c_uint32 * size)(*map(ord, logical))
    drawn = (ctypes.c_uint32 * (size + 1))()
    base = ctypes.c_uint32(_RIGHT if from_right else _LEFT)
    if not _library().fribidi_log2vis(text, size, ctypes.byref(base), drawn, None, None, None):
        raise ValueError(logical)
    return "".join(character for character in map(chr, drawn[:size]) if character not in _NOT_DRAWN)


@cache
def _library() -> Any:
    return ctypes.CDLL(ctypes.util.find_library("fribidi") or "libfribidi.so.0")
