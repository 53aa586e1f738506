"""Stored entries, and those that were set apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, insert, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from shared.canonical import canonical_json, read_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, canonical_entry, entry_from_json
from shared.errors import InvalidInput
from shared.sync.batch import entry_hash
from shared.sync.messages import Quarantined
from sync_server.repositories.devices import Device
from sync_server.repositories.statements import run, run_for_rows, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.quarantine_row import QuarantineRow

_ENTRY, _DEVICE = table_of(EntryRow), table_of(DeviceRow)
_CASE, _QUARANTINE = table_of(CaseRow), table_of(QuarantineRow)
_ADD = insert(_ENTRY)
_ADDED = ("device_no", "seq", "site_no", "position", "case_no", "payload", "erased_hash")
_APART = select_rows(_QUARANTINE.c.seq, _QUARANTINE.c.reason).where(
    _QUARANTINE.c.device_no == bindparam("this_device"),
    _QUARANTINE.c.seq >= bindparam("first_seq"),
    _QUARANTINE.c.seq <= bindparam("last_seq"),
    _QUARANTINE.c.is_in_chain,
)
_ERASE = (
    update(_ENTRY)
    .where(_ENTRY.c.device_no == bindparam("this_device"), _ENTRY.c.seq == bindparam("this_seq"))
    .values(payload=None, erased_hash=bindparam("digest"))
)
_PULL = (
    select_rows(_ENTRY.c.position, _ENTRY.c.payload, _DEVICE.c.device, _ENTRY.c.seq, _CASE.c.case_id)
    .join(_DEVICE, _DEVICE.c.device_no == _ENTRY.c.device_no)
    .join(_CASE, _CASE.c.case_no == _ENTRY.c.case_no)
    .where(
        _ENTRY.c.site_no == bindparam("this_site"),
        _ENTRY.c.position > bindparam("after"),
        _ENTRY.c.position <= bindparam("up_to"),
        _ENTRY.c.device_no != bindparam("this_device"),
        _ENTRY.c.payload.is_not(None),
    )
    .order_by(_ENTRY.c.position)
    .limit(bindparam("at_most"))
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry with its place in the site. `is_erased`: its case is withdrawn, so only its hash is kept."""

    entry: Entry
    case_no: int
    position: int
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is set apart, and why."""

    seq: int
    hash: bytes
    reason: str
    is_in_chain: bool


class PulledEntry(NamedTuple):
    """An entry as a pull reads it: its canonical JSON."""

    position: int
    entry: bytes


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """How an entry is stored. `hash` is None where it cannot be worked out; `case_site_no` where there is no case."""

    seq: int
    site_no: int
    case_site_no: int | None
    hash: bytes | None
    is_content_and_hash: bool


def add(session: Session, device: Device, entries: Sequence[NewEntry]) -> None:
    rows = [
        (
            device.device_no,
            new.entry.id.seq,
            device.site_no,
            new.position,
            new.case_no,
            None if new.is_erased else payload_of(new.entry),
            entry_hash(new.entry) if new.is_erased else None,
        )
        for new in entries
    ]
    run_for_rows(session, _ADD, _ADDED, rows)


def set_apart(session: Session, device: Device, refused: Iterable[Refused]) -> list[Refused]:
    """Keep number, hash and reason. The same entry set apart before stays as it was. Return those that are new."""
    new: list[Refused] = []
    for item in refused:
        if session.get(QuarantineRow, (device.device_no, item.seq, item.hash)) is None:
            session.add(
                QuarantineRow(
                    device_no=device.device_no,
                    site_no=device.site_no,
                    seq=item.seq,
                    hash=item.hash,
                    reason=item.reason,
                    is_in_chain=item.is_in_chain,
                )
            )
            new.append(item)
    session.flush()
    return new


def quarantined(session: Session, device: Device, first_seq: int, last_seq: int) -> tuple[Quarantined, ...]:
    """Return what of these numbers was set apart."""
    rows = run(session, _APART, this_device=device.device_no, first_seq=first_seq, last_seq=last_seq)
    return tuple(Quarantined(seq, reason) for seq, reason in sorted(map(tuple, rows)))


def hashes(session: Session, device_no: int, device: DeviceId, first_seq: int, last_seq: int) -> dict[int, bytes]:
    """Return the hash of each entry of the chain, recomputed from the payload wherever there still is one."""
    found = _hashes_where(session, device_no, device, col(EntryRow.seq).between(first_seq, last_seq))
    return found | set_apart_hashes(session, device_no, first_seq, last_seq)


def hashes_of(session: Session, device_no: int, device: DeviceId, seqs: Sequence[int]) -> dict[int, bytes]:
    """Return the same for single numbers."""
    found = _hashes_where(session, device_no, device, col(EntryRow.seq).in_(seqs))
    apart = select(QuarantineRow.seq, QuarantineRow.hash).where(
        QuarantineRow.device_no == device_no, col(QuarantineRow.seq).in_(seqs), col(QuarantineRow.is_in_chain)
    )
    return found | dict(session.exec(apart).all())


def _hashes_where(session: Session, device_no: int, device: DeviceId, *which: ColumnElement[bool]) -> dict[int, bytes]:
    rows = session.exec(
        select(EntryRow, CaseRow.case_id)
        .join(CaseRow, col(CaseRow.case_no) == col(EntryRow.case_no))
        .where(EntryRow.device_no == device_no, *which)
    )
    digests = {row.seq: _hash(row, device, case_id) for row, case_id in rows}
    return {seq: digest for seq, digest in digests.items() if digest is not None}


def set_apart_hashes(session: Session, device_no: int, first_seq: int, last_seq: int) -> dict[int, bytes]:
    """Return the hash of each entry of the chain that was set apart."""
    rows = session.exec(
        select(QuarantineRow.seq, QuarantineRow.hash).where(
            QuarantineRow.device_no == device_no,
            QuarantineRow.seq >= first_seq,
            QuarantineRow.seq <= last_seq,
            col(QuarantineRow.is_in_chain),
        )
    )
    return dict(rows.all())


def held(session: Session, device_no: int, device: DeviceId, first_seq: int, last_seq: int) -> list[HeldEntry]:
    """Return how each of these entries is stored, for somebody who trusts none of it."""
    rows = session.exec(
        select(EntryRow, CaseRow)
        .join(CaseRow, col(CaseRow.case_no) == col(EntryRow.case_no), isouter=True)
        .where(EntryRow.device_no == device_no, EntryRow.seq >= first_seq, EntryRow.seq <= last_seq)
        .order_by(col(EntryRow.seq))
    )
    return [
        HeldEntry(
            seq=row.seq,
            site_no=row.site_no,
            case_site_no=case.site_no if case else None,
            hash=_hash(row, device, case.case_id) if case else None,
            is_content_and_hash=row.payload is not None and row.erased_hash is not None,
        )
        for row, case in rows
    ]


def of_cases(session: Session, cases: Mapping[int, CaseId]) -> dict[int, list[Entry]]:
    """Return the readable entries of each case, by case number."""
    found: dict[int, list[Entry]] = {case_no: [] for case_no in cases}
    numbers = list(cases)
    for start in range(0, len(numbers), 500):
        rows = session.exec(
            select(EntryRow.case_no, EntryRow.seq, EntryRow.payload, DeviceRow.device)
            .join(DeviceRow, col(DeviceRow.device_no) == col(EntryRow.device_no))
            .where(col(EntryRow.case_no).in_(numbers[start : start + 500]), col(EntryRow.payload).is_not(None))
        )
        for case_no, seq, payload, device in rows:
            found[case_no].append(entry_of_payload(payload or b"", DeviceId(device), seq, cases[case_no]))
    return found


def positions(session: Session, case_no: int) -> dict[EntryId, int]:
    """Return the position at the site of each readable entry of a case."""
    rows = session.exec(
        select(DeviceRow.device, EntryRow.seq, EntryRow.position)
        .join(EntryRow, col(DeviceRow.device_no) == col(EntryRow.device_no))
        .where(EntryRow.case_no == case_no, col(EntryRow.payload).is_not(None))
    )
    return {EntryId(DeviceId(device), seq): position for device, seq, position in rows}


def pull(session: Session, device: Device, after: int, up_to: int, limit: int) -> tuple[PulledEntry, ...]:
    """Return the site's readable entries from other devices, in order of position."""
    rows = run(
        session,
        _PULL,
        this_site=device.site_no,
        after=after,
        up_to=up_to,
        this_device=device.device_no,
        at_most=limit,
    )
    return tuple([PulledEntry(position, whole_of_payload(*stored)) for position, *stored in rows])


