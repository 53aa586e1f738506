"""Cases as exports read them: in the order of their arrival, some at a time, and counted. None that was rejected."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from sync_server.repositories import cases
from sync_server.repositories.cases import CaseFilter, StoredCase
from sync_server.tables.case_row import CaseRow


@dataclass(frozen=True, slots=True)
class CountedCases:
    """How many cases are alike. `diagnosis` is the last review's, else what the tool said first; empty if neither."""

    site_no: int
    month: str
    week: str
    diagnosis: str
    age_band: str
    urgency: str
    count: int


def count(session: Session, wanted: CaseFilter, sites: frozenset[int] | None) -> int:
    """Return how many cases an export of this filter has."""
    return session.exec(select(func.count()).select_from(CaseRow).where(*_which(wanted, sites))).one()


def last_case(session: Session) -> int:
    """Return the number of the case that arrived last; 0 if there is none."""
    return session.exec(select(func.max(CaseRow.case_no))).one() or 0


def some(
    session: Session, wanted: CaseFilter, sites: frozenset[int] | None, *, after: int, up_to: int, limit: int
) -> tuple[StoredCase, ...]:
    """Return the cases of a filter with numbers after one and up to another, in their order."""
    rows = session.exec(
        select(CaseRow.case_no)
        .where(*_which(wanted, sites), col(CaseRow.case_no) > after, col(CaseRow.case_no) <= up_to)
        .order_by(col(CaseRow.case_no))
        .limit(limit)
    )
    return tuple(cases.by_number(session, [number for number in rows if number is not None]).values())


def counted(session: Session, *, before_month: str) -> tuple[CountedCases, ...]:
    """Return how many cases are alike, of those that arrived before a month (2026-11), at all sites."""
    diagnosis = func.coalesce(func.nullif(CaseRow.diagnosis, ""), CaseRow.condition)
    by = (
        col(CaseRow.site_no),
        col(CaseRow.received_month),
        col(CaseRow.received_week),
        diagnosis,
        col(CaseRow.age_band),
        col(CaseRow.urgency),
    )
    rows = session.execute(
        select(*by, func.count())  # type: ignore[call-overload]
        .where(*_which(CaseFilter(), None), col(CaseRow.received_month) < before_month)
        .group_by(*by)
    )
    return tuple(CountedCases(*row) for row in rows)


def _which(wanted: CaseFilter, sites: frozenset[int] | None) -> list[ColumnElement[bool]]:
    conditions = [*cases._conditions(wanted), col(CaseRow.review_state) != "rejected"]
    return conditions if sites is None else [*conditions, col(CaseRow.site_no).in_(sorted(sites))]
