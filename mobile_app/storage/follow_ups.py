"""The next follow-up check of every case (`FollowUps` in `mobile_app/ports/`), in columns of the case list.

The store knows no knowledge: what a version of it plans is worked out above and kept here, with the version, until
the case changes (`planned_under` is then empty) or another version comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, text, update
from sqlmodel import col, select

from mobile_app.ports.follow_ups import DueCase, PlannedCheck
from mobile_app.storage.database import Database
from mobile_app.storage.summaries import summaries_of
from mobile_app.storage.tables import CaseIndexRow
from shared.case.entry import CaseId


class EncryptedFollowUps:
    """The follow-ups of one open file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, until: date, limit: int) -> Sequence[DueCase]:
        until_then = (
            select(CaseIndexRow)
            .where(col(CaseIndexRow.next_follow_up) <= until.isoformat())
            .order_by(col(CaseIndexRow.next_follow_up), col(CaseIndexRow.touched).desc())
            .limit(limit)
        )
        with self._database.reading() as session:
            rows = session.exec(until_then).all()
            return tuple(
                DueCase(summary, date.fromisoformat(row.next_follow_up or ""), row.follow_up_for or "")
                for summary, row in zip(summaries_of(session, rows), rows, strict=True)
            )

    def count_due(self, until: date) -> int:
        is_due = col(CaseIndexRow.next_follow_up) <= until.isoformat()
        with self._database.reading() as session:
            return session.exec(select(func.count()).select_from(CaseIndexRow).where(is_due)).one()

    def to_plan(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        planned = col(CaseIndexRow.planned_under)
        # Written as ranges, so that the index finds the few that are left among thousands.
        is_open = or_(planned.is_(None), planned < version, planned > version)
        rows = select(CaseIndexRow.case_id, CaseIndexRow.touched).where(is_open)
        with self._database.reading() as session:
            # The plus keeps SQLite from reading every case in the order of the stamps to find that none is open.
            newest_first = rows.order_by(text("+case_index.touched DESC")).limit(limit)
            return tuple((CaseId(case_id), touched) for case_id, touched in session.exec(newest_first))

    def keep(self, version: str, planned: Sequence[PlannedCheck]) -> None:
        with self._database.writing() as session:
            for one in planned:
                as_it_stood = (CaseIndexRow.case_id == one.case_id, CaseIndexRow.touched == one.touched)
                session.execute(
                    update(CaseIndexRow)
                    .where(*as_it_stood)  # type: ignore[arg-type]
                    .values(
                        next_follow_up=one.day.isoformat() if one.day else None,
                        follow_up_for=one.check or None,
                        planned_under=version,
                    )
                )
