"""The one place that knows which database it is.

    SQLite       without set-up: WAL, synchronous=FULL, one writer after the other by BEGIN IMMEDIATE
    PostgreSQL   by another address; any number of server processes. Writers of one site wait for each other at the
                 site's row (repositories/sites.py), all others go on beside each other.

On both, an answer is sent only after its entries are on the disk, and a reader sees one moment of the database.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel, create_engine

from shared.errors import StoreUnusable

OLDEST_POSTGRESQL = 15
_LONGEST_WAIT_MS = 30_000
_WRITER_KEEPS_KB = 32 * 1024
"""Of the file: where case ids lie, which are random, so that new ones do not have to be looked up on the disk."""
_POSTGRESQL_NAMES = frozenset({"postgresql", "postgres"})


class DatabaseUnusable(StoreUnusable):
    """The database cannot be opened, or its schema is not one that this version knows. Nothing was changed."""


class DatabaseAway(DatabaseUnusable):
    """It can do nothing just now: no room, no right to write, stopped, or held by others for too long. It may later."""

    def __init__(self) -> None:
        super().__init__(
            "The database cannot be used just now: it has no room, may not be written, or is stopped. "
            "Nothing was changed."
        )


class Database:
    """An open database, and transactions on it."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._writing, self._reading = _sqlite_engines(parsed) if self.is_sqlite else _postgresql_engines(parsed)
        self._one_writer = RLock() if self.is_sqlite else nullcontext()

    @property
    def engine(self) -> Engine:
        return self._reading

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is on the disk when the block ends, or undone if it raises.

        Raises:
            DatabaseAway: undone, and it may be tried again later.
        """
        # SQLite has whoever waits for the writer sleep and look again, longer each time: a queue without it is quicker.
        with _away(), self._one_writer, _WritingSession(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the database.

        Raises:
            DatabaseAway: as `writing` says.
        """
        with _away(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    def forget_erased(self) -> None:
        """Empty SQLite's log of writes, where what a withdrawal erased would stay readable."""
        if not self.is_sqlite:
            return
        with _away():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                connection.close()

    def own_faults(self) -> Iterator[str]:
        """Give what SQLite finds wrong with its file. PostgreSQL looks after its own."""
        if not self.is_sqlite:
            return
        with self.reading() as session:
            for (words,) in session.connection().exec_driver_sql("PRAGMA integrity_check(20)"):
                if words != "ok":
                    # Names of tables and numbers of pages; a value never stands in it.
                    yield str(words).splitlines()[-1].rstrip(".")
            for table, *_ in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
                yield f"a row of {table} refers to one that is not there"

    def close(self) -> None:
        self._writing.dispose()
        self._reading.dispose()


_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PERM,
    }
)
_READ_ONLY = "25006"


@contextmanager
def _away() -> Iterator[None]:
    """Tell what may be otherwise in a minute from what is wrong with a statement or with the file."""
    try:
        yield
    except sqlite3.Error as fault:
        if _is_away(fault):
            raise DatabaseAway from None
        raise
    except DBAPIError as fault:
        if fault.connection_invalidated or _is_away(fault.orig):
            raise DatabaseAway from None
        raise