def erase(session: Session, case_no: int, case_id: str) -> dict[int, list[bytes]]:
    """Take the content of a withdrawn case away and leave the hashes; the withdrawal itself stays, to be passed on.

    Returns the hashes of what was erased, by the number of the device.
    """
    rows = session.exec(
        select(EntryRow.device_no, EntryRow.seq, EntryRow.payload, DeviceRow.device)
        .join(DeviceRow, col(DeviceRow.device_no) == col(EntryRow.device_no))
        .where(EntryRow.case_no == case_no, col(EntryRow.payload).is_not(None))
    ).all()
    erased: dict[int, list[bytes]] = {}
    emptied: list[tuple[int, int, bytes]] = []
    for device_no, seq, payload, device in rows:
        entry = entry_of_payload(payload or b"", DeviceId(device), seq, case_id)
        if entry.kind != EntryKind.WITHDRAWAL:
            digest = entry_hash(entry)
            emptied.append((device_no, seq, digest))
            erased.setdefault(device_no, []).append(digest)
    run_for_rows(session, _ERASE, ("this_device", "this_seq", "digest"), emptied)
    return erased


def in_range(session: Session, site_no: int, device: DeviceId, first_seq: int, last_seq: int) -> dict[int, bytes]:
    """Return the hash of each readable entry of a device's numbers that the site has."""
    rows = session.exec(
        select(EntryRow.seq, EntryRow.payload, CaseRow.case_id)
        .join(DeviceRow, col(DeviceRow.device_no) == col(EntryRow.device_no))
        .join(CaseRow, col(CaseRow.case_no) == col(EntryRow.case_no))
        .where(
            EntryRow.site_no == site_no,
            DeviceRow.device == device,
            EntryRow.seq >= first_seq,
            EntryRow.seq <= last_seq,
            col(EntryRow.payload).is_not(None),
        )
    )
    return {seq: _hash_of_payload(payload or b"", device, seq, case_id) for seq, payload, case_id in rows}


