"""A backup is one SQLite file, whichever database the server runs on: it also carries a server from one to the other.

    back_up    SQLite: its own online copy      PostgreSQL: every row, seen at one moment      beside running servers
    restore    into an empty database, in one transaction; a backup of an earlier version is brought up to date first

A restored database takes a new epoch, so that tablets never take it for the one they knew.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from shared.errors import InvalidInput
from sync_server.database import Database, DatabaseUnusable
from sync_server.migrations import HEAD, upgrade
from sync_server.repositories import transfer
from sync_server.repositories.schema import migrate, revision
from sync_server.services.second_factor import reseal_all

_NOT_EMPTY = "The database is not empty. Restore into a new one; nothing was changed."
_NOT_A_BACKUP = "The file is not a whole backup of a Handwise server. Nothing was changed."


def back_up(database: Database, path: Path) -> None:
    """Write a backup that is whole, or none. The file must not be there yet; nobody else may read it.

    Raises:
        InvalidInput, DatabaseUnusable: no backup was made.
    """
    _expect_free(path)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with _faults():
            os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with database.reading() as source:
                found = revision(source)
                if found is None:
                    raise DatabaseUnusable("The database is empty; there is nothing to back up.")
                if database.is_sqlite:
                    _copy_file(source, half)
                else:
                    with closing(Database(f"sqlite:///{half}")) as copy, copy.writing() as target:
                        upgrade(target.connection(), found)
                        transfer.copy_rows(source, target)
            _finish(half)
            _expect_free(path)
            os.rename(half, path)
            _sync(path.parent)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            half.with_name(half.name + suffix).unlink(missing_ok=True)


def restore(database: Database, path: Path) -> None:
    """Put a backup into an empty database, all of it or nothing.

    Raises:
        InvalidInput, DatabaseUnusable: the database is what it was.
    """
    with database.reading() as session:
        if revision(session) not in (None, HEAD):
            raise DatabaseUnusable(_NOT_EMPTY)
    with tempfile.TemporaryDirectory(prefix="handwise-restore-") as folder, _faults():
        copy = Path(folder) / "backup.db"
        with _a_backup(path, copy) as source:
            migrate(database)
            with database.writing() as target:
                if not transfer.is_unused(target):
                    raise DatabaseUnusable(_NOT_EMPTY)
                transfer.copy_rows(source, target)
                old = transfer.secret_of(target)
                transfer.become_another(target)
                reseal_all(target, old, transfer.secret_of(target))


@contextmanager
def _a_backup(path: Path, copy: Path) -> Iterator[Session]:
    """Give what is in a backup, from a copy that is brought up to date."""
    if not path.is_file() or path.stat().st_size == 0:
        raise InvalidInput("restore", "the backup file is not there, or is empty")
    shutil.copyfile(path, copy)
    with closing(Database(f"sqlite:///{copy}")) as opened:
        try:
            is_whole = not any(opened.own_faults())
        except SQLAlchemyError:
            is_whole = False
        if not is_whole:
            raise DatabaseUnusable(_NOT_A_BACKUP)
        migrate(opened)
        with opened.reading() as session:
            yield session


def _copy_file(source: Session, half: Path) -> None:
    # The session's transaction is what keeps the moment; SQLite's own copy goes on beside writers.
    raw = source.connection().connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    with closing(sqlite3.connect(half)) as copy:
        raw.backup(copy)


def _finish(half: Path) -> None:
    """Leave one file, without what no backup keeps, and on the disk."""
    with closing(Database(f"sqlite:///{half}")) as copy, copy.writing() as session:
        transfer.forget_short_lived(session)
    with closing(sqlite3.connect(half)) as file:
        file.execute("PRAGMA journal_mode = DELETE").close()
    _sync(half)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _expect_free(path: Path) -> None:
    if path.exists():
        raise InvalidInput("backup", "the file is there already; name a new one")


@contextmanager
def _faults() -> Iterator[None]:
    """Turn what the disk or the driver says into the sentence for it."""
    try:
        yield
    except OSError:
        raise InvalidInput("file", "cannot be read or written there; check its folder and the space on it") from None
    except (SQLAlchemyError, sqlite3.Error):
        raise DatabaseUnusable(
            "The database or the file could not be read or written; check the space on the disk. Nothing was changed."
        ) from None
