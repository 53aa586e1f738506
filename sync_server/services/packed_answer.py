"""Answers in the packed form, with each entry shortened once.

Every tablet of a clinic pulls what each of them pushed: the same entry goes out once to each, and it is shortening that
takes the time of packing. So the shortened form is kept of those that went out last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from shared.sync.messages import SyncResponse, write_answer
from shared.sync.packed_message import write_packed_answer, write_packed_response
from shared.sync.packing import shorten

_A_FEW = 10
"""Entries: packed as a whole they are some bytes smaller, and as quick."""
_KEPT = 4096
"""Entries: twice what twenty tablets with a hundred each push at once. Some 2 KB each."""


class AnswerPacker:
    """Packs answers."""

    def __init__(self) -> None:
        self._shorten = lru_cache(maxsize=_KEPT)(shorten)

    def pack(self, response: SyncResponse, entries: Sequence[bytes]) -> bytes:
        """Return the packed body of a response that brings these entries, each of which is canonical JSON."""
        if len(entries) < _A_FEW:
            return write_packed_response(write_answer(response, entries))
        return write_packed_answer(write_answer(response, ()), map(self._shorten, entries))

    def forget(self) -> None:
        """Let go of all that went out: something of it was withdrawn."""
        self._shorten.cache_clear()
