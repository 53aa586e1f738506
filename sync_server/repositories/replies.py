"""What clinics answered their coordinators, and what of it nobody at the desk has read."""

from __future__ import annotations

from collections.abc import Set as AnySet

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, func, select

from sync_server.tables.case_row import CaseRow
from sync_server.tables.reply_row import ReplyRow


def add(session: Session, device_no: int, seq: int, site_no: int, case_no: int, position: int) -> None:
    """Note that an entry is a clinic's answer. One that was noted before keeps whether it was read."""
    row = session.get(ReplyRow, (device_no, seq))
    if row is None:
        row = ReplyRow(device_no=device_no, seq=seq, site_no=site_no, case_no=case_no, position=position)
    row.position = position
    session.add(row)
    session.flush()


def unread(session: Session, case_no: int) -> frozenset[int]:
    """Return the positions of a case's answers that nobody has read."""
    rows = session.exec(select(ReplyRow.position).where(ReplyRow.case_no == case_no, ~col(ReplyRow.is_read)))
    return frozenset(rows)


def mark_read(session: Session, case_no: int, up_to: int) -> int:
    """Note that a case's answers up to this position were read; return how many were not read before."""
    waiting = (col(ReplyRow.case_no) == case_no, col(ReplyRow.position) <= up_to, ~col(ReplyRow.is_read))
    count = session.exec(select(func.count()).select_from(ReplyRow).where(*waiting)).one()
    if count:
        session.execute(update(ReplyRow).where(*waiting).values(is_read=True))
    return count


def cases_waiting(session: Session, sites: AnySet[int] | None, limit: int) -> tuple[int, ...]:
    """Return the numbers of cases with an answer that nobody has read, the longest waiting first. None: all sites."""
    first = func.min(col(ReplyRow.position))
    rows = session.exec(
        select(ReplyRow.case_no).where(*_waiting(sites)).group_by(col(ReplyRow.case_no)).order_by(first).limit(limit)
    )
    return tuple(rows)


def count_cases_waiting(session: Session, sites: AnySet[int] | None) -> int:
    """Return in how many cases an answer waits to be read. None: at all sites."""
    return session.exec(select(func.count(func.distinct(ReplyRow.case_no))).where(*_waiting(sites))).one()


def erase(session: Session, case_no: int) -> None:
    """Forget the answers in a withdrawn case."""
    session.execute(delete(ReplyRow).where(col(ReplyRow.case_no) == case_no))


def _waiting(sites: AnySet[int] | None) -> tuple[ColumnElement[bool], ...]:
    among = () if sites is None else (col(ReplyRow.site_no).in_(sorted(sites)),)
    not_withdrawn = col(ReplyRow.case_no).in_(select(CaseRow.case_no).where(~col(CaseRow.is_withdrawn)))
    return (~col(ReplyRow.is_read), *among, not_withdrawn)
