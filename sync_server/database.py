"""The one place that knows which database it is.

SQLite without set-up: WAL, synchronous=FULL (an answer is sent only after its entries are on the disk), writers one
after the other by BEGIN IMMEDIATE. PostgreSQL by another address; there the row lock on the site does the same work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session, create_engine

from shared.errors import StoreUnusable

_BUSY_TIMEOUT_MS = 30_000


class DatabaseUnusable(StoreUnusable):
    """The database cannot be opened, or its schema is not one that this version knows. Nothing was changed."""


class Database:
    """An open database, and transactions on it."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._writing = self._engine.execution_options(is_writing=True)

    @property
    def engine(self) -> Engine:
        return self._engine

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is on the disk when the block ends, or undone if it raises."""
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the database."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    def forget_erased(self) -> None:
        """Empty SQLite's log of writes, where what a withdrawal erased would stay readable."""
        if self._engine.dialect.name != "sqlite":
            return
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()

    def close(self) -> None:
        self._engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUnusable("The database must be a file, such as sqlite:///handwise.db.")
        _prepare_file(Path(parsed.database))
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    except (ArgumentError, ImportError, SQLAlchemyError):
        raise DatabaseUnusable("The database address is not understood; use sqlite:///FILE.") from None
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_file(path: Path) -> None:
    # Made before SQLite does, so that nobody else on the machine may read it for even a moment.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError:
        raise DatabaseUnusable("The database file cannot be opened for writing; check its folder.") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver's own BEGIN would come too late for BEGIN IMMEDIATE, so it is switched off.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What a withdrawal erases must not stay readable in a free page.
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise DatabaseUnusable("The database does not promise that saved data survive a power cut.")


def _begin_sqlite(connection: Any) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