def _is_away(fault: BaseException | None) -> bool:
    if isinstance(fault, sqlite3.Error):
        return (getattr(fault, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_AWAY
    # What PostgreSQL's driver calls operational: connections, room, memory, locks, being stopped.
    return isinstance(fault, psycopg.OperationalError) or getattr(fault, "sqlstate", None) == _READ_ONLY


def add_unless_there(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row, unless one with its key is there, also one that another process is just adding."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())


def _read_afresh(statement: ORMExecuteState) -> None:
    # What was read before a lock was taken may have changed by the time it is held; the second read must say so.
    if statement.is_select:
        statement.update_execution_options(populate_existing=True)


class _WritingSession(Session):
    """A session that holds locks."""


event.listen(_WritingSession, "do_orm_execute", _read_afresh)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.drivername == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise DatabaseUnusable("The database must be a file, such as sqlite:///handwise.db.")
            return parsed
        if parsed.drivername in _POSTGRESQL_NAMES or parsed.drivername == "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError, ImportError, SQLAlchemyError):
        pass
    # What was typed is not repeated: it could hold a password.
    raise DatabaseUnusable(
        "The database address is not understood; use sqlite:///FILE or postgresql://USER@HOST/NAME."
    ) from None


# SQLite


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    """Return the engine for the one writer, and that for readers."""
    _prepare_file(Path(url.database or ""))
    # What a connection keeps of the file is worth nothing once another has written: so one alone writes.
    writing = _sqlite_engine(url, pool_size=1, max_overflow=0)
    event.listen(writing, "connect", _prepare_writer)
    event.listen(writing, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    reading = _sqlite_engine(url, pool_use_lifo=True)
    event.listen(reading, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writing, reading


def _sqlite_engine(url: URL, **pool: Any) -> Engine:
    try:
        engine = create_engine(url, connect_args={"timeout": _LONGEST_WAIT_MS / 1000}, hide_parameters=True, **pool)
    except (ArgumentError, ImportError, TypeError, ValueError, SQLAlchemyError):
        raise DatabaseUnusable("The database address is not understood; use sqlite:///FILE.") from None
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_file(path: Path) -> None:
    # Made before SQLite does, so that nobody else on the machine may read it for even a moment.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except (OSError, ValueError):
        raise DatabaseUnusable("The database file cannot be opened for writing; check its folder.") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver's own BEGIN would come too late for BEGIN IMMEDIATE, so it is switched off.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_LONGEST_WAIT_MS}",
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


def _prepare_writer(connection: Any, _: Any) -> None:
    for pragma in (
        f"cache_size = -{_WRITER_KEEPS_KB}",
        # Room for what a part of a transaction may have to take back: a temporary file would be written at each push.
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


# PostgreSQL


def _postgresql_engines(url: URL) -> tuple[Engine, Engine]:
    """Return the engine for writers, and that for readers, on the same connections."""
    engine = _postgresql_engine(url)
    # Each statement sees its own moment unless one moment is asked for all of them.
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _postgresql_engine(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "client_encoding": "UTF8"} | dict(url.query),
        )
    except (ArgumentError, ImportError, TypeError, ValueError, SQLAlchemyError):
        raise DatabaseUnusable("The database address is not understood; use postgresql://USER@HOST/NAME.") from None
    event.listen(engine, "connect", _prepare_postgresql)
    try:
        # A wrong address or password is said now, in one sentence, and not at the first request.
        engine.connect().close()
    except OperationalError:
        engine.dispose()
        raise DatabaseUnusable(
            "The database does not answer, or does not let this user in; check its address, the user and the password."
        ) from None
    except (SQLAlchemyError, ValueError, TypeError):
        engine.dispose()
        raise DatabaseUnusable("The database address cannot be used; check each of its parts.") from None
    except DatabaseUnusable:
        engine.dispose()
        raise
    return engine


def _prepare_postgresql(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"SHOW {name}").fetchone()[0]
            for name in ("server_encoding", "fsync", "synchronous_commit")
        }
        # Whoever waits longer for a site's lock is told to come again; whoever forgets to let go of one loses it.
        cursor.execute(f"SET lock_timeout = {_LONGEST_WAIT_MS}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {2 * _LONGEST_WAIT_MS}")
        if found["synchronous_commit"] == "off":
            cursor.execute("SET synchronous_commit = on")
    connection.commit()
    if connection.info.server_version < OLDEST_POSTGRESQL * 10_000:
        raise DatabaseUnusable(
            f"The database server is too old; Handwise needs PostgreSQL {OLDEST_POSTGRESQL} or newer."
        )
    if found["server_encoding"] != "UTF8":
        raise DatabaseUnusable("The database must be made with the encoding UTF8.")
    if found["fsync"] != "on":
        raise DatabaseUnusable("The database does not promise that saved data survive a power cut: fsync is off.")
