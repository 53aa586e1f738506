"""Opening the encrypted file, and transactions on it.

Every connection is keyed with the raw data key, and every setting that safety rests on is made and then read back:

    cipher_version not empty   a plain SQLite ignores PRAGMA key and would write everything readable
    cipher_memory_security     pages are wiped from memory after use
    WAL and synchronous FULL   a saved answer survives a power cut; NORMAL lost some in 2,065 of 3,000 crash states
    temp_store MEMORY          no unencrypted temporary file
    secure_delete ON           deleted rows are overwritten
    foreign_keys, trusted_schema OFF, cell_size_check, no extensions   a damaged or planted file cannot run code

Writers take the lock at BEGIN (BEGIN IMMEDIATE), one after the other; readers go on beside them.

What opening checks:

    every page against its HMAC      always: what is not as it was written is found before anything is read
    how the pages hang together      the first time of a day, after the app was killed, and before a migration: a page
                                     that the storage put back to an older state fits its HMAC; takes ten times as long
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, create_engine

from mobile_app.storage.cipher import expect_cipher, load_cipher
from mobile_app.storage.files import disk_faults
from mobile_app.storage.migrations import migrate
from mobile_app.storage.one_process import FolderHold
from mobile_app.storage.reserve import Reserve
from mobile_app.storage.tables import SCHEMA_VERSION, DeviceRow, TabletTable
from mobile_app.storage.turns import Turns
from shared.crypto.keyring import DataKey
from shared.errors import Locked, StoreDamaged, StoreFull, StoreUnusable

CHECKED = "checked"
"""The file beside the encrypted one that holds the day on which all of it was checked last."""

_BUSY_TIMEOUT_MS = 20_000
_STEPS_BETWEEN_LOOKS = 5_000
"""How many steps a long statement goes before it looks whether the tablet was locked: some milliseconds."""
_SETTINGS: tuple[tuple[str, str, object], ...] = (
    ("cipher_memory_security", "ON", "1"),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("temp_store", "MEMORY", 2),
    ("secure_delete", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("busy_timeout", str(_BUSY_TIMEOUT_MS), _BUSY_TIMEOUT_MS),
)


class Database:
    """The open file. After `close` every use says that the tablet is locked."""

    def __init__(self, path: Path, key: DataKey, driver: ModuleType) -> None:
        self._hold = FolderHold(path.parent)
        self._key: DataKey | None = key
        self._engine: Engine | None = _engine(path, key, driver)
        self._reserve = Reserve(path.parent)
        self.generation = 0
        """Grows with every change of anything but drafts: what was counted then still holds after an answer."""
        self._turns = Turns()
        self._in_use = 0
        self._idle = threading.Condition()

    @classmethod
    def create(cls, path: Path, key: DataKey, device: DeviceRow) -> Database:
        """Make the file with its tables and the device's row. The path must be free."""
        driver = load_cipher()
        with disk_faults():
            # Made here so that its mode is 0600 from the first byte; SQLite takes an empty file for a new one.
            path.touch(mode=0o600, exist_ok=False)
        database = cls(path, key, driver)
        try:
            with database.writing() as session:
                connection = session.connection()
                TabletTable.metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
                session.add(device)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def open(cls, path: Path, key: DataKey, today: date | None = None) -> Database:
        """Open the file, check it, and bring an older one up to date: whole, or not at all.

        With `today`, how its pages hang together is checked only where that was not done today (see above).

        Raises:
            StoreDamaged: it is missing, is not opened by this key, or fails a check. It was left as it is.
            StoreUnusable: it was written by a newer version.
            StoreInUse: another process has it open.
            CipherMissing: nothing was opened.
        """
        driver = load_cipher()
        try:
            is_there = path.stat().st_size > 0
        except OSError:
            is_there = False
        if not is_there:
            # Opening would make a new, empty file in the place of the lost one.
            raise StoreDamaged
        is_checked = today is not None and _was_closed(path) and _day_of_check(path) == today.isoformat()
        database = cls(path, key, driver)
        try:
            with database.reading() as session:
                version = _check_pages(session.connection())
                if not is_checked or version < SCHEMA_VERSION:
                    # Forgotten first: if the check fails, the next one must not be left out.
                    _note_check(path, None)
                    _check_structure(session.connection())
                    _note_check(path, today)
            if version < SCHEMA_VERSION:
                with database.writing() as session:
                    migrate(session.connection(), version)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the file."""
        with self._session(is_writing=False) as session:
            yield session

    @contextmanager
    def writing(self, *, only_drafts: bool = False) -> Iterator[Session]:
        """Give a session whose changes are committed together, durably, or not at all.

        Raises:
            StoreFull: none of the changes was made.
        """
        try:
            with self._turns.take(), self._session(is_writing=True) as session:
                yield session
                session.commit()
                if not only_drafts:
                    self.generation += 1
        except StoreUnusable:
            # If the disk is full, the next try then goes through and the case in hand can be ended. Some file systems
            # say that as an I/O error.
            self._reserve.give_back()
            raise

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits to write, or to lock the tablet: a long transaction should come to its end."""
        return self._turns.are_awaited or self._engine is None

    @property
    def was_awaited_lately(self) -> bool:
        """Whether somebody waited to write within the last seconds, and may do so again."""
        return self._turns.were_awaited_lately

    def forget_deleted(self) -> None:
        """Empty the log of writes, where what was deleted would still stand, encrypted, until it is written over.

        Where a reader is under way it stays until the next time: what was deleted is deleted all the same.
        """
        with self._turns.take(), self._session(is_writing=False) as session:
            connection = session.connection()
            connection.rollback()
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def outside_transactions(self) -> Iterator[Any]:
        """Give the driver's own connection, for a statement that no transaction can hold. `close` ends that statement.

        Raises:
            Locked: the tablet was locked meanwhile.
        """
        with self._session(is_writing=False) as session:
            connection = session.connection()
            connection.rollback()
            raw: Any = connection.connection.dbapi_connection
            raw.set_progress_handler(lambda: self._engine is None, _STEPS_BETWEEN_LOOKS)
            try:
                yield raw
            except Exception:
                # A statement that is ended while it opens a file fails in other words than "interrupted".
                if self._engine is None:
                    raise Locked("The tablet is locked. Enter the PIN to go on.") from None
                raise
            finally:
                raw.set_progress_handler(None, 0)

    @contextmanager
    def _session(self, *, is_writing: bool) -> Iterator[Session]:
        with self._idle:
            engine = self._engine
            if engine is None:
                raise Locked("The tablet is locked. Enter the PIN to go on.")
            self._in_use += 1
        try:
            with _faults(), Session(engine.execution_options(is_writing=is_writing), expire_on_commit=False) as session:
                yield session
        finally:
            with self._idle:
                self._in_use -= 1
                self._idle.notify_all()

    @property
    def key(self) -> DataKey:
        """The key, to wrap it for one more user."""
        if self._key is None:
            raise Locked("The tablet is locked. Enter the PIN to go on.")
        return self._key

    def close(self) -> None:
        """Close the file and forget the key. Waits for a transaction that is under way; later ones are refused."""
        with self._idle:
            engine, self._engine = self._engine, None
            key, self._key = self._key, None
            self._idle.wait_for(lambda: self._in_use == 0)
        if engine is not None:
            engine.dispose()
        self._hold.let_go()
        if key is not None:
            key.forget()


