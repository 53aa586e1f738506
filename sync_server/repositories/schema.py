"""Whose database this is, and whether its schema is the one that this version works with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, func, select

from shared.crypto.box import BoxKey
from shared.crypto.signing import SigningKey
from sync_server.database import Database, DatabaseUnusable
from sync_server.migrations import HEAD, REVISION_TABLE, REVISIONS, upgrade
from sync_server.tables.server_key_row import ServerKeyRow
from sync_server.tables.server_row import ServerRow

# Any number: those who bring one PostgreSQL database up to date at the same time come one after the other.
_MIGRATION_LOCK = 4_811_733_095
_NEWER = "A newer version of Handwise made this database. Install that version."
_OLDER = (
    "The database is of an earlier version. Stop all servers on it, make a backup, then run: handwise-server migrate."
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What this database is called, the secret that keys its challenges and form tokens, and the keys of `carry`."""

    epoch: str
    secret: bytes = field(repr=False)
    box_key: bytes = field(repr=False)
    sign_key: bytes = field(repr=False)


def migrate(database: Database) -> Identity:
    """Make the tables or bring them up to date, in one transaction, and return whose they are.

    Doing it again changes nothing.

    Raises:
        DatabaseUnusable: a newer version made this database, or it holds something else. It was left as it is.
    """
    try:
        with database.writing() as session:
            if not database.is_sqlite:
                session.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            if revision(session) != HEAD:
                upgrade(session.connection())
            row = session.get(ServerRow, 1)
            if row is None:
                row = ServerRow(schema_version=int(HEAD), epoch=secrets.token_hex(16), secret=secrets.token_bytes(32))
                session.add(row)
            keys = session.get(ServerKeyRow, 1)
            if keys is None:
                # With the tables, so that every server process on the database has the same.
                new_box, new_sign = BoxKey.generate(), SigningKey.generate()
                keys = ServerKeyRow(box_key=new_box.private_bytes, sign_key=new_sign.private_bytes)
                session.add(keys)
            return _identity(row, keys)
    except SQLAlchemyError:
        raise _not_ours(database) from None


def identify(database: Database) -> Identity:
    """Return whose database this is, if it is up to date. A new SQLite file is made here: it needs no set-up.

    Raises:
        DatabaseUnusable: with what to do. Nothing was changed.
    """
    try:
        with database.reading() as session:
            found = revision(session)
            row = session.get(ServerRow, 1) if found == HEAD else None
            keys = session.get(ServerKeyRow, 1) if found == HEAD else None
    except SQLAlchemyError:
        raise _not_ours(database) from None
    if row is not None and keys is not None:
        return _identity(row, keys)
    if found is None and database.is_sqlite:
        return migrate(database)
    if found is None:
        raise DatabaseUnusable("The database is empty. Make its tables first: handwise-server migrate.")
    raise DatabaseUnusable(_OLDER)


def keys(session: Session) -> tuple[bytes, bytes] | None:
    """Return the two private keys of what is carried, for somebody who trusts none of it; None if there are none."""
    row = session.get(ServerKeyRow, 1)
    return None if row is None else (row.box_key, row.sign_key)


def revision(session: Session) -> str | None:
    """Return the revision that the database is at; None if it is empty.

    Raises:
        DatabaseUnusable: it holds another program's tables, or those of a newer version.
    """
    present = set(inspect(session.connection()).get_table_names())
    if not present:
        return None
    if ServerRow.__tablename__ not in present:
        raise DatabaseUnusable("The database holds tables of another program. Choose another file or database.")
    if REVISION_TABLE not in present:
        # The first release kept its number in a column, and no other.
        number = session.execute(text("SELECT schema_version FROM server")).scalar()
        if number != 1:
            raise DatabaseUnusable(_NEWER)
        return REVISIONS[0]
    found: str | None = session.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar()  # noqa: S608
    if found not in REVISIONS:
        raise DatabaseUnusable(_NEWER)
    return found


def _identity(row: ServerRow, keys: ServerKeyRow) -> Identity:
    return Identity(row.epoch, row.secret, keys.box_key, keys.sign_key)


def _not_ours(database: Database) -> DatabaseUnusable:
    if database.is_sqlite:
        return DatabaseUnusable("The database does not open as a Handwise database. It was left as it is.")
    return DatabaseUnusable(
        "The database could not be used and was left as it is; its user must own its tables, and may make new ones."
    )
