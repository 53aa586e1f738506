"""Cases: finding them, and the list that coordinators read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, insert, text, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from shared.case.entry import CaseId
from sync_server.repositories.statements import run, run_for_each, run_for_rows, table_of
from sync_server.tables.case_row import CaseRow

_AT_ONCE = 500
_RECEIVED = "received"
NOT_SAID = -1


@dataclass(frozen=True, slots=True)
class Course:
    """What reports count of a case: whole numbers of days, counted from the first visit; `NOT_SAID` where nobody says.

    `age_days` is known of newborns with a proven outcome only. `sequelae` is 1 where something stayed behind and 0
    where nothing did, `dying_skin` 1 where skin died over the lesion by some conclusion and 0 by none. `knowledge` are
    the versions under which was concluded, sorted, with blanks between them. `onset_days` and `calcium_days` are how
    long before the first visit the swelling began, and calcium was last given.
    """

    age_days: int = NOT_SAID
    healed_days: int = NOT_SAID
    followed_days: int = NOT_SAID
    sequelae: int = NOT_SAID
    dying_skin: int = NOT_SAID
    knowledge: str = ""
    onset_days: int = NOT_SAID
    calcium_days: int = NOT_SAID


@dataclass(frozen=True, slots=True)
class CaseDigest:
    """What the list shows of a case, as codes, and what reports count of it."""

    age_band: str = ""
    sex: str = ""
    region: str = ""
    side: str = ""
    condition: str = ""
    urgency: str = ""
    danger_signs: int = 0
    disagreements: int = 0
    followed: str = ""
    seen_day: int = 0
    outcome: str = ""
    had_antibiotics: int = 0
    course: Course = Course()


_COURSE = tuple(field.name for field in fields(Course))
_PLAIN = tuple(field.name for field in fields(CaseDigest) if field.name != "course")
_DIGEST = (*_PLAIN, *_COURSE)
_values_of = attrgetter(*_PLAIN, *(f"course.{name}" for name in _COURSE))
_plain_of_row, _course_of_row = attrgetter(*_PLAIN), attrgetter(*_COURSE)
_CASE = table_of(CaseRow)
_FIND_ALL = select_rows(_CASE).where(
    _CASE.c.site_no == bindparam("this_site"), _CASE.c.case_id.in_(bindparam("case_ids", expanding=True))
)
_LAST_NUMBER = select_rows(func.max(_CASE.c.case_no))
_TAKE_NUMBERS = text(
    "SELECT nextval(pg_get_serial_sequence('case_summary', 'case_no')) FROM generate_series(1, :count)"
)
_ADD = insert(_CASE)
_ADDED = (
    *("case_no", "case_id", "site_no", "is_withdrawn", "received_month", "received_week", "review_state", "diagnosis"),
    *_DIGEST,
)
_NEW_DIGEST = tuple(f"new_{name}" for name in _DIGEST)
_KEEP_DIGEST = (
    update(_CASE)
    .where(_CASE.c.case_no == bindparam("this_case"))
    .values({name: bindparam(f"new_{name}") for name in _DIGEST})
)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case of the list."""

    case_no: int
    site_no: int
    case_id: CaseId
    is_withdrawn: bool
    received_month: str
    received_week: str
    review_state: str
    diagnosis: str
    digest: CaseDigest


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list. An empty tuple leaves that side open."""

    urgencies: tuple[str, ...] = ()
    review_states: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    only_disagreements: bool = False


def iso_week(day: str) -> str:
    """Return the week of ISO 8601 that a day (2026-11-21) lies in: 2026-W47."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


def find_all(session: Session, site_no: int, case_ids: Iterable[CaseId]) -> dict[CaseId, StoredCase]:
    """Return those of the site's cases that are there already."""
    wanted = sorted(set(case_ids))
    found: dict[CaseId, StoredCase] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = run(session, _FIND_ALL, this_site=site_no, case_ids=wanted[start : start + _AT_ONCE])
        found.update((CaseId(row.case_id), _case(row)) for row in rows)
    return found


def add_all(session: Session, site_no: int, digests: Mapping[CaseId, CaseDigest], day: str) -> dict[CaseId, StoredCase]:
    """Add cases that the site does not have, with their list rows, in this order. They arrive on `day` (2026-11-21)."""
    month, week = day[:7], iso_week(day)
    new = (site_no, False, month, week, _RECEIVED, "")
    added = {
        case_id: StoredCase(case_no, site_no, case_id, False, month, week, _RECEIVED, "", digest)
        for case_no, (case_id, digest) in zip(_new_numbers(session, len(digests)), digests.items(), strict=True)
    }
    rows = [(case.case_no, case_id, *new, *_values_of(case.digest)) for case_id, case in added.items()]
    run_for_rows(session, _ADD, _ADDED, rows)
    return added


def _new_numbers(session: Session, count: int) -> Sequence[int]:
    """Take so many case numbers that nobody has, in their order."""
    if session.get_bind().dialect.name == "postgresql":
        return sorted(session.execute(_TAKE_NUMBERS, {"count": count}).scalars())
    # Nobody else writes meanwhile, and SQLite itself would go on from the last one.
    last = run(session, _LAST_NUMBER).scalar() or 0
    return range(last + 1, last + count + 1)


def find(session: Session, reference: str) -> StoredCase | None:
    """Return the case that a page calls so: its random id, or id-site where it was handed over to a second site."""
    case_id, dash, site = reference.partition("-")
    if not case_id.isalnum() or (dash and not (site.isascii() and site.isdecimal() and len(site) < 10)):
        # Not an id of ours; and PostgreSQL has no text with a zero character in it to compare with.
        return None
    query = select(CaseRow).where(CaseRow.case_id == case_id).order_by(col(CaseRow.case_no))
    row = session.exec(query.where(CaseRow.site_no == int(site)) if dash else query).first()
    return None if row is None else _case(row)


