"""Cases by the week in which they reached the server. Rejected and withdrawn ones do not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case
from sqlalchemy import select as select_rows
from sqlmodel import Session, func

from shared.case.entry import CaseId
from sync_server.repositories.statements import table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.review_row import ReviewRow

_CASE, _REVIEW = table_of(CaseRow), table_of(ReviewRow)
_what = case((_CASE.c.diagnosis != "", _CASE.c.diagnosis), else_=_CASE.c.condition)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases to count. `sites`: those that the user may see, None for all; `site`: one of them.

    `diagnosis`: what the desk says, or what the tool says first where the desk says nothing; empty: any.
    """

    sites: frozenset[int] | None
    first_week: str
    last_week: str
    site: int | None = None
    diagnosis: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many cases from a site in a week, of one urgency and diagnosis."""

    site_no: int
    week: str
    urgency: str
    diagnosis: str
    count: int


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """One case. `judged_on` is the day of the first review with a diagnosis; empty if there is none."""

    case_no: int
    case_id: CaseId
    week: str
    judged_on: str


def counts(session: Session, wanted: Wanted) -> list[Arrived]:
    """Return the counts by site, week, urgency and diagnosis."""
    columns = (_CASE.c.site_no, _CASE.c.received_week, _CASE.c.urgency, _what.label("what"))
    query = select_rows(*columns, func.count().label("cases")).where(*_conditions(wanted))
    rows = session.execute(query.group_by(_CASE.c.site_no, _CASE.c.received_week, _CASE.c.urgency, _what))
    return [Arrived(row.site_no, row.received_week, row.urgency, row.what, row.cases) for row in rows]


def diagnoses(session: Session, wanted: Wanted) -> dict[str, int]:
    """Return how many cases there are of each diagnosis, whichever is wanted."""
    every = Wanted(wanted.sites, wanted.first_week, wanted.last_week, wanted.site)
    query = select_rows(_what.label("what"), func.count().label("cases")).where(*_conditions(every)).group_by(_what)
    return {row.what: row.cases for row in session.execute(query)}


def first_weeks(session: Session, sites: frozenset[int] | None) -> dict[int, str]:
    """Return the week of the first case of each site, whatever it was."""
    every = Wanted(sites, "0000-W01", "9999-W53")
    query = select_rows(_CASE.c.site_no, func.min(_CASE.c.received_week).label("week")).where(*_conditions(every))
    return {row.site_no: row.week for row in session.execute(query.group_by(_CASE.c.site_no))}


def newest(session: Session, wanted: Wanted, at_most: int, chunk: int = 500) -> Iterator[tuple[ArrivedCase, ...]]:
    """Give the cases, the newest first, so many at a time."""
    judged = (
        select_rows(_REVIEW.c.case_no, func.min(_REVIEW.c.written_on).label("day"))
        .where(_REVIEW.c.diagnosis.is_not(None), _REVIEW.c.diagnosis != "")
        .group_by(_REVIEW.c.case_no)
        .subquery()
    )
    query = (
        select_rows(_CASE.c.case_no, _CASE.c.case_id, _CASE.c.received_week, judged.c.day)
        .outerjoin(judged, judged.c.case_no == _CASE.c.case_no)
        .where(*_conditions(wanted))
        .order_by(_CASE.c.case_no.desc())
        .limit(at_most)
    )
    rows = session.execute(query).all()
    for start in range(0, len(rows), chunk):
        yield tuple(
            ArrivedCase(row.case_no, CaseId(row.case_id), row.received_week, row.day or "")
            for row in rows[start : start + chunk]
        )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        ~_CASE.c.is_withdrawn,
        _CASE.c.review_state != "rejected",
        _CASE.c.received_week >= wanted.first_week,
        _CASE.c.received_week <= wanted.last_week,
    ]
    if wanted.sites is not None:
        found.append(_CASE.c.site_no.in_(sorted(wanted.sites)))
    if wanted.site is not None:
        found.append(_CASE.c.site_no == wanted.site)
    if wanted.diagnosis:
        found.append(_what == wanted.diagnosis)
    return found
