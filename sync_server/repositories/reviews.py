"""Coordinators' reviews."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from shared.case.entry import CaseId
from shared.sync.messages import Review
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.statements import run, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.user_row import UserRow

_REVIEW, _CASE = table_of(ReviewRow), table_of(CaseRow)
_PULL = (
    select_rows(_REVIEW, _CASE.c.case_id)
    .join(_CASE, _CASE.c.case_no == _REVIEW.c.case_no)
    .where(
        _REVIEW.c.site_no == bindparam("this_site"),
        _REVIEW.c.position > bindparam("after"),
        _REVIEW.c.position <= bindparam("up_to"),
    )
    .order_by(_REVIEW.c.position)
    .limit(bindparam("at_most"))
)


@dataclass(frozen=True, slots=True)
class WrittenReview:
    """A review with who wrote it and on which day."""

    review: Review
    author: str
    written_on: str


def cases_since(session: Session, day: str, of_sites: Collection[int] | None, diagnosis: str) -> tuple[int, int]:
    """Return in how many cases a review was written from this day on, and in how many of them it confirmed a diagnosis.

    Args:
        of_sites: the numbers of the sites whose cases count; None: those of all.
    """
    is_confirmed = and_(col(ReviewRow.state) == "confirmed", col(ReviewRow.diagnosis) == diagnosis)
    confirmed = case((is_confirmed, ReviewRow.case_no))
    query = select(func.count(func.distinct(ReviewRow.case_no)), func.count(func.distinct(confirmed)))
    query = query.where(col(ReviewRow.written_on) >= day)
    if of_sites is not None:
        query = query.where(col(ReviewRow.site_no).in_(sorted(of_sites)))
    reviewed, of_diagnosis = session.exec(query).one()
    return reviewed, of_diagnosis


def add(session: Session, site_no: int, case_no: int, review: Review, user_no: int, day: str) -> None:
    """Keep a review under its number, which is its position at the site."""
    session.add(
        ReviewRow(
            site_no=site_no,
            position=review.number,
            case_no=case_no,
            state=review.state,
            diagnosis=review.diagnosis,
            proven_by=" ".join(review.proven_by),
            message=review.message,
            apart=" ".join(review.apart) or None,
            user_no=user_no,
            written_on=day,
        )
    )


def of_case(session: Session, case_no: int, case_id: CaseId) -> tuple[WrittenReview, ...]:
    """Return the reviews of a case, the newest last."""
    rows = session.exec(
        select(ReviewRow, UserRow.name)
        .join(UserRow, col(UserRow.user_no) == col(ReviewRow.user_no))
        .where(ReviewRow.case_no == case_no)
        .order_by(col(ReviewRow.position))
    )
    return tuple(WrittenReview(_review(row, case_id), name, row.written_on) for row, name in rows)


def pull(session: Session, site_no: int, after: int, up_to: int, limit: int) -> tuple[Review, ...]:
    """Return the site's reviews after a position, in order."""
    rows = run(session, _PULL, this_site=site_no, after=after, up_to=up_to, at_most=limit)
    return tuple(_review(row, CaseId(row.case_id)) for row in rows)


def of_cases(session: Session, known: Mapping[int, StoredCase]) -> dict[int, list[Review]]:
    """Return the reviews of many cases, by case number, the newest last."""
    found: dict[int, list[Review]] = {case_no: [] for case_no in known}
    rows = session.exec(
        select(ReviewRow).where(col(ReviewRow.case_no).in_(list(known))).order_by(col(ReviewRow.position))
    )
    for row in rows:
        found[row.case_no].append(_review(row, known[row.case_no].case_id))
    return found


def last_position(session: Session, site_no: int) -> int:
    """Return the highest position that a review of the site has; 0 if there is none."""
    return session.exec(select(func.max(ReviewRow.position)).where(ReviewRow.site_no == site_no)).one() or 0


def positions_of_entries(session: Session, site_no: int) -> tuple[int, ...]:
    """Return the positions that a review shares with an entry. There must be none."""
    rows = session.exec(
        select(ReviewRow.position)
        .join(
            EntryRow,
            (col(EntryRow.site_no) == col(ReviewRow.site_no)) & (col(EntryRow.position) == col(ReviewRow.position)),
        )
        .where(ReviewRow.site_no == site_no)
    )
    return tuple(rows)


def erase(session: Session, case_no: int) -> None:
    """Take the words of a withdrawn case's reviews away."""
    session.execute(
        update(ReviewRow)
        .where(col(ReviewRow.case_no) == case_no)
        .values(state="rejected", diagnosis=None, proven_by="", message="", apart=None)
    )


def _review(row: ReviewRow | Row[Any], case_id: CaseId) -> Review:
    return Review(
        number=row.position,
        case_id=case_id,
        state=row.state,
        diagnosis=row.diagnosis,
        proven_by=tuple(row.proven_by.split()),
        message=row.message,
        apart=tuple(map(CaseId, (row.apart or "").split())),
    )
