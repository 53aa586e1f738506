"""The device secret on Android (`DeviceSecretStore` in `mobile_app/locked_ports.py`).

It is wrapped by a key that never leaves the Keystore.

    secret (32 bytes) ──sealed by the Keystore's key──▶ file: "HWK1" | 12 bytes nonce | 32 bytes sealed | 16 bytes tag

A copy of all files of the tablet holds the wrapped secret only; the key that opens it cannot be copied, not even by
this app. The key itself is behind `WrappingKey`, which `android.py` provides.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Protocol

from mobile_app.device.device_secret import SECRET_BYTES
from mobile_app.device.durable_file import replace_file
from shared.errors import StoreUnusable
from shared.sentence import phrase

_MAGIC = b"HWK1"
NONCE_BYTES, TAG_BYTES = 12, 16
_FILE_BYTES = len(_MAGIC) + NONCE_BYTES + SECRET_BYTES + TAG_BYTES
_NO_ANSWER = phrase("The tablet's key store does not answer. Restart the tablet, then try again.")
_UNREADABLE = phrase("The tablet's own secret cannot be read. Nothing was changed.")
_UNWRITABLE = phrase("The tablet's secret cannot be written. Free some space, then try again.")


class KeystoreFault(Exception):
    """The Keystore did not answer; it may the next time."""


class WrappingKey(Protocol):
    """An AES-256-GCM key that encrypts and decrypts and is never seen."""

    def seal(self, secret: bytes) -> tuple[bytes, bytes]:
        """Return a fresh nonce and the sealed secret with its tag. The key is made where there is none yet.

        Raises:
            KeystoreFault: nothing was sealed.
        """
        ...

    def unseal(self, nonce: bytes, sealed: bytes) -> bytes | None:
        """Return the secret, or None if this key did not seal it or there is no key any more.

        Raises:
            KeystoreFault: it is not known which.
        """
        ...


class KeystoreDeviceSecret:
    """The device secret in a file that only this device's Keystore opens."""

    def __init__(self, path: Path, key: WrappingKey) -> None:
        self._path = path
        self._key = key

    def load(self) -> bytes | None:
        """Return the secret, None if there is none yet, or no bytes at all if what is there opens nothing any more.

        Raises:
            StoreUnusable: the file or the Keystore does not answer.
        """
        try:
            with self._path.open("rb") as file:
                content = file.read(_FILE_BYTES + 1)
            if len(content) != _FILE_BYTES or not content.startswith(_MAGIC):
                return b""
            rest = content[len(_MAGIC) :]
            return self._key.unseal(rest[:NONCE_BYTES], rest[NONCE_BYTES:]) or b""
        except FileNotFoundError:
            return None
        except (OSError, KeystoreFault):
            raise StoreUnusable(_UNREADABLE) from None

    def create(self) -> bytes:
        """Make and keep a new secret. A damaged one, which opens nothing any more, gives way.

        Raises:
            StoreFull, StoreUnusable: it cannot be sealed, written and read back, or there is one already: replacing it
                would lose the store.
        """
        if self.load():
            raise StoreUnusable(phrase("This tablet has its secret already; it is not replaced."))
        secret = secrets.token_bytes(SECRET_BYTES)
        try:
            nonce, sealed = self._key.seal(secret)
            # Some Keystores seal what they cannot open again. Found out now, nothing is lost by it.
            if len(nonce) != NONCE_BYTES or self._key.unseal(nonce, sealed) != secret:
                raise KeystoreFault
        except KeystoreFault:
            raise StoreUnusable(_NO_ANSWER) from None
        replace_file(self._path, _MAGIC + nonce + sealed, if_unusable=_UNWRITABLE)
        return secret
