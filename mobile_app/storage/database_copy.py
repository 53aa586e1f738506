"""A copy of the open, encrypted file as it stands at one moment, under the same key.

VACUUM INTO reads one state of the file: writers go on beside it, and what they save meanwhile is not in the copy. What
it writes is encrypted from the first byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mobile_app.storage.cipher import load_cipher
from mobile_app.storage.database import Database
from shared.crypto.keyring import DataKey
from shared.errors import BackupUnusable


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy holds."""

    cases: int
    entries: int


def copy_database(database: Database, into: Path) -> None:
    """Write the copy into an empty file. Locking the tablet ends it.

    Raises:
        StoreFull, StoreUnusable: it cannot be written.
        Locked: the tablet was locked meanwhile.
    """
    with database.outside_transactions() as raw:
        raw.execute("VACUUM INTO ?", (str(into),))


def check_copy(path: Path, key: DataKey) -> CopyFacts:
    """Open a copy as nobody changes it, check all of it, and count.

    Raises:
        BackupUnusable: it does not open with the key, or a check fails.
    """
    driver = load_cipher()
    try:
        # As an address, so that it is opened for reading only: not even a journal is made beside it.
        raw = driver.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            return _facts(raw, key)
        finally:
            raw.close()
    except driver.DatabaseError:
        raise _unreadable() from None


def _facts(raw: Any, key: DataKey) -> CopyFacts:
    raw.execute(f"PRAGMA key = \"x'{key.raw().hex()}'\"")
    raw.execute("PRAGMA cipher_memory_security = ON")
    raw.execute("PRAGMA trusted_schema = OFF")
    raw.enable_load_extension(False)
    if raw.execute("PRAGMA cipher_integrity_check").fetchall():
        raise _unreadable()
    if raw.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
        raise _unreadable()
    cases = raw.execute("SELECT count(*) FROM case_index").fetchone()[0]
    return CopyFacts(cases, raw.execute("SELECT count(*) FROM entry").fetchone()[0])


def _unreadable() -> BackupUnusable:
    return BackupUnusable("This backup is damaged. It was left as it is; choose another one.")
