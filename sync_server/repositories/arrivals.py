"""Cases that are charted: when they came, and when the desk first said what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, literal_column, select
from sqlmodel import Session

from sync_server.repositories.statements import run, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.review_row import ReviewRow

_CASE, _REVIEW = table_of(CaseRow), table_of(ReviewRow)
_THESE = select(
    _CASE.c.case_no, _CASE.c.received_week, _CASE.c.onset_days, _CASE.c.calcium_days, _CASE.c.seen_day
).where(_CASE.c.case_no.in_(bindparam("numbers", expanding=True)))
_JUDGED = (
    select(_REVIEW.c.case_no, func.min(_REVIEW.c.written_on).label("day"))
    .where(_REVIEW.c.case_no.in_(bindparam("numbers", expanding=True)), _REVIEW.c.diagnosis != literal_column("''"))
    .group_by(_REVIEW.c.case_no)
)


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """One case. `judged_on` is the day of the first review with a diagnosis; empty if there is none.

    `onset_days`, `calcium_days` and `seen_day` are those of its row (`tables/case_row.py`).
    """

    case_no: int
    week: str
    onset_days: int
    calcium_days: int
    seen_day: int
    judged_on: str


def of(session: Session, numbers: Sequence[int]) -> list[ArrivedCase]:
    """Return these cases."""
    judged = {row.case_no: row.day for row in run(session, _JUDGED, numbers=numbers)}
    return [ArrivedCase(*(*row, judged.get(row.case_no, ""))) for row in run(session, _THESE, numbers=numbers)]
