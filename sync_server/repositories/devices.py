"""Enrolled tablets: their keys, nonces and how far their chains are stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from shared.case.entry import DeviceId
from shared.sync.batch import GENESIS
from shared.sync.messages import ChainHead
from sync_server.tables.device_row import DeviceRow


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
    row = session.exec(select(DeviceRow).where(DeviceRow.device == device)).first()
    return None if row is None else _device(row)


def of_site(session: Session, site_no: int) -> tuple[Device, ...]:
    rows = session.exec(select(DeviceRow).where(DeviceRow.site_no == site_no).order_by(col(DeviceRow.tablet_no)))
    return tuple(_device(row) for row in rows)


def use_nonce(session: Session, device: Device, nonce: str) -> bool:
    """Take the nonce of the last answer out of use; False if another request was quicker."""
    used = session.execute(
        update(DeviceRow)
        .where(col(DeviceRow.device_no) == device.device_no, col(DeviceRow.next_nonce) == nonce)
        .values(next_nonce=None)
    )
    return int(used.rowcount) == 1  # type: ignore[attr-defined]


def use_challenge(session: Session, device: Device) -> bool:
    """Take the present challenge out of use; False if another request was quicker."""
    used = session.execute(
        update(DeviceRow)
        .where(col(DeviceRow.device_no) == device.device_no, col(DeviceRow.challenges_used) == device.challenges_used)
        .values(challenges_used=device.challenges_used + 1)
    )
    return int(used.rowcount) == 1  # type: ignore[attr-defined]


def set_next_nonce(session: Session, device: Device, nonce: str) -> None:
    session.execute(update(DeviceRow).where(col(DeviceRow.device_no) == device.device_no).values(next_nonce=nonce))


def set_head(session: Session, device: Device, head: ChainHead) -> None:
    session.execute(
        update(DeviceRow)
        .where(col(DeviceRow.device_no) == device.device_no)
        .values(head_seq=head.seq, head_hash=head.hash)
    )


def note_contact(
    session: Session, device: Device, *, waiting: int, app_version: str, knowledge_version: str, day: str
) -> None:
    """Keep what the tablet said about itself, and the day."""
    session.execute(
        update(DeviceRow)
        .where(col(DeviceRow.device_no) == device.device_no)
        .values(waiting=waiting, app_version=app_version, knowledge_version=knowledge_version, last_seen_on=day)
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


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(DeviceRow)).one()


def _device(row: DeviceRow) -> Device:
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
