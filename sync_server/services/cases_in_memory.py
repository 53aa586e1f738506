"""What a server process holds in memory of all cases: read once, and then those that changed, before every look.

    first look   every case ──▶ held            whoever comes meanwhile waits a little, and is told how far it is
    each other   positions since the last one ──▶ the cases that changed are read again

Whatever changes a case takes a position at its site, so nothing that another process stored is missed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlmodel import Session

from sync_server.repositories import case_columns
from sync_server.services.refusals import StillReading

PATIENCE_S = 1.5
"""How long somebody waits for the first reading to end before he is told how far it is."""


class CasesInMemory(ABC):
    """Whoever looks does so within `fresh`, which lets one at a time in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[int, int] = {}
        self._is_loaded = False
        self._percent = 0
        self.patience_s = PATIENCE_S

    @contextmanager
    def fresh(self, session: Session) -> Iterator[None]:
        """Read what changed, and keep others out: what the block sees is what the session sees, or later.

        Raises:
            StillReading: another reads all cases for the first time, and is not done yet.
        """
        if not self._lock.acquire(timeout=-1 if self._is_loaded else self.patience_s):
            raise StillReading(self._percent)
        try:
            self._refresh(session)
            yield
        finally:
            self._lock.release()

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Keep others out, without reading anything."""
        with self._lock:
            yield

    @abstractmethod
    def _read_all(self, session: Session) -> None:
        """Read every case, and keep `_percent` at how far that is."""

    @abstractmethod
    def _read_again(self, session: Session, changed: set[int]) -> None:
        """Read the cases of these numbers again."""

    def _refresh(self, session: Session) -> None:
        now = case_columns.next_positions(session)
        if self._is_loaded:
            changed: set[int] = set()
            for site_no, position in now.items():
                # A reader that began a moment ago may see less than another has read already.
                if position > self._seen.get(site_no, 0):
                    changed |= case_columns.changed_since(session, site_no, self._seen.get(site_no, 0))
            self._read_again(session, changed)
        else:
            self._read_all(session)
            self._is_loaded = True
        self._seen |= {site: max(position, self._seen.get(site, 0)) for site, position in now.items()}