def readable(session: Session, site_no: int, device: DeviceId, seqs: Sequence[int]) -> list[Entry]:
    """Return those of these entries of a device that the site has and that can be read."""
    rows = session.exec(
        select(EntryRow, CaseRow.case_id)
        .join(DeviceRow, col(DeviceRow.device_no) == col(EntryRow.device_no))
        .join(CaseRow, col(CaseRow.case_no) == col(EntryRow.case_no))
        .where(
            EntryRow.site_no == site_no,
            DeviceRow.device == device,
            col(EntryRow.seq).in_(seqs),
            col(EntryRow.payload).is_not(None),
        )
        .order_by(col(EntryRow.seq))
    )
    return [entry_of_payload(row.payload or b"", device, row.seq, case_id) for row, case_id in rows]


def with_erased(session: Session, case_nos: Sequence[int]) -> set[int]:
    """Return those of the cases that have an erased entry."""
    rows = session.exec(
        select(EntryRow.case_no).where(col(EntryRow.case_no).in_(case_nos), col(EntryRow.erased_hash).is_not(None))
    )
    return set(rows)


def last_position(session: Session, site_no: int) -> int:
    """Return the highest position that an entry of the site has; 0 if there is none."""
    return session.exec(select(func.max(EntryRow.position)).where(EntryRow.site_no == site_no)).one() or 0