def by_number(session: Session, numbers: Sequence[int]) -> dict[int, StoredCase]:
    """Return cases by their number, in the order of their arrival."""
    rows = session.exec(select(CaseRow).where(col(CaseRow.case_no).in_(list(numbers))).order_by(col(CaseRow.case_no)))
    found = [_case(row) for row in rows]
    return {case.case_no: case for case in found}


def references(session: Session, found: Sequence[StoredCase]) -> dict[int, str]:
    """Return what pages call these cases, by case number."""
    first = (
        select(CaseRow.case_id, func.min(CaseRow.case_no))
        .where(col(CaseRow.case_id).in_([case.case_id for case in found]))
        .group_by(CaseRow.case_id)
    )
    at_first = dict(session.exec(first).all())
    return {
        case.case_no: case.case_id if at_first.get(case.case_id) == case.case_no else f"{case.case_id}-{case.site_no}"
        for case in found
    }


def keep_digests(session: Session, digests: Mapping[int, CaseDigest]) -> None:
    """Keep the list rows of cases, by case number. One statement for all of them: a push touches hundreds."""
    rows = [
        {"this_case": case_no, **dict(zip(_NEW_DIGEST, _values_of(digest), strict=True))}
        for case_no, digest in digests.items()
    ]
    run_for_each(session, _KEEP_DIGEST, rows)


def withdraw(session: Session, case_no: int) -> None:
    """Hide the case and forget its list row."""
    session.execute(update(CaseRow).where(col(CaseRow.case_no) == case_no).values(is_withdrawn=True, diagnosis=""))
    keep_digests(session, {case_no: CaseDigest()})


def set_review(session: Session, case_no: int, state: str, diagnosis: str | None) -> None:
    """Keep what the last review of a case says."""
    values = {"review_state": state, "diagnosis": diagnosis or ""}
    session.execute(update(CaseRow).where(col(CaseRow.case_no) == case_no).values(values))


def newest(session: Session, wanted: CaseFilter, before: int | None, limit: int) -> tuple[StoredCase, ...]:
    """Return cases in the order of their arrival, the newest first, from `before` (a case number) on."""
    query = select(CaseRow).where(*_conditions(wanted))
    if before is not None:
        query = query.where(CaseRow.case_no < before)  # type: ignore[operator]
    rows = session.exec(query.order_by(col(CaseRow.case_no).desc()).limit(limit))
    return tuple(_case(row) for row in rows)


def with_prefix(session: Session, prefix: str, of_sites: Collection[int] | None, limit: int) -> tuple[StoredCase, ...]:
    """Return cases that are not withdrawn and whose id begins so (hexadecimal digits), the newest first.

    Args:
        of_sites: the numbers of the sites whose cases to return; None: of all.
    """
    query = select(CaseRow).where(CaseRow.case_id >= prefix, CaseRow.case_id < f"{prefix}g", ~col(CaseRow.is_withdrawn))
    if of_sites is not None:
        query = query.where(col(CaseRow.site_no).in_(sorted(of_sites)))
    rows = session.exec(query.order_by(col(CaseRow.case_no).desc()).limit(limit))
    return tuple(_case(row) for row in rows)


def all_of_site(session: Session, site_no: int, chunk: int) -> Iterator[tuple[StoredCase, ...]]:
    """Give all cases of a site, withdrawn ones too, so many at a time."""
    after = 0
    while True:
        rows = session.exec(
            select(CaseRow)
            .where(CaseRow.site_no == site_no, col(CaseRow.case_no) > after)
            .order_by(col(CaseRow.case_no))
            .limit(chunk)
        )
        found = tuple(_case(row) for row in rows)
        if not found:
            return
        yield found
        after = found[-1].case_no


def count(session: Session, wanted: CaseFilter | None = None) -> int:
    """Return how many cases there are that are not withdrawn."""
    return session.exec(select(func.count()).select_from(CaseRow).where(*_conditions(wanted or CaseFilter()))).one()


def counts_by(session: Session, column: str) -> dict[str, int]:
    """Return how many cases have each value of `urgency`, `review_state` or `condition`."""
    chosen = {"urgency": CaseRow.urgency, "review_state": CaseRow.review_state, "condition": CaseRow.condition}[column]
    rows = session.exec(select(chosen, func.count()).where(*_conditions(CaseFilter())).group_by(chosen))
    return dict(rows.all())


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [~col(CaseRow.is_withdrawn)]
    if wanted.urgencies:
        conditions.append(col(CaseRow.urgency).in_(wanted.urgencies))
    if wanted.review_states:
        conditions.append(col(CaseRow.review_state).in_(wanted.review_states))
    if wanted.conditions:
        conditions.append(col(CaseRow.condition).in_(wanted.conditions))
    if wanted.only_disagreements:
        conditions.append(col(CaseRow.disagreements) > 0)
    return conditions


def _case(row: CaseRow | Row[Any]) -> StoredCase:
    assert row.case_no is not None
    return StoredCase(
        case_no=row.case_no,
        site_no=row.site_no,
        case_id=CaseId(row.case_id),
        is_withdrawn=row.is_withdrawn,
        received_month=row.received_month,
        received_week=row.received_week,
        review_state=row.review_state,
        diagnosis=row.diagnosis,
        digest=CaseDigest(*(*_plain_of_row(row), Course(*_course_of_row(row)))),
    )
