"""Which of the coordinator's reviews a user has marked as read: in the file, so that a restart shows no old news."""

from __future__ import annotations

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from mobile_app.storage.database import Database
from mobile_app.storage.tables import ReadReviewRow, ReviewRow
from mobile_app.storage.withdrawal import is_withdrawn
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
            if up_to > self._read_up_to(session, case_id) and not is_withdrawn(session, case_id):
                session.merge(ReadReviewRow(user_id=self._user_id, case_id=case_id, up_to=up_to))

    def unread(self, limit: int) -> list[CaseId]:
        case, number = col(ReviewRow.case_id), col(ReviewRow.number)
        was = func.lag(col(ReviewRow.state)).over(partition_by=case, order_by=number)
        had_been = func.lag(col(ReviewRow.diagnosis)).over(partition_by=case, order_by=number)
        reviews = select(
            ReviewRow.case_id,
            ReviewRow.number,
            or_(
                col(ReviewRow.message) != "",
                col(ReviewRow.state) != func.coalesce(was, "received"),
                func.coalesce(col(ReviewRow.diagnosis), "") != func.coalesce(had_been, ""),
            ).label("is_news"),
        ).subquery()
        last = func.max(reviews.c.number)
        is_mine = (col(ReadReviewRow.case_id) == reviews.c.case_id) & (ReadReviewRow.user_id == self._user_id)
        newest_first = (
            select(reviews.c.case_id)
            .join(ReadReviewRow, is_mine, isouter=True)
            .where(reviews.c.is_news)
            .group_by(reviews.c.case_id)
            .having(last > func.coalesce(func.max(col(ReadReviewRow.up_to)), 0))
            .order_by(last.desc())
            .limit(limit)
        )
        with self._database.reading() as session:
            return [CaseId(case_id) for case_id in session.exec(newest_first)]

    def _read_up_to(self, session: Session, case_id: CaseId) -> int:
        row = session.get(ReadReviewRow, (self._user_id, case_id))
        return 0 if row is None else row.up_to
