"""Which cases of a site carry the same link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, insert
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from shared.case.entry import Link
from sync_server.repositories.statements import run, run_for_rows, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.link_row import LinkRow

_CHUNK = 500
_LINK = table_of(LinkRow)
_KEPT = select_rows(_LINK.c.case_no, _LINK.c.link).where(_LINK.c.case_no.in_(bindparam("case_nos", expanding=True)))
_ADD = insert(_LINK)
_ADDED = ("case_no", "link", "site_no")


def add(session: Session, site_no: int, links: Mapping[int, Iterable[Link]]) -> None:
    """Keep the links of cases, by case number. The caller holds the site's lock."""
    wanted = {(case_no, link) for case_no, some in links.items() for link in some}
    numbers = sorted({case_no for case_no, _ in wanted})
    for start in range(0, len(numbers), _CHUNK):
        wanted -= set(map(tuple, run(session, _KEPT, case_nos=numbers[start : start + _CHUNK])))
    run_for_rows(session, _ADD, _ADDED, [(case_no, link, site_no) for case_no, link in sorted(wanted)])


def erase(session: Session, case_no: int) -> None:
    """Forget the links of a withdrawn case."""
    session.execute(delete(LinkRow).where(col(LinkRow.case_no) == case_no))


def of_cases(session: Session, case_nos: Sequence[int]) -> dict[int, set[tuple[int, str]]]:
    """Return the links of each case, each with the site under which it is filed."""
    found: dict[int, set[tuple[int, str]]] = {case_no: set() for case_no in case_nos}
    rows = session.exec(select(LinkRow).where(col(LinkRow.case_no).in_(list(case_nos))))
    for row in rows:
        found[row.case_no].add((row.site_no, row.link))
    return found


def without_case(session: Session, site_no: int) -> int:
    """Return how many links of a site belong to no case."""
    query = select(func.count()).select_from(LinkRow).where(LinkRow.site_no == site_no)
    return session.exec(query.where(col(LinkRow.case_no).not_in(select(CaseRow.case_no)))).one()


def linked_with(session: Session, case_nos: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the numbers of the cases that share a link and a site with each of these, none of them withdrawn."""
    own, other = aliased(LinkRow), aliased(LinkRow)
    rows = session.exec(
        select(own.case_no, other.case_no)
        .join(other, (col(other.site_no) == col(own.site_no)) & (col(other.link) == col(own.link)))
        .join(CaseRow, col(CaseRow.case_no) == col(other.case_no))
        .where(
            col(own.case_no).in_(list(case_nos)),
            col(other.case_no) != col(own.case_no),
            ~col(CaseRow.is_withdrawn),
        )
        .distinct()
        .order_by(col(own.case_no), col(other.case_no))
    )
    found: dict[int, tuple[int, ...]] = {}
    for case_no, another in rows:
        found[case_no] = (*found.get(case_no, ()), another)
    return found
