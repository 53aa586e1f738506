"""Sites, and the positions of what happens at them."""

from __future__ import annotations

from sqlalchemy import bindparam, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, func, select

from sync_server.database import add_unless_there
from sync_server.repositories.statements import run, table_of
from sync_server.tables.site_epoch_row import SiteEpochRow
from sync_server.tables.site_row import SiteRow

_SITE, _SITE_EPOCH = table_of(SiteRow), table_of(SiteEpochRow)
_TAKE_POSITIONS = (
    update(_SITE)
    .where(_SITE.c.site_no == bindparam("this_site"))
    .values(next_position=_SITE.c.next_position + bindparam("amount"))
    .returning(_SITE.c.next_position)
)
_NEXT_POSITION = select_rows(_SITE.c.next_position).where(_SITE.c.site_no == bindparam("this_site"))
_EPOCH = select_rows(_SITE_EPOCH.c.epoch).where(_SITE_EPOCH.c.site_no == bindparam("this_site"))


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
    after: int = run(session, _TAKE_POSITIONS, this_site=site_no, amount=amount).scalar_one()
    return after - amount


def last_position(session: Session, site_no: int) -> int:
    """Return the last position given out that this transaction can see."""
    after: int = run(session, _NEXT_POSITION, this_site=site_no).scalar_one()
    return after - 1


def epoch(session: Session, site_no: int, of_database: str) -> str:
    """Return what the site's tablets know this database by: the site's own name of it, else the database's."""
    own: str | None = run(session, _EPOCH, this_site=site_no).scalar()
    return of_database if own is None else own


def set_epoch(session: Session, site_no: int, epoch: str) -> None:
    session.merge(SiteEpochRow(site_no=site_no, epoch=epoch))
    session.flush()
