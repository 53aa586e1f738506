"""The form of a backup: one file that is opaque without the recovery code.

    database    the encrypted file of the tablet, as SQLCipher wrote it
    header      canonical JSON: the day it was made, the size of the database, the data key wrapped by the recovery code
    length      of the header, 4 bytes │ version 2 bytes │ mark 16 bytes
    seal        HMAC-SHA256 of everything before, under HKDF(data key, "backup/v1")
    checksum    SHA-256 of everything before

The mark and the checksum stand at the end of every version, so damage is told apart from a newer version, and both
before anybody types a code. The checksum finds what a medium did; the seal, what a person did. The database stands
first so that it is written once, straight to where the backup goes: a full tablet can still be backed up to a stick.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from mobile_app.storage.files import disk_faults
from shared.canonical import canonical_json, read_json
from shared.crypto.key_derivation import derive_key
from shared.crypto.keyring import DataKey
from shared.crypto.recovery_key import RecoveryWrap
from shared.errors import BackupUnusable, InvalidInput, StoreUnusable

VERSION = 1
SUFFIX = ".hwb"
_MARK = b"HANDWISE BACKUP\n"
_DIGEST = 32
_FOOT = 4 + 2 + len(_MARK)
_MAX_HEADER = 64 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupHeader:
    """What a backup says without the code: nothing of any patient. `size` is the database's, in bytes."""

    made_on: date
    size: int
    recovery: RecoveryWrap


def finish_backup(file: BinaryIO, header: BackupHeader, key: DataKey) -> None:
    """Add header, seal and checksum behind the database, which is all that the file holds so far; then fsync."""
    body = canonical_json(
        {"made_on": header.made_on.isoformat(), "size": header.size, "recovery": header.recovery.to_json()}
    )
    foot = body + len(body).to_bytes(4, "big") + VERSION.to_bytes(2, "big") + _MARK
    seal, checksum = _new_seal(key), hashlib.sha256()
    file.seek(0)
    left = header.size
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise BackupUnusable("The backup was changed while it was written. Make it again.")
        seal.update(piece)
        checksum.update(piece)
        left -= len(piece)
    seal.update(foot)
    checksum.update(foot + seal.digest())
    file.seek(header.size)
    file.write(foot + seal.digest() + checksum.digest())
    file.flush()
    os.fsync(file.fileno())


def read_header(path: Path) -> BackupHeader:
    """Read the whole file, check it for damage, and return its header.

    Raises:
        BackupUnusable: it is none, is damaged, or belongs to a newer Handwise.
        StoreUnusable: it cannot be read.
    """
    with _opened(path) as file:
        size = file.seek(0, os.SEEK_END)
        end = size - 2 * _DIGEST
        if end < _FOOT:
            raise _not_one()
        file.seek(end - _FOOT)
        foot = file.read(_FOOT)
        if foot[-len(_MARK) :] != _MARK:
            raise _not_one()
        file.seek(size - _DIGEST)
        checksum = file.read(_DIGEST)
        if not hmac.compare_digest(_hash_up_to(file, size - _DIGEST, hashlib.sha256()), checksum):
            raise _damaged()
        version, length = int.from_bytes(foot[4:6], "big"), int.from_bytes(foot[:4], "big")
        if version > VERSION:
            raise BackupUnusable("This backup was made by a newer Handwise. Install the update, then restore it.")
        start = end - _FOOT - length
        if length > _MAX_HEADER or start <= 0:
            raise _damaged()
        file.seek(start)
        return _header_of(file.read(length), start)


def check_seal(path: Path, key: DataKey) -> None:
    """Check that whoever wrote the file had the key.

    Raises:
        BackupUnusable: somebody changed it.
    """
    with _opened(path) as file:
        end = file.seek(0, os.SEEK_END) - 2 * _DIGEST
        file.seek(end)
        seal = file.read(_DIGEST)
        if not hmac.compare_digest(_hash_up_to(file, end, _new_seal(key)), seal):
            raise _damaged()


def copy_database_out(path: Path, header: BackupHeader, into: Path) -> None:
    """Write the database of a checked backup to a new file, with mode 0600, durably.

    Raises:
        StoreFull, StoreUnusable: there is no room for it.
    """
    with disk_faults(), _opened(path) as file:
        handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as target:
            left = header.size
            while left:
                piece = file.read(min(_PIECE, left))
                if not piece:
                    raise _damaged()
                target.write(piece)
                left -= len(piece)
            target.flush()
            os.fsync(target.fileno())


def _opened(path: Path) -> BinaryIO:
    try:
        # A name that no system takes is a ValueError; what is no file, such as a pipe, would never end.
        if not path.is_file():
            raise OSError
        return path.open("rb")
    except (OSError, ValueError):
        raise StoreUnusable("This file cannot be read. Look whether it is still there.") from None


def _header_of(raw: bytes, size: int) -> BackupHeader:
    try:
        body = read_json(raw)
        header = BackupHeader(
            date.fromisoformat(body["made_on"]), int(body["size"]), RecoveryWrap.from_json(body["recovery"])
        )
    except (InvalidInput, KeyError, TypeError, ValueError):
        raise _damaged() from None
    if header.size != size:
        raise _damaged()
    return header


def _hash_up_to(file: BinaryIO, end: int, digest: hashlib._Hash | hmac.HMAC) -> bytes:
    file.seek(0)
    left = end
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            break
        digest.update(piece)
        left -= len(piece)
    return digest.digest()


def _new_seal(key: DataKey) -> hmac.HMAC:
    # The salt may be empty: the data key is random, and the purpose keeps this key apart from all others.
    return hmac.new(derive_key(key.raw(), salt=b"", info="backup/v1"), digestmod=hashlib.sha256)


def _not_one() -> BackupUnusable:
    return BackupUnusable("This file is no backup of Handwise, or a part of it is missing. Choose another one.")


def _damaged() -> BackupUnusable:
    return BackupUnusable("This backup is damaged. It was left as it is; choose another one.")
