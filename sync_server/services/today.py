"""The first page, in words: what needs a decision, worst first."""

from __future__ import annotations

from dataclasses import dataclass

from sync_server.database import Database
from sync_server.repositories import cases
from sync_server.repositories.cases import CaseFilter
from sync_server.repositories.users import User
from sync_server.services.case_list import CaseRows, CaseRowView
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

    def view(self, user: User) -> TodayView:
        if Right.SEE_CASES not in RIGHTS[user.role]:
            return TodayView(None)
        with self.database.reading() as session:
            urgent = CaseFilter(urgencies=("emergency", "same_day"), review_states=("received",))
            found = cases.newest(session, urgent, None, MOST)
            return TodayView(self.rows.views(session, found))
