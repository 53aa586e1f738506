"""Cases whose diagnosis a coordinator has given: what every report over outcomes is made from.

A rejected or withdrawn case is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from sync_server.repositories import cases
from sync_server.repositories.cases import StoredCase
from sync_server.tables.case_row import CaseRow


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """Which cases to take. An empty text, and None, leave that side open.

    `sites` are those that the reader may see, `site` the one that is asked for; months (2026-11) are those in which the
    first entry reached the server, both ends included.
    """

    sites: frozenset[int] | None = None
    site: int | None = None
    first_month: str = ""
    last_month: str = ""
    diagnosis: str = ""
    only_confirmed: bool = False


def conditions(wanted: Adjudicated) -> list[ColumnElement[bool]]:
    """Return what picks these cases out of `case_summary`."""
    found = [~col(CaseRow.is_withdrawn), CaseRow.review_state != "rejected"]
    found.append(CaseRow.diagnosis == wanted.diagnosis if wanted.diagnosis else CaseRow.diagnosis != "")
    if wanted.sites is not None:
        found.append(col(CaseRow.site_no).in_(sorted(wanted.sites)))
    if wanted.site is not None:
        found.append(CaseRow.site_no == wanted.site)
    if wanted.first_month:
        found.append(CaseRow.received_month >= wanted.first_month)
    if wanted.last_month:
        found.append(CaseRow.received_month <= wanted.last_month)
    if wanted.only_confirmed:
        found.append(CaseRow.review_state == "confirmed")
    return found  # type: ignore[return-value]


def count(session: Session, wanted: Adjudicated) -> int:
    """Return how many such cases there are."""
    return session.exec(select(func.count()).select_from(CaseRow).where(*conditions(wanted))).one()


def diagnoses(session: Session, wanted: Adjudicated) -> dict[str, int]:
    """Return how many such cases have each diagnosis."""
    rows = session.exec(
        select(CaseRow.diagnosis, func.count()).where(*conditions(wanted)).group_by(col(CaseRow.diagnosis))
    )
    return dict(rows.all())


def chunks(session: Session, wanted: Adjudicated, size: int) -> Iterator[tuple[StoredCase, ...]]:
    """Give these cases in the order of their arrival, so many at a time."""
    after = 0
    query = select(CaseRow.case_no).where(*conditions(wanted)).order_by(col(CaseRow.case_no)).limit(size)
    while True:
        numbers = [number for number in session.exec(query.where(col(CaseRow.case_no) > after)) if number is not None]
        if not numbers:
            return
        yield tuple(cases.by_number(session, numbers).values())
        after = numbers[-1]
