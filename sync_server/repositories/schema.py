"""Making the tables, and knowing whether those of a database are ours."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel

from sync_server.database import Database, DatabaseUnusable
from sync_server.tables import (  # noqa: F401 (each import makes a table known)
    attempt_row,
    batch_row,
    case_row,
    device_row,
    enrolment_code_row,
    entry_row,
    quarantine_row,
    review_row,
    session_row,
    site_epoch_row,
    site_row,
    user_row,
)
from sync_server.tables.server_row import ServerRow

SCHEMA_VERSION = 1
"""2026-11: the first one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What this database is called, and the secret that keys its challenges and form tokens."""

    epoch: str
    secret: bytes


def migrate(database: Database) -> Identity:
    """Create or update the tables and return whose they are. Doing it again changes nothing.

    Raises:
        DatabaseUnusable: a newer version made this database, or it holds something else.
    """
    try:
        with database.writing() as session:
            _refuse_foreign_tables(session)
            SQLModel.metadata.create_all(session.connection())
            row = session.get(ServerRow, 1)
            if row is None:
                row = ServerRow(
                    schema_version=SCHEMA_VERSION, epoch=secrets.token_hex(16), secret=secrets.token_bytes(32)
                )
                session.add(row)
            if row.schema_version > SCHEMA_VERSION:
                raise DatabaseUnusable("A newer version of Handwise made this database. Install that version.")
            return Identity(row.epoch, row.secret)
    except SQLAlchemyError:
        raise DatabaseUnusable("The database does not open as a Handwise database. It was left as it is.") from None


def _refuse_foreign_tables(session: Session) -> None:
    present = set(inspect(session.connection()).get_table_names())
    if present and "server" not in present:
        raise DatabaseUnusable("The database holds tables of another program. Choose another file or database.")
