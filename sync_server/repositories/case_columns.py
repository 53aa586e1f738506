"""What the list filters and sorts by, of all cases or of those that changed since it was last looked at.

Whatever changes a case takes a position at its site: an entry, or a review. Positions become visible in their order
(`repositories/sites.py`), so "all positions since that one" misses no change, whichever process made it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select, union
from sqlmodel import Session

from sync_server.repositories.statements import table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.site_row import SiteRow

_CASE, _ENTRY, _REVIEW, _SITE = table_of(CaseRow), table_of(EntryRow), table_of(ReviewRow), table_of(SiteRow)
_COLUMNS = select(
    _CASE.c.case_no, _CASE.c.site_no, _CASE.c.is_withdrawn, _CASE.c.received_week, _CASE.c.age_band, _CASE.c.region,
    _CASE.c.condition, _CASE.c.verdict, _CASE.c.diagnosis, _CASE.c.urgency, _CASE.c.danger_signs,
    _CASE.c.disagreements, _CASE.c.review_state, _CASE.c.followed, _CASE.c.seen_day, _CASE.c.outcome,
    _CASE.c.had_antibiotics,
)  # fmt: skip
_SINCE = union(
    select(_ENTRY.c.case_no).where(_ENTRY.c.site_no == bindparam("site"), _ENTRY.c.position >= bindparam("since")),
    select(_REVIEW.c.case_no).where(_REVIEW.c.site_no == bindparam("site"), _REVIEW.c.position >= bindparam("since")),
)
_LAST_REVIEW = select(func.max(_REVIEW.c.position)).where(_REVIEW.c.case_no == _CASE.c.case_no).scalar_subquery()
# A clinic has answered where an entry came after the last review that asked.
_ANSWERED = select(_CASE.c.case_no).where(
    _CASE.c.review_state == "needs_information",
    select(_ENTRY.c.seq).where(_ENTRY.c.case_no == _CASE.c.case_no, _ENTRY.c.position > _LAST_REVIEW).exists(),
)
_AT_ONCE = 500
_CHUNK = 100_000

CaseColumns = Row[Any]


def next_positions(session: Session) -> Mapping[int, int]:
    """Return the position of the next entry or review of each site, by its number."""
    return {row.site_no: row.next_position for row in session.execute(select(_SITE.c.site_no, _SITE.c.next_position))}


def highest(session: Session) -> int:
    """Return the highest number of a case, 0 for none."""
    return session.scalar(select(func.max(_CASE.c.case_no))) or 0


def numbers_from(session: Session, number: int) -> list[int]:
    """Return the numbers of the cases from this one on."""
    return list(session.scalars(select(_CASE.c.case_no).where(_CASE.c.case_no >= number)))


def changed_since(session: Session, site_no: int, position: int) -> set[int]:
    """Return the numbers of the site's cases that got an entry or a review at this position or a later one."""
    return {row[0] for row in session.execute(_SINCE, {"site": site_no, "since": position})}


def every(session: Session) -> Iterator[Sequence[CaseColumns]]:
    """Give the columns of all cases, withdrawn ones too, many at a time."""
    found = session.execute(_COLUMNS, execution_options={"yield_per": _CHUNK})
    yield from found.partitions(_CHUNK)


def of(session: Session, numbers: Collection[int]) -> list[CaseColumns]:
    """Return the columns of these cases."""
    ordered = sorted(numbers)
    rows: list[CaseColumns] = []
    for start in range(0, len(ordered), _AT_ONCE):
        rows += session.execute(_COLUMNS.where(_CASE.c.case_no.in_(ordered[start : start + _AT_ONCE])))
    return rows


def answered(session: Session, numbers: Collection[int] | None = None) -> set[int]:
    """Return those cases whose clinic was asked for information and has written something since."""
    if numbers is None:
        return {row[0] for row in session.execute(_ANSWERED)}
    ordered = sorted(numbers)
    found: set[int] = set()
    for start in range(0, len(ordered), _AT_ONCE):
        some = _ANSWERED.where(_CASE.c.case_no.in_(ordered[start : start + _AT_ONCE]))
        found.update(row[0] for row in session.execute(some))
    return found
