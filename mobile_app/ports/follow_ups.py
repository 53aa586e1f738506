"""Which checks are due, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mobile_app.ports.records import CaseSummary
from shared.case.entry import CaseId


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case with the day of its next follow-up check, and which check of which plan that is."""

    summary: CaseSummary
    day: date
    check: str


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """The next check of a case, as it stood at the stamp `touched`. None: there is none."""

    case_id: CaseId
    touched: int
    day: date | None = None
    check: str = ""


class FollowUps(Protocol):
    """The next follow-up check of every case, as a version of the knowledge plans it."""

    def due(self, until: date, limit: int) -> Sequence[DueCase]:
        """Return the cases whose check is on that day or before, the longest overdue first."""
        ...

    def count_due(self, until: date) -> int: ...

    def to_plan(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        """Return cases whose next check `version` has not worked out as they stand, with a stamp; the newest first."""
        ...

    def keep(self, version: str, planned: Sequence[PlannedCheck]) -> None: ...
