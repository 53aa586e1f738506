"""What clinics answered their coordinators, and what of it nobody at the desk has read."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AnySet

from sqlalchemy import ColumnElement, and_, delete, update
from sqlmodel import Session, col, func, select

from shared.case.entry import DeviceId, EntryId
from sync_server.tables.case_row import CaseRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow
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


def unread_of(session: Session, case_nos: Collection[int]) -> frozenset[EntryId]:
    """Return the answers in these cases that nobody has read."""
    rows = session.exec(
        select(DeviceRow.device, ReplyRow.seq)
        .join(DeviceRow, col(DeviceRow.device_no) == col(ReplyRow.device_no))
        .where(col(ReplyRow.case_no).in_(list(case_nos)), ~col(ReplyRow.is_read))
    )
    return frozenset(EntryId(DeviceId(device), seq) for device, seq in rows)


def cases_waiting(session: Session, sites: AnySet[int] | None, limit: int | None = None) -> tuple[int, ...]:
    """Return the numbers of cases with an answer that nobody has read, of each site the longest waiting first.

    None: of all sites.
    """
    first = func.min(col(ReplyRow.position))
    rows = session.exec(
        select(ReplyRow.case_no)
        .where(*_waiting(sites))
        .group_by(col(ReplyRow.case_no))
        .order_by(first, col(ReplyRow.case_no))
        .limit(limit)
    )
    return tuple(rows)


def count_cases_waiting(session: Session, sites: AnySet[int] | None) -> int:
    """Return in how many cases an answer waits to be read. None: at all sites."""
    return session.exec(select(func.count(func.distinct(ReplyRow.case_no))).where(*_waiting(sites))).one()


def noted_of(session: Session, case_nos: Collection[int]) -> dict[int, set[tuple[DeviceId, int, bool]]]:
    """Return the answers that are noted of each of these cases: by which tablet, its number there, and whether an entry
    of that number stands at the noted position of that site and case."""
    is_there = and_(
        col(EntryRow.device_no) == col(ReplyRow.device_no),
        col(EntryRow.seq) == col(ReplyRow.seq),
        col(EntryRow.site_no) == col(ReplyRow.site_no),
        col(EntryRow.case_no) == col(ReplyRow.case_no),
        col(EntryRow.position) == col(ReplyRow.position),
    )
    rows = session.exec(
        select(ReplyRow.case_no, DeviceRow.device, ReplyRow.seq, col(EntryRow.seq).is_not(None))
        .join(DeviceRow, col(DeviceRow.device_no) == col(ReplyRow.device_no))
        .join(EntryRow, is_there, isouter=True)
        .where(col(ReplyRow.case_no).in_(list(case_nos)))
    )
    found: dict[int, set[tuple[DeviceId, int, bool]]] = {number: set() for number in case_nos}
    for case_no, device, seq, is_right in rows:
        found[case_no].add((DeviceId(device), seq, bool(is_right)))
    return found


def without_case(session: Session, site_no: int) -> int:
    """Return how many answers of a site are in no case."""
    known = select(CaseRow.case_no).where(CaseRow.site_no == site_no)
    lost = select(func.count()).select_from(ReplyRow)
    return session.exec(lost.where(ReplyRow.site_no == site_no, col(ReplyRow.case_no).not_in(known))).one()


def erase(session: Session, case_no: int) -> None:
    """Forget the answers in a withdrawn case."""
    session.execute(delete(ReplyRow).where(col(ReplyRow.case_no) == case_no))


def _waiting(sites: AnySet[int] | None) -> tuple[ColumnElement[bool], ...]:
    among = () if sites is None else (col(ReplyRow.site_no).in_(sorted(sites)),)
    not_withdrawn = col(ReplyRow.case_no).in_(select(CaseRow.case_no).where(~col(CaseRow.is_withdrawn)))
    return (~col(ReplyRow.is_read), *among, not_withdrawn)
