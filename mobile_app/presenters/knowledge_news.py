"""After an update of the knowledge: which stored cases the new version judges differently, worked out beside the work.

    cases concluded under an older version ──one after the other, in the background──▶ judgements, kept in the store

Thousands of cases take minutes. So it rests after each case as long as the case took, keeps what it has after every few
cases, stops when the tablet is locked, and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mobile_app.ports.judgements import ChangeCounts, Judgement
from mobile_app.ports.records import RecordedEntry
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.background import InBackground
from shared.case.entry import CaseId, EntryId
from shared.case.log import CaseLog
from shared.errors import HandwiseError, InvalidInput
from shared.triage.reassess import Change, Reassessor, last_assessment

FEW = 20
"""So many judgements are written at a time."""


class KnowledgeNews:
    """What the current version makes of stored cases. `changed` is called when a round of judging has ended."""

    def __init__(
        self,
        store: CaseStore,
        reassess: Reassessor,
        in_background: InBackground,
        changed: Callable[[], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._reassess = reassess
        self._in_background = in_background
        self._changed = changed
        self._pause = pause
        self._is_stopped = False
        self.is_running = False
        self.version = reassess.current_version

    def start(self) -> None:
        """Begin to judge what is not judged yet, unless that is under way. The clinician goes on working."""
        if self.is_running:
            return
        self.is_running = True
        self._in_background(self._judge_all, self._finish)

    def stop(self) -> None:
        """Stop after the case in hand: the tablet is being locked."""
        self._is_stopped = True

    def counts(self) -> ChangeCounts:
        return self._store.change_counts(self.version)

    def change_of(self, case_id: CaseId) -> Change | None:
        return self._store.change_of(self.version, case_id)

    def mark_seen(self) -> None:
        self._store.mark_changes_seen(self.version)

    def _judge_all(self) -> int:
        """Judge until nothing is left or it is stopped. Return how many judgements were kept."""
        kept = 0
        try:
            while waiting := self._store.cases_to_judge(self.version, FEW):
                judged = []
                for case_id, touched in waiting:
                    if self._is_stopped:
                        return kept
                    began = time.perf_counter()
                    judged.append(Judgement(case_id, touched, self._judge(case_id)))
                    self._pause(time.perf_counter() - began)
                self._store.keep_judgements(self.version, judged)
                kept += len(judged)
        except HandwiseError:
            # Locked, or the disk is full: what is kept is kept, the rest is judged another time.
            return kept
        return kept

    def _judge(self, case_id: CaseId) -> Change | None:
        rows = self._store.timeline(case_id)
        log = CaseLog.of(case_id, (row.entry for row in rows))
        last = last_assessment(log)
        if last is None:
            return None
        try:
            change = self._reassess.under(log, last, self.version, _day_of(last, rows))
        except InvalidInput:
            # The old version is not here, or entries are missing: nothing can be said, so nothing is claimed.
            return None
        return change if change.is_different else None

    def _finish(self, kept: int) -> None:
        self.is_running = False
        if kept and not self._is_stopped:
            self._changed()


def _day_of(entry: EntryId, rows: Sequence[RecordedEntry]) -> int | None:
    """Return the day of an entry that does not say it, by this tablet's clock: so it was counted when it was made."""
    first = next((row.recorded_at for row in rows if row.recorded_at is not None), None)
    own = next((row.recorded_at for row in rows if row.entry.id == entry), None)
    return None if first is None or own is None else max((own - first).days, 0)
