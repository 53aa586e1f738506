"""Sites, and the positions of what happens at them."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from sync_server.database import add_unless_there
from sync_server.tables.site_epoch_row import SiteEpochRow
from sync_server.tables.site_row import SiteRow


def find_or_add(session: Session, name: str) -> int:
    """Return the number of the site of this name, made if there is none."""
    found = find(session, name)
    if found is None:
        add_unless_there(session, SiteRow, name=name, next_position=1)
        found = find(session, name)
    assert found is not None
    return found


def find(session: Session, name: str) -> int | None:
    """Return the number of the site of this name, or None."""
    return session.exec(select(SiteRow.site_no).where(SiteRow.name == name)).first()


def name_of(session: Session, site_no: int) -> str:
    return session.exec(select(SiteRow.name).where(SiteRow.site_no == site_no)).one()


def names(session: Session) -> dict[int, str]:
    """Return the site names by number, in the order of their names."""
    rows = session.exec(select(SiteRow.site_no, SiteRow.name).order_by(SiteRow.name)).all()
    return {number: name for number, name in rows if number is not None}


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(SiteRow)).one()


def lock(session: Session, site_no: int) -> None:
    """Hold the site's row until the transaction ends, so that its writers come one after the other."""
    take_positions(session, site_no, 0)


def take_positions(session: Session, site_no: int, amount: int) -> int:
    """Return the first of `amount` positions, and hold the site's row until the transaction ends."""
    session.execute(
        update(SiteRow).where(col(SiteRow.site_no) == site_no).values(next_position=SiteRow.next_position + amount)
    )
    after = session.exec(select(SiteRow.next_position).where(SiteRow.site_no == site_no)).one()
    return after - amount


def last_position(session: Session, site_no: int) -> int:
    """Return the last position given out that this transaction can see."""
    return session.exec(select(SiteRow.next_position).where(SiteRow.site_no == site_no)).one() - 1


def epoch(session: Session, site_no: int, of_database: str) -> str:
    """Return what the site's tablets know this database by: the site's own name of it, else the database's."""
    own = session.get(SiteEpochRow, site_no)
    return of_database if own is None else own.epoch


def set_epoch(session: Session, site_no: int, epoch: str) -> None:
    session.merge(SiteEpochRow(site_no=site_no, epoch=epoch))
    session.flush()
