"""What a site and each of its tablets hold: count and digest of their readable entries, kept up to date.

Whoever changes them holds the lock of the site's row (`sites.lock`), as whoever stores or erases an entry does anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import update
from sqlmodel import Session, col, select

from shared.case.entry import DeviceId
from shared.sync.holding import Holding
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.site_row import SiteRow


def of_site(session: Session, site_no: int) -> tuple[int, Holding]:
    """Return the site's last position and what it holds, both of one moment."""
    query = select(SiteRow.next_position, SiteRow.holds_count, SiteRow.holds_digest).where(SiteRow.site_no == site_no)
    next_position, count, digest = session.exec(query).one()
    return next_position - 1, Holding(count, bytes.fromhex(digest))


def of_devices(session: Session, site_no: int) -> dict[DeviceId, tuple[int, Holding]]:
    """Return the last stored number of each tablet of the site, and what is held of it."""
    rows = session.exec(
        select(DeviceRow.device, DeviceRow.head_seq, DeviceRow.holds_count, DeviceRow.holds_digest)
        .where(DeviceRow.site_no == site_no)
        .order_by(col(DeviceRow.tablet_no))
    )
    return {DeviceId(device): (head, Holding(count, bytes.fromhex(digest))) for device, head, count, digest in rows}


def add(session: Session, site_no: int, device_no: int, hashes: Iterable[bytes]) -> None:
    """Note that entries of a device were stored which can be read."""
    _change(session, site_no, {device_no: Holding.of(hashes)})


def take_away(session: Session, site_no: int, erased: Mapping[int, Iterable[bytes]]) -> None:
    """Note that entries, by the number of their device, can no longer be read."""
    _change(session, site_no, {device_no: Holding().minus(hashes) for device_no, hashes in erased.items()})


def set_to(session: Session, site_no: int, device_no: int, counted: Holding) -> None:
    """Replace what is noted of a device by what was counted, also in what is noted of its site."""
    noted = _of_device(session, device_no)
    difference = Holding(counted.count - noted.count, noted.sum(counted).digest)
    _change(session, site_no, {device_no: difference})


def _change(session: Session, site_no: int, by_device: Mapping[int, Holding]) -> None:
    changes = {device_no: change for device_no, change in by_device.items() if change != Holding()}
    if not changes:
        return
    _, total = of_site(session, site_no)
    for device_no, change in changes.items():
        after = _of_device(session, device_no).sum(change)
        _write(session, DeviceRow, col(DeviceRow.device_no) == device_no, after)
        total = total.sum(change)
    _write(session, SiteRow, col(SiteRow.site_no) == site_no, total)


def _of_device(session: Session, device_no: int) -> Holding:
    query = select(DeviceRow.holds_count, DeviceRow.holds_digest).where(DeviceRow.device_no == device_no)
    count, digest = session.exec(query).one()
    return Holding(count, bytes.fromhex(digest))


def _write(session: Session, table: type[SiteRow] | type[DeviceRow], which: object, holding: Holding) -> None:
    values = {"holds_count": holding.count, "holds_digest": holding.digest.hex()}
    session.execute(update(table).where(which).values(**values))  # type: ignore[arg-type]
