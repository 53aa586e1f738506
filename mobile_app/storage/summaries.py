"""Rows of the case list as the app works with them: with where the sync stands and the coordinator's last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from mobile_app.ports.records import CaseSummary, SyncState
from mobile_app.storage.links import same_child_counts
from mobile_app.storage.rows import answers_from_text, conclusion_from_text, review_of
from mobile_app.storage.sending import states_of
from mobile_app.storage.tables import CaseIndexRow, ReviewRow
from shared.case.entry import CaseId
from shared.case.short_code import short_code
from shared.sync.messages import Review


def summaries_of(session: Session, rows: Sequence[CaseIndexRow]) -> list[CaseSummary]:
    """Return the summaries of some rows, in their order."""
    shown = [row.case_id for row in rows]
    states = states_of(session, rows)
    reviews: dict[str, Review] = {}
    of_shown = select(ReviewRow).where(col(ReviewRow.case_id).in_(shown)).order_by(col(ReviewRow.number))
    for review in session.exec(of_shown):
        reviews[review.case_id] = review_of(review)
    linked = same_child_counts(session, [CaseId(row.case_id) for row in rows if not row.is_withdrawn])
    return [
        _summary(row, states[CaseId(row.case_id)], reviews.get(row.case_id), linked.get(CaseId(row.case_id), 0))
        for row in rows
    ]


def _summary(row: CaseIndexRow, state: SyncState, review: Review | None, same_child: int) -> CaseSummary:
    return CaseSummary(
        case_id=CaseId(row.case_id),
        short_code=short_code(CaseId(row.case_id)),
        answers=answers_from_text(row.answers),
        conclusion=conclusion_from_text(row.conclusion),
        disagreements=row.disagreements,
        sync_state=state,
        review=review,
        updated_at=datetime.fromisoformat(row.updated_at),
        is_withdrawn=row.is_withdrawn,
        same_child=same_child,
    )
