"""Making a backup: one file in a folder of the user's choice, whole and checked before it gets its name.

    copy ──▶ opened and checked ──▶ header, seal, checksum ──▶ fsync ──▶ read again from the medium ──▶ renamed

Until the last step it has another name, and no backup that is there already is touched, so a full stick, a killed app
or a pulled plug leaves the older ones as they were. A name says when a backup was made and nothing else.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlmodel import Session

from mobile_app.locked_ports import BackupMade
from mobile_app.storage.backup_file import SUFFIX, BackupHeader, check_seal, finish_backup, read_header
from mobile_app.storage.database import Database
from mobile_app.storage.database_copy import check_copy, copy_database
from mobile_app.storage.files import sync_folder
from mobile_app.storage.tables import SettingRow
from shared.canonical import canonical_json, read_json
from shared.crypto.keyring import DataKey
from shared.crypto.recovery_key import RecoveryWrap
from shared.errors import BackupNotMade, BackupUnusable, InvalidInput, StoreFull, StoreUnusable

_LAST = "last_backup"
_SPARE_BYTES = 1024 * 1024


def write_backup(database: Database, recovery: RecoveryWrap, folder: Path, now: datetime) -> BackupMade:
    """Write a backup of the open file into a folder and note it.

    Raises:
        BackupNotMade: there is no room or no right to write; backups that were there before still are.
        Locked: the tablet was locked meanwhile; nothing is left of it.
    """
    if not folder.is_absolute():
        # It would stand wherever the app was started, and nobody would find it.
        raise _cannot_write()
    # One of its own: locking the tablet overwrites the key of the open file.
    key = DataKey(database.key.raw())
    with _faults_of(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _expect_room(database, folder)
        half = folder / f"handwise.{secrets.token_hex(4)}.part"
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            copy_database(database, half)
            facts = check_copy(half, key)
            with half.open("r+b") as file:
                finish_backup(file, BackupHeader(now.date(), half.stat().st_size, recovery), key)
                _forget_pages(file)
            read_header(half)
            check_seal(half, key)
            size = half.stat().st_size
            path = _take_name(half, folder, now)
            _sync(folder)
        finally:
            key.forget()
            half.unlink(missing_ok=True)
    made = BackupMade(path.name, str(folder), now, facts.cases, size)
    # The backup is there; a tablet that is too full to note it must not say that it is not.
    with suppress(StoreFull), database.writing() as session:
        _note(session, made)
    return made


def last_backup(database: Database) -> BackupMade | None:
    """Return the last one that this tablet noted; it may have been deleted since."""
    with database.reading() as session:
        row = session.get(SettingRow, _LAST)
        if row is None:
            return None
        try:
            body = read_json(row.value.encode())
            made_at = datetime.fromisoformat(body["made_at"])
            return BackupMade(body["name"], body["folder"], made_at, int(body["cases"]), int(body["size"]))
        except (InvalidInput, KeyError, TypeError, ValueError):
            return None


def _note(session: Session, made: BackupMade) -> None:
    value = {
        "name": made.name,
        "folder": made.folder,
        "made_at": made.made_at.isoformat(),
        "cases": made.cases,
        "size": made.size,
    }
    session.merge(SettingRow(name=_LAST, value=canonical_json(value).decode()))


def _expect_room(database: Database, folder: Path) -> None:
    with database.reading() as session:
        connection = session.connection()
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        size = pages * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    if shutil.disk_usage(folder).free < size + _SPARE_BYTES:
        raise _no_room()


def _take_name(half: Path, folder: Path, now: datetime) -> Path:
    """Give the file its name, a new one: no older backup is replaced."""
    stem = now.strftime("handwise-%Y-%m-%d-%H%M")
    path, number = folder / f"{stem}{SUFFIX}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{SUFFIX}"
    os.rename(half, path)
    return path


def _forget_pages(file: BinaryIO) -> None:
    """Let the system read the file from the medium the next time, not from its memory."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as fault:
        # Some file systems of sticks and shared folders know no fsync of a folder.
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES):
            raise


@contextmanager
def _faults_of(folder: Path) -> Iterator[None]:
    """Turn what goes wrong with the chosen folder into a sentence about it, not about the tablet."""
    try:
        yield
    except (StoreFull, BackupNotMade):
        raise _no_room() from None
    except BackupUnusable:
        raise BackupNotMade("What was written there cannot be read again. Choose another folder or stick.") from None
    except StoreUnusable:
        raise _cannot_write() from None
    except ValueError:
        # A name that no system takes.
        raise _cannot_write() from None
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise _no_room() from None
        raise _cannot_write() from None


def _no_room() -> BackupNotMade:
    return BackupNotMade("There is not enough room for the backup. Free some space, or choose another folder.")


def _cannot_write() -> BackupNotMade:
    return BackupNotMade("The backup cannot be written there. Choose another folder or stick.")
