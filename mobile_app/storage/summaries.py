"""Rows of the case list as the app works with them: with where the sync stands and the coordinator's last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from mobile_app.ports import CaseSummary, SyncState
from mobile_app.storage.rows import answers_from_text, conclusion_from_text, review_of
from mobile_app.storage.tables import CaseIndexRow, DeviceRow, RefusalRow, ReviewRow
from shared.case.entry import CaseId
from shared.case.short_code import short_code
from shared.sync.messages import Review


def summaries_of(session: Session, rows: Sequence[CaseIndexRow]) -> list[CaseSummary]:
    """Return the summaries of some rows, in their order."""
    device = session.get_one(DeviceRow, 1)
    shown = [row.case_id for row in rows]
    refused = set(session.exec(select(RefusalRow.case_id).where(col(RefusalRow.case_id).in_(shown))))
    reviews: dict[str, Review] = {}
    of_shown = select(ReviewRow).where(col(ReviewRow.case_id).in_(shown)).order_by(col(ReviewRow.number))
    for review in session.exec(of_shown):
        reviews[review.case_id] = review_of(review)
    return [_summary(row, device, row.case_id in refused, reviews.get(row.case_id)) for row in rows]


def own_state(device: DeviceRow, last_seq: int) -> SyncState:
    """Return where an own entry, or a case up to its last own entry, is."""
    if last_seq <= device.acknowledged_seq:
        return SyncState.SENT
    return SyncState.WAITING if device.server_url else SyncState.LOCAL


def _summary(row: CaseIndexRow, device: DeviceRow, is_refused: bool, review: Review | None) -> CaseSummary:
    return CaseSummary(
        case_id=CaseId(row.case_id),
        short_code=short_code(CaseId(row.case_id)),
        answers=answers_from_text(row.answers),
        conclusion=conclusion_from_text(row.conclusion),
        disagreements=row.disagreements,
        sync_state=SyncState.NOT_ACCEPTED if is_refused else own_state(device, row.own_last_seq),
        review=review,
        updated_at=datetime.fromisoformat(row.updated_at),
        is_withdrawn=row.is_withdrawn,
    )
