"""What a site and each of its tablets hold: count and digest of their readable entries, kept up to date.

Whoever changes them holds the lock of the site's row (`sites.lock`), as whoever stores or erases an entry does anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from shared.case.entry import DeviceId
from shared.sync.holding import Holding
from sync_server.repositories.statements import run, table_of
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.site_row import SiteRow

_SITE, _DEVICE = table_of(SiteRow), table_of(DeviceRow)
_THIS_SITE, _THIS_DEVICE = _SITE.c.site_no == bindparam("this"), _DEVICE.c.device_no == bindparam("this")
_OF_SITE = select_rows(_SITE.c.next_position, _SITE.c.holds_count, _SITE.c.holds_digest).where(_THIS_SITE)
_OF_DEVICE = select_rows(_DEVICE.c.holds_count, _DEVICE.c.holds_digest).where(_THIS_DEVICE)
_NOTED: dict[str, Any] = {"holds_count": bindparam("count"), "holds_digest": bindparam("digest")}
_NOTE_SITE = update(_SITE).where(_THIS_SITE).values(_NOTED)
_NOTE_DEVICE = update(_DEVICE).where(_THIS_DEVICE).values(_NOTED)


def of_site(session: Session, site_no: int) -> tuple[int, Holding]:
    """Return the site's last position and what it holds, both of one moment."""
    next_position, count, digest = run(session, _OF_SITE, this=site_no).one()
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
        run(session, _NOTE_DEVICE, this=device_no, count=after.count, digest=after.digest.hex())
        total = total.sum(change)
    run(session, _NOTE_SITE, this=site_no, count=total.count, digest=total.digest.hex())


def _of_device(session: Session, device_no: int) -> Holding:
    count, digest = run(session, _OF_DEVICE, this=device_no).one()
    return Holding(count, bytes.fromhex(digest))
