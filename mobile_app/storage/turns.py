"""Who writes: one after the other, and whoever writes much sees that somebody waits.

    a page is stored    [ 100 entries, 100, 100 ─ a tap comes ─ commit ] [ the answer ] [ 100, 100 ─ commit ]

Without a tap a page is one transaction: each one more would write the same pages of the file, encrypted, once more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that knows whether somebody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0

    @property
    def are_awaited(self) -> bool:
        return self._waiting > 0

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
