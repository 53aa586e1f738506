"""Who writes: one after the other, and whoever writes much sees that somebody waits.

    a page is stored    [ 170 entries ─ a tap comes ─ commit ] [ the answer ] [ 50 ─ does another wait? ─ 50 ─ commit ]

Without a tap a page is one transaction: each one more would write the same pages of the file, encrypted, once more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LATELY_S = 2.0


class Turns:
    """A lock that knows whether somebody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._last_awaited = float("-inf")

    @property
    def are_awaited(self) -> bool:
        return self._waiting > 0

    @property
    def were_awaited_lately(self) -> bool:
        """Whether somebody waited within the last seconds: a finger is on the glass."""
        return time.monotonic() - self._last_awaited < _LATELY_S

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for one's turn, and have it."""
        if not self._lock.acquire(blocking=False):
            self._count(1)
            try:
                self._lock.acquire()
            finally:
                self._count(-1)
        try:
            yield
        finally:
            self._lock.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self._waiting += change
            self._last_awaited = time.monotonic()
