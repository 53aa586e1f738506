"""What of the plan was done, and when: ticks of one case, in the file, never sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select

from mobile_app.storage.database import Database
from mobile_app.storage.tables import PlanTickRow
from mobile_app.storage.withdrawal import expect_not_withdrawn
from shared.case.entry import CaseId


class EncryptedPlanTicks:
    """The ticks of every case. A step is named by its English sentence, so that a tick means what stood beside it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, case_id: CaseId) -> Mapping[str, datetime]:
        with self._database.reading() as session:
            rows = session.exec(select(PlanTickRow).where(col(PlanTickRow.case_id) == case_id))
            return {row.step: datetime.fromisoformat(row.done_at) for row in rows}

    def put(self, case_id: CaseId, step: str, done_at: datetime) -> None:
        with self._database.writing() as session:
            expect_not_withdrawn(session, case_id)
            session.merge(PlanTickRow(case_id=case_id, step=step, done_at=done_at.isoformat()))

    def take_back(self, case_id: CaseId, step: str) -> None:
        with self._database.writing() as session:
            row = session.get(PlanTickRow, (case_id, step))
            if row is not None:
                session.delete(row)
