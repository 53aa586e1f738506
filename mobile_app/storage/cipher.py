"""The SQLCipher driver. It is asked for before anything else, so this module loads nothing but it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from shared.errors import CipherMissing


def load_cipher() -> ModuleType:
    """Return the SQLCipher driver. The app calls this before anything else.

    Raises:
        CipherMissing: it is not installed, or it does not encrypt.
    """
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise CipherMissing from None
    driver: ModuleType = dbapi2
    connection = driver.connect(":memory:")
    try:
        expect_cipher(connection)
    finally:
        connection.close()
    return driver


def expect_cipher(connection: Any) -> None:
    """Refuse a connection that would write everything readable.

    Raises:
        CipherMissing: behind the connection is a plain SQLite.
    """
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if version is None or not version[0]:
        raise CipherMissing
