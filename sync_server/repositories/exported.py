"""Cases as exports read them: some at a time, and counted. None that was rejected or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from sync_server.repositories import cases
from sync_server.repositories.cases import StoredCase
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


def some(session: Session, numbers: Sequence[int], sites: frozenset[int] | None) -> tuple[StoredCase, ...]:
    """Return those of these cases that may leave now and are of these sites (None: of any), by number."""
    found = cases.by_number(session, numbers).values()
    return tuple(
        case
        for case in found
        if not case.is_withdrawn and case.review_state != "rejected" and (sites is None or case.site_no in sites)
    )


def counts(session: Session, *, before_month: str) -> tuple[CountedCases, ...]:
    """Return how many cases are alike, of those that arrived before a month (2026-11), at all sites."""
    by = (
        col(CaseRow.site_no),
        col(CaseRow.received_month),
        col(CaseRow.received_week),
        func.coalesce(func.nullif(CaseRow.diagnosis, ""), CaseRow.condition),
        col(CaseRow.age_band),
        col(CaseRow.urgency),
    )
    rows = session.execute(
        select(*by, func.count())  # type: ignore[call-overload]
        .where(
            ~col(CaseRow.is_withdrawn),
            col(CaseRow.review_state) != "rejected",
            col(CaseRow.received_month) < before_month,
        )
        .group_by(*by)
    )
    return tuple(CountedCases(*row) for row in rows)