def _engine(path: Path, key: DataKey, driver: ModuleType) -> Engine:
    def connect() -> Any:
        # Transactions are begun by the event below; the driver's own way would begin them too late. Statements that are
        # kept ready use up the few small pieces of memory that a connection has at hand; each further one is locked
        # and wiped (cipher_memory_security) at the cost of two calls of the system, which made every row three times
        # as dear as preparing its statement anew.
        connection = driver.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=0)
        try:
            _prepare(connection, key)
        except BaseException:
            connection.close()
            raise
        return connection

    # Without hiding them, an error of the driver would carry the values of its statement: a patient's.
    engine = create_engine(
        "sqlite://", creator=connect, module=driver, poolclass=QueuePool, pool_size=2, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _prepare(connection: Any, key: DataKey) -> None:
    connection.execute(f"PRAGMA key = \"x'{key.raw().hex()}'\"")
    expect_cipher(connection)
    # Reading the schema is what shows whether the key is the right one, before anything is set.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise StoreUnusable("The case file cannot be opened safely on this tablet. Nothing was changed.")
    connection.enable_load_extension(False)


def _was_closed(path: Path) -> bool:
    """Tell whether the file was closed in order. What was killed leaves a log of writes behind."""
    log = path.with_name(f"{path.name}-wal")
    return not log.exists() or log.stat().st_size == 0


def _day_of_check(path: Path) -> str:
    try:
        return path.with_name(CHECKED).read_text()
    except (OSError, UnicodeError):
        return ""


def _note_check(path: Path, day: date | None) -> None:
    # Where it cannot be noted, as on a full disk, the next opening checks again.
    note = path.with_name(CHECKED)
    with suppress(OSError):
        note.unlink(missing_ok=True)
        if day is not None:
            note.touch(mode=0o600)
            note.write_text(day.isoformat())


def _check_pages(connection: Connection) -> int:
    """Check each page of the file against its HMAC, and return the version."""
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > SCHEMA_VERSION:
        raise StoreUnusable("The case file belongs to a newer Handwise. It was left as it is; install the update.")
    if version < 1:
        raise StoreDamaged
    # The check of the cipher looks at the main file alone: 60 of 3,000 crash states gave false alarms before the log
    # was written back, none after it.
    connection.rollback()
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if raw.execute("PRAGMA cipher_integrity_check").fetchall():
        raise StoreDamaged
    return version


def _check_structure(connection: Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    if raw.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
        raise StoreDamaged


@contextmanager
def _faults() -> Iterator[None]:
    """Turn the driver's errors into the sentence for them."""
    try:
        yield
    except Exception as fault:
        words = str(getattr(fault, "orig", fault))
        if not isinstance(fault, DatabaseError) and type(fault).__module__ != "sqlcipher3.dbapi2":
            raise
        if "interrupted" in words:
            raise Locked("The tablet is locked. Enter the PIN to go on.") from None
        if "database or disk is full" in words:
            raise StoreFull from None
        if "not a database" in words or "malformed" in words:
            raise StoreDamaged from None
        if "disk I/O error" in words or "unable to open" in words or "readonly" in words or "locked" in words:
            raise StoreUnusable("The tablet's storage cannot be used. Nothing saved so far was changed.") from None
        raise
