"""How a repository asks what every sync asks: by statements that are put together once.

    _FIND = select(DEVICE.c.site_no).where(DEVICE.c.device == bindparam("device"))      once, when the module is read
    run(session, _FIND, device=...)                                                     a tenth of the time of a new one

They go past the objects of the session: rows in, rows out. Whoever adds objects to the session flushes them before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlmodel import Session, SQLModel


def table_of(row: type[SQLModel]) -> Table:
    """Return the table of a kind of rows."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def run(session: Session, statement: Executable, **values: object) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement in the session's transaction, with these values in the place of its parameters."""
    return session.connection().execute(statement, values)


def run_for_each(session: Session, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Run a statement for each of these rows of values."""
    if rows:
        session.connection().execute(statement, rows)