def count_of_device(session: Session, device_no: int, *, after: int) -> int:
    """Return how many entries of the chain have a number above `after`."""
    stored = select(func.count()).select_from(EntryRow).where(EntryRow.device_no == device_no, EntryRow.seq > after)
    apart = (
        select(func.count())
        .select_from(QuarantineRow)
        .where(QuarantineRow.device_no == device_no, QuarantineRow.seq > after, col(QuarantineRow.is_in_chain))
    )
    return session.exec(stored).one() + session.exec(apart).one()


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(EntryRow)).one()


def count_set_apart(session: Session) -> int:
    return session.exec(select(func.count()).select_from(QuarantineRow)).one()


def _hash(row: EntryRow, device: DeviceId, case_id: str) -> bytes | None:
    """Return the hash of what would be shown; that which took its place only where nothing is."""
    if row.payload is None:
        return row.erased_hash
    try:
        return entry_hash(entry_of_payload(row.payload, device, row.seq, case_id))
    except (InvalidInput, TypeError, KeyError):
        return None


def _hash_of_payload(payload: bytes, device: DeviceId, seq: int, case_id: str) -> bytes:
    # Without building the entry: a comparison goes through thousands, and only asks whether they are the same bytes.
    body = {**json.loads(payload), "device": device, "seq": seq, "case_id": case_id}
    return sha256(canonical_json(body)).digest()


_KIN_BYTES = len('"kin":"",') + 32


def payload_of(entry: Entry) -> bytes:
    """Return what is stored of an entry: its canonical JSON without device, seq and case."""
    text = canonical_entry(entry)
    # Cut out of what was written to be hashed. From the end: what lies behind each of them holds no such key.
    device, case_id = f'"device":"{entry.id.device}",'.encode(), f'"case_id":"{entry.case_id}",'.encode()
    of_device = text.rindex(device)
    of_case = text.rindex(case_id, 0, of_device)
    end = len(text) - len(f',"seq":{entry.id.seq}}}')
    return b"%b%b%b}" % (text[:of_case], text[of_case + len(case_id) : of_device], text[of_device + len(device) : end])


def whole_of_payload(payload: bytes, device: str, seq: int, case_id: str) -> bytes:
    """Return the canonical JSON of the entry that is stored so, without reading it.

    {"answers":{...},"apart":[...] ▲ "conclusion":{...}, ▲ "kin":"...","kind":"...","parents":[...] ▲ }
                              case_id               device                                     seq
    """
    # Behind the last of each of these there is nothing that could hold the same: no text that may say anything.
    kind = payload.rindex(b'"kind":"')
    of_device = kind - _KIN_BYTES if payload[kind - 2 : kind] == b'",' else kind
    conclusion = payload.rfind(b'"conclusion":{"differential":[', 0, of_device)
    of_case = of_device if conclusion < 0 else conclusion
    return b'%b"case_id":"%b",%b"device":"%b",%b,"seq":%d}' % (
        payload[:of_case],
        case_id.encode(),
        payload[of_case:of_device],
        device.encode(),
        payload[of_device:-1],
        seq,
    )


def entry_of_payload(payload: bytes, device: DeviceId, seq: int, case_id: str) -> Entry:
    """Return the entry that is stored so."""
    body: dict[str, Any] = read_json(payload)
    return entry_from_json({**body, "device": device, "seq": seq, "case_id": case_id})


def count_refused(session: Session, device_no: int) -> int:
    """Return how many entries of a device were not accepted, of whichever case: their content is not kept."""
    return session.exec(
        select(func.count()).select_from(QuarantineRow).where(QuarantineRow.device_no == device_no)
    ).one()
