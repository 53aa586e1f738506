"""The next check of every case, kept up to date beside the work; and cases that the search does not find yet.

    a case has changed, or the knowledge ──▶ its next check is worked out ──▶ kept in the store, with the version

The few newest cases are done at once, so that the visit just saved stands on the start screen. Thousands (after an
update, a restore, a sync) are done in a thread that rests as long as each took, as `knowledge_news.py` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from mobile_app.locked_ports import Clock
from mobile_app.ports.follow_ups import DueCase, PlannedCheck
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.next_checks import next_check
from shared.case.entry import CaseId
from shared.errors import HandwiseError
from shared.triage.reassess import Reassessor

AT_ONCE = 3
"""Cases that a screen waits for: what one visit, or one correction, has just changed."""
FEW = 20
INDEXED_AT_A_TIME = 50


class Agenda:
    """What is due. `changed` is called when a round in the background has changed something."""

    def __init__(
        self,
        store: CaseStore,
        reassess: Reassessor,
        clock: Clock,
        in_background: InBackground,
        changed: Callable[[], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._reassess = reassess
        self._clock = clock
        self._in_background = in_background
        self._changed = changed
        self._pause = pause
        self._is_stopped = False
        self._is_running = self._is_wanted_again = False

    @property
    def today(self) -> date:
        return self._clock.now().date()

    def start(self) -> None:
        """Begin to work out what is not worked out yet. The clinician goes on working."""
        if self._is_running:
            # It may be past what has come meanwhile.
            self._is_wanted_again = True
        elif not self._is_stopped:
            self._is_running, self._is_wanted_again = True, False
            self._in_background(self._do_all, self._finish)

    def stop(self) -> None:
        """Stop after the case in hand: the tablet is being locked."""
        self._is_stopped = True

    def due(self, limit: int, days_ahead: int = 0) -> tuple[DueCase, ...]:
        """Return what is due until then, the longest overdue first."""
        with suppress(HandwiseError):
            # A full disk keeps nothing new; what is kept is still shown.
            self._plan(AT_ONCE)
        return tuple(self._store.follow_ups.due(self.today + timedelta(days=days_ahead), limit))

    def count_due(self) -> int:
        """Return how many cases are due today or overdue."""
        return self._store.follow_ups.count_due(self.today)

    def _do_all(self) -> bool:
        has_changed = False
        try:
            while not self._is_stopped:
                began = time.perf_counter()
                if not self._store.search.index_some(INDEXED_AT_A_TIME):
                    break
                has_changed = True
                self._pause(time.perf_counter() - began)
            while not self._is_stopped and self._plan(FEW, self._pause):
                has_changed = True
        except HandwiseError:
            # Locked, or the disk is full: what is kept is kept, the rest is done another time.
            return False
        return has_changed

    def _plan(self, limit: int, pause: Callable[[float], None] = lambda _: None) -> int:
        """Work out the next check of up to `limit` cases. Return how many were open."""
        version = self._reassess.current_version
        waiting = self._store.follow_ups.to_plan(version, limit)
        planned = []
        for case_id, touched in waiting:
            if self._is_stopped:
                return 0
            began = time.perf_counter()
            planned.append(self._planned(case_id, touched, version))
            pause(time.perf_counter() - began)
        if planned:
            self._store.follow_ups.keep(version, planned)
        return len(waiting)

    def _planned(self, case_id: CaseId, touched: int, version: str) -> PlannedCheck:
        rows = self._store.timeline(case_id)
        found = next_check(rows, self._store.reviews(case_id), self._reassess, version, self._clock.now())
        return PlannedCheck(case_id, touched) if found is None else PlannedCheck(case_id, touched, *found)

    def _finish(self, has_changed: bool) -> None:
        self._is_running = False
        if has_changed and not self._is_stopped:
            self._changed()
        if self._is_wanted_again:
            self.start()
