"""Every row of one database into another, whichever of the two kinds they are."""

from __future__ import annotations

import secrets

from sqlalchemy import Integer, MetaData, Table, delete, func, insert, select, text, update
from sqlmodel import Session, SQLModel

from sync_server.migrations import REVISION_TABLE
from sync_server.tables.attempt_row import AttemptRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.enrolment_code_row import EnrolmentCodeRow
from sync_server.tables.server_key_row import ServerKeyRow
from sync_server.tables.server_row import ServerRow
from sync_server.tables.session_row import SessionRow
from sync_server.tables.site_epoch_row import SiteEpochRow

SHORT_LIVED = (SessionRow, AttemptRow, EnrolmentCodeRow)
"""What no backup keeps: open sessions, failed sign-ins, codes of fifteen minutes."""
_CHUNK = 1000


def copy_rows(source: Session, target: Session) -> None:
    """Add every row of the source to the target, whose tables are of the same revision and hold none of them."""
    # As they are in this database, not as this version's models say: a backup may be of an earlier revision.
    tables = MetaData()
    tables.reflect(target.connection(), only=lambda name, _: name != REVISION_TABLE)
    left_out = {kind.__tablename__ for kind in SHORT_LIVED}
    for table in tables.sorted_tables:
        if table.name not in left_out:
            _copy_table(source, target, table)


def _copy_table(source: Session, target: Session, table: Table) -> None:
    target.connection().execute(delete(table))
    found = source.connection().execution_options(yield_per=_CHUNK).execute(select(table))
    for rows in found.mappings().partitions(_CHUNK):
        target.connection().execute(insert(table), [dict(row) for row in rows])
    if target.get_bind().dialect.name == "postgresql":
        _count_on(target, table)


def _count_on(target: Session, table: Table) -> None:
    """Let PostgreSQL number the next row after the highest that was copied."""
    for column in table.primary_key.columns:
        if not isinstance(column.type, Integer):
            continue
        counter = target.connection().scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if counter:
            highest = target.connection().scalar(select(func.max(column))) or 0
            target.connection().execute(
                text("SELECT setval(:counter, :next, false)"), {"counter": counter, "next": highest + 1}
            )


def forget_short_lived(session: Session) -> None:
    """Take out of a copy what no backup keeps."""
    for kind in SHORT_LIVED:
        session.execute(delete(kind))


def secret_of(session: Session) -> bytes:
    """Return the server's secret, under which what its users' second steps need is sealed."""
    secret: bytes = session.execute(select(ServerRow.secret)).scalar_one()  # type: ignore[call-overload]
    return secret


def become_another(session: Session) -> None:
    """Give a restored database a name of its own, and make what was issued for the old one worthless.

    Tablets that know the old one notice, bring what is missing and pull afresh; a recorded request is worth nothing.
    The keys of what is carried stay: parcels that are on their way must open here.
    """
    session.execute(update(ServerRow).values(epoch=secrets.token_hex(16), secret=secrets.token_bytes(32)))
    session.execute(delete(SiteEpochRow))
    session.execute(update(DeviceRow).values(next_nonce=None))


def is_unused(session: Session) -> bool:
    """Tell whether nothing was put into the tables yet."""
    return not any(
        session.execute(select(1).select_from(table).limit(1)).first()
        for name, table in SQLModel.metadata.tables.items()
        if name not in (ServerRow.__tablename__, ServerKeyRow.__tablename__)
    )
