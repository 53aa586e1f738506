"""Which of the coordinator's reviews a user has marked as read: in the file, so that a restart shows no old news."""

from __future__ import annotations

from sqlmodel import Session

from mobile_app.storage.database import Database
from mobile_app.storage.tables import ReadReviewRow
from shared.case.entry import CaseId


class EncryptedReadMarks:
    """The marks of one user."""

    def __init__(self, database: Database, user_id: str) -> None:
        self._database = database
        self._user_id = user_id

    def read_up_to(self, case_id: CaseId) -> int:
        with self._database.reading() as session:
            return self._read_up_to(session, case_id)

    def mark(self, case_id: CaseId, up_to: int) -> None:
        with self._database.writing() as session:
            if up_to > self._read_up_to(session, case_id):
                session.merge(ReadReviewRow(user_id=self._user_id, case_id=case_id, up_to=up_to))

    def _read_up_to(self, session: Session, case_id: CaseId) -> int:
        row = session.get(ReadReviewRow, (self._user_id, case_id))
        return 0 if row is None else row.up_to
