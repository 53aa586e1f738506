"""The first page, in words: what needs a decision, worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sync_server.database import Database
from sync_server.repositories.users import User
from sync_server.services.case_index import CaseIndex, Wanted
from sync_server.services.case_list_views import CaseRowView
from sync_server.services.case_rows import CaseRows
from sync_server.services.rights import RIGHTS, Right

MOST = 10


@dataclass(frozen=True, slots=True)
class TodayView:
    """`decisions` is None for whoever sees no cases."""

    decisions: tuple[CaseRowView, ...] | None


@dataclass(frozen=True, slots=True)
class TodayService:
    """Reads what needs somebody."""

    database: Database
    rows: CaseRows
    index: CaseIndex
    today: Callable[[], str]

    def view(self, user: User) -> TodayView:
        if Right.SEE_CASES not in RIGHTS[user.role]:
            return TodayView(None)
        day = date.fromisoformat(self.today())
        with self.database.reading() as session:
            urgent = Wanted(urgency=("emergency", "same_day"), review=("received",), sort="urgency")
            found = self.index.find(session, urgent, user.sites, day, limit=MOST)
            return TodayView(self.rows.of_numbers(session, found.numbers, day))
