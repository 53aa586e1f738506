"""What the list filters and sorts by, of all cases or of those that changed since it was last looked at.

Whatever changes a case takes a position at its site: an entry, or a review. Positions become visible in their order
(`repositories/sites.py`), so "all positions since that one" misses no change, whichever process made it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, type_coerce, union
from sqlmodel import Session

from sync_server.repositories.statements import run, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.site_row import SiteRow

_CASE, _ENTRY, _REVIEW, _SITE = table_of(CaseRow), table_of(EntryRow), table_of(ReviewRow), table_of(SiteRow)
# As the driver gives it: of a million rows none need be made anew for a truth value.
_IS_WITHDRAWN = type_coerce(_CASE.c.is_withdrawn, Integer).label("is_withdrawn")
_COLUMNS = select(
    _CASE.c.case_no, _CASE.c.site_no, _IS_WITHDRAWN, _CASE.c.received_month, _CASE.c.received_week,
    _CASE.c.age_band, _CASE.c.region, _CASE.c.condition, _CASE.c.diagnosis, _CASE.c.urgency, _CASE.c.danger_signs,
    _CASE.c.disagreements, _CASE.c.review_state, _CASE.c.followed, _CASE.c.seen_day, _CASE.c.outcome,
    _CASE.c.had_antibiotics,
)  # fmt: skip
_SINCE = union(
    select(_ENTRY.c.case_no).where(_ENTRY.c.site_no == bindparam("site"), _ENTRY.c.position >= bindparam("since")),
    select(_REVIEW.c.case_no).where(_REVIEW.c.site_no == bindparam("site"), _REVIEW.c.position >= bindparam("since")),
)
_NEXT = _COLUMNS.where(_CASE.c.case_no > bindparam("after"), _CASE.c.case_no <= bindparam("up_to")).order_by(
    _CASE.c.case_no
)
_THESE = _COLUMNS.where(_CASE.c.case_no.in_(bindparam("numbers", expanding=True)))
_AT_ONCE = 500
_CHUNK = 10_000

CaseColumns = Any
"""A row of `_COLUMNS`, with their names."""


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
    """Give the columns of all cases, withdrawn ones too, in the order of their numbers and many at a time."""
    for after in range(0, highest(session), _CHUNK):
        rows = run(session, _NEXT, after=after, up_to=after + _CHUNK).rows
        if rows:
            yield rows


def of(session: Session, numbers: Collection[int]) -> Iterator[Sequence[CaseColumns]]:
    """Give the columns of these cases, many at a time."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _AT_ONCE):
        rows = run(session, _THESE, numbers=ordered[start : start + _AT_ONCE]).rows
        if rows:
            yield rows
