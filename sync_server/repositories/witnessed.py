"""Entries that another tablet than their author has brought back, apart from those that their author signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, delete, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from shared.case.entry import CaseId, DeviceId, Entry, EntryKind
from sync_server.repositories.entries import entry_of_payload, payload_of
from sync_server.repositories.statements import run, run_for_rows, table_of
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.witnessed_row import WitnessedRow

_WITNESSED = table_of(WitnessedRow)
_HASHES = select_rows(_WITNESSED.c.seq, _WITNESSED.c.hash, _WITNESSED.c.is_conflict).where(
    _WITNESSED.c.site_no == bindparam("this_site"),
    _WITNESSED.c.device == bindparam("this_device"),
    _WITNESSED.c.seq.between(bindparam("first_seq"), bindparam("last_seq")),
)

_EMPTY = (
    update(_WITNESSED)
    .where(
        _WITNESSED.c.site_no == bindparam("this_site"),
        _WITNESSED.c.device == bindparam("this_device"),
        _WITNESSED.c.seq == bindparam("this_seq"),
        _WITNESSED.c.hash == bindparam("this_hash"),
    )
    .values(payload=None)
)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """An entry that somebody brought back. `brought_by` is the number that people call that tablet."""

    entry: Entry
    hash: bytes
    brought_by: int
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class KeptApart:
    """How an entry is kept. `payload` is None when its case was withdrawn."""

    device: DeviceId
    seq: int
    hash: bytes
    case_id: CaseId
    payload: bytes | None


def add(
    session: Session, site_no: int, entry: Entry, hash: bytes, brought_by: int, *, is_conflict: bool, position: int
) -> bool:
    """Keep an entry apart; False if it is kept already."""
    if session.get(WitnessedRow, (site_no, entry.id.device, entry.id.seq, hash)) is not None:
        return False
    session.add(
        WitnessedRow(
            site_no=site_no,
            device=entry.id.device,
            seq=entry.id.seq,
            hash=hash,
            case_id=entry.case_id,
            payload=payload_of(entry),
            brought_by=brought_by,
            is_conflict=is_conflict,
            position=position,
        )
    )
    session.flush()
    return True


def hashes(session: Session, site_no: int, device: DeviceId, seqs: Sequence[int]) -> list[tuple[int, bytes, bool]]:
    """Return number, hash and whether it is in conflict, of what is kept apart under these numbers."""
    if not seqs:
        return []
    wanted = set(seqs)
    rows = run(session, _HASHES, this_site=site_no, this_device=device, first_seq=min(wanted), last_seq=max(wanted))
    return [(seq, digest, is_conflict) for seq, digest, is_conflict in rows if seq in wanted]


def drop(session: Session, site_no: int, device: DeviceId, seq: int, hash: bytes) -> None:
    """Let go of one that its author has signed now."""
    session.execute(delete(WitnessedRow).where(*_one(site_no, device, seq, hash)))


def mark_conflict(session: Session, site_no: int, device: DeviceId, seq: int, hash: bytes) -> None:
    """Note that its author signed something else under its number."""
    session.execute(update(WitnessedRow).where(*_one(site_no, device, seq, hash)).values(is_conflict=True))


def of_case(session: Session, site_no: int, case_id: CaseId) -> tuple[Witnessed, ...]:
    """Return what is kept apart of a case and can be read."""
    rows = session.exec(
        select(WitnessedRow, DeviceRow.tablet_no)
        .join(DeviceRow, col(DeviceRow.device_no) == col(WitnessedRow.brought_by))
        .where(WitnessedRow.site_no == site_no, WitnessedRow.case_id == case_id, col(WitnessedRow.payload).is_not(None))
        .order_by(col(WitnessedRow.device), col(WitnessedRow.seq))
    )
    return tuple(
        Witnessed(
            entry_of_payload(row.payload or b"", DeviceId(row.device), row.seq, row.case_id),
            row.hash,
            tablet_no,
            row.is_conflict,
        )
        for row, tablet_no in rows
    )


def withdrawals(session: Session, site_no: int, case_ids: Iterable[CaseId]) -> list[Entry]:
    """Return the withdrawals of these cases that are kept apart."""
    return [
        kept.entry
        for case_id in sorted(set(case_ids))
        for kept in of_case(session, site_no, case_id)
        if kept.entry.kind is EntryKind.WITHDRAWAL
    ]


def erase(session: Session, site_no: int, case_id: CaseId) -> None:
    """Take the content of a withdrawn case away; the withdrawal itself stays."""
    names = ("this_site", "this_device", "this_seq", "this_hash")
    emptied = [
        (site_no, kept.entry.id.device, kept.entry.id.seq, kept.hash)
        for kept in of_case(session, site_no, case_id)
        if kept.entry.kind is not EntryKind.WITHDRAWAL
    ]
    run_for_rows(session, _EMPTY, names, emptied)


def of_site(session: Session, site_no: int) -> list[KeptApart]:
    """Return all that is kept apart at a site, for somebody who trusts none of it."""
    rows = session.exec(
        select(WitnessedRow)
        .where(WitnessedRow.site_no == site_no)
        .order_by(col(WitnessedRow.device), col(WitnessedRow.seq))
    )
    return [KeptApart(DeviceId(row.device), row.seq, row.hash, CaseId(row.case_id), row.payload) for row in rows]


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(WitnessedRow)).one()


def _one(site_no: int, device: DeviceId, seq: int, hash: bytes) -> tuple[ColumnElement[bool], ...]:
    return (
        col(WitnessedRow.site_no) == site_no,
        col(WitnessedRow.device) == device,
        col(WitnessedRow.seq) == seq,
        col(WitnessedRow.hash) == hash,
    )
