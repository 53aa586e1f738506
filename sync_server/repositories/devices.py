"""Enrolled tablets: their keys, nonces and how far their chains are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from shared.case.entry import DeviceId
from shared.sync.batch import GENESIS
from shared.sync.messages import ChainHead
from sync_server.repositories.statements import run, table_of
from sync_server.tables.batch_row import BatchRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.site_row import SiteRow

_DEVICE = table_of(DeviceRow)
_THIS = _DEVICE.c.device_no == bindparam("this_device")
_FIND = select_rows(
    _DEVICE.c.device_no,
    _DEVICE.c.device,
    _DEVICE.c.site_no,
    _DEVICE.c.tablet_no,
    _DEVICE.c.public_key,
    _DEVICE.c.is_revoked,
    _DEVICE.c.head_seq,
    _DEVICE.c.head_hash,
    _DEVICE.c.next_nonce,
    _DEVICE.c.challenges_used,
).where(_DEVICE.c.device == bindparam("device"))
_USE_NONCE = update(_DEVICE).where(_THIS, _DEVICE.c.next_nonce == bindparam("nonce")).values(next_nonce=None)
_USE_CHALLENGE = (
    update(_DEVICE)
    .where(_THIS, _DEVICE.c.challenges_used == bindparam("used"))
    .values(challenges_used=_DEVICE.c.challenges_used + 1)
)
_SET_NEXT_NONCE = update(_DEVICE).where(_THIS).values(next_nonce=bindparam("nonce"))
_SET_HEAD = update(_DEVICE).where(_THIS).values(head_seq=bindparam("seq"), head_hash=bindparam("hash"))
_SAID = ("waiting", "app_version", "knowledge_version", "last_seen_on")
_NOTE_CONTACT = update(_DEVICE).where(_THIS).values({name: bindparam(f"new_{name}") for name in _SAID})


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled tablet as the services see it."""

    device_no: int
    device: DeviceId
    site_no: int
    tablet_no: int
    public_key: bytes
    is_revoked: bool
    head: ChainHead
    next_nonce: str | None
    challenges_used: int


def add(session: Session, device: DeviceId, site_no: int, public_key: bytes, nonce: str) -> Device:
    """Bind a device to a site, with the site's next tablet number."""
    highest = session.exec(select(func.max(DeviceRow.tablet_no)).where(DeviceRow.site_no == site_no)).one()
    row = DeviceRow(
        site_no=site_no,
        device=device,
        tablet_no=(highest or 0) + 1,
        public_key=public_key,
        head_hash=GENESIS,
        next_nonce=nonce,
    )
    session.add(row)
    session.flush()
    return _device(row)


def find(session: Session, device: str) -> Device | None:
    row = run(session, _FIND, device=device).first()
    return None if row is None else _device(row)


def of_site(session: Session, site_no: int) -> tuple[Device, ...]:
    rows = session.exec(select(DeviceRow).where(DeviceRow.site_no == site_no).order_by(col(DeviceRow.tablet_no)))
    return tuple(_device(row) for row in rows)


def use_nonce(session: Session, device: Device, nonce: str) -> bool:
    """Take the nonce of the last answer out of use; False if another request was quicker."""
    return run(session, _USE_NONCE, this_device=device.device_no, nonce=nonce).rowcount == 1


def use_challenge(session: Session, device: Device) -> bool:
    """Take the present challenge out of use; False if another request was quicker."""
    used = run(session, _USE_CHALLENGE, this_device=device.device_no, used=device.challenges_used)
    return used.rowcount == 1


def set_next_nonce(session: Session, device: Device, nonce: str) -> None:
    run(session, _SET_NEXT_NONCE, this_device=device.device_no, nonce=nonce)


def set_head(session: Session, device: Device, head: ChainHead) -> None:
    run(session, _SET_HEAD, this_device=device.device_no, seq=head.seq, hash=head.hash)


def note_contact(
    session: Session, device: Device, *, waiting: int, app_version: str, knowledge_version: str, day: str
) -> None:
    """Keep what the tablet said about itself, and the day."""
    run(
        session,
        _NOTE_CONTACT,
        this_device=device.device_no,
        new_waiting=waiting,
        new_app_version=app_version,
        new_knowledge_version=knowledge_version,
        new_last_seen_on=day,
    )


def revoke(session: Session, site_no: int, tablet_no: int) -> bool:
    """Take a tablet's right to sync away; False if the site has no such tablet."""
    changed = session.execute(
        update(DeviceRow)
        .where(col(DeviceRow.site_no) == site_no, col(DeviceRow.tablet_no) == tablet_no)
        .values(is_revoked=True)
    )
    return int(changed.rowcount) == 1  # type: ignore[attr-defined]


def readmit(session: Session, device: Device) -> None:
    """Give a tablet its right to sync back."""
    session.execute(update(DeviceRow).where(col(DeviceRow.device_no) == device.device_no).values(is_revoked=False))


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A tablet as a list shows it, with what it last said of itself; `last_seen_on` is empty before its first sync.

    `signature` is the one over the end of its chain, None where there is none.
    """

    device: Device
    site: str
    waiting: int
    app_version: str
    knowledge_version: str
    last_seen_on: str
    signature: bytes | None


def listed(session: Session, sites: frozenset[int] | None) -> tuple[ListedDevice, ...]:
    """Return the tablets of these sites (None: of all), by site name and number."""
    query = (
        select(DeviceRow, SiteRow.name, BatchRow.signature)
        .join(SiteRow, col(SiteRow.site_no) == col(DeviceRow.site_no))
        .join(
            BatchRow,
            (col(BatchRow.device_no) == col(DeviceRow.device_no))
            & (col(BatchRow.last_seq) == col(DeviceRow.head_seq))
            & (col(BatchRow.hash) == col(DeviceRow.head_hash)),
            isouter=True,
        )
        .order_by(col(SiteRow.name), col(DeviceRow.tablet_no))
    )
    rows = session.exec(query if sites is None else query.where(col(DeviceRow.site_no).in_(sorted(sites))))
    return tuple(
        ListedDevice(
            device=_device(row),
            site=site,
            waiting=row.waiting,
            app_version=row.app_version,
            knowledge_version=row.knowledge_version,
            last_seen_on=row.last_seen_on,
            signature=signature,
        )
        for row, site, signature in rows
    )


def count_silent(session: Session, sites: frozenset[int] | None, since: str) -> int:
    """Return how many tablets of these sites (None: of all) were last heard of before a day; revoked ones are not."""
    query = select(func.count()).select_from(DeviceRow)
    query = query.where(~col(DeviceRow.is_revoked), DeviceRow.last_seen_on != "", DeviceRow.last_seen_on < since)
    return session.exec(query if sites is None else query.where(col(DeviceRow.site_no).in_(sorted(sites)))).one()


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(DeviceRow)).one()


def _device(row: DeviceRow | Row[Any]) -> Device:
    assert row.device_no is not None
    return Device(
        device_no=row.device_no,
        device=DeviceId(row.device),
        site_no=row.site_no,
        tablet_no=row.tablet_no,
        public_key=row.public_key,
        is_revoked=row.is_revoked,
        head=ChainHead(row.head_seq, row.head_hash),
        next_nonce=row.next_nonce,
        challenges_used=row.challenges_used,
    )
