"""The secret that binds the encrypted store to this tablet.

What it protects: a PIN has few digits, and whoever holds the files can try them all in hours. With the secret mixed
into the key, the files of the store alone are worthless: a copy or a backup of them cannot be opened without it.

What it does not protect: here it is a file that only this user account can read. Who takes the whole tablet takes the
secret too, unless the tablet's own storage is encrypted. A hardware keystore, from which no secret can be copied, fits
behind the same interface (`DeviceSecretStore` in `mobile_app/ports.py`).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from shared.errors import StoreUnusable

SECRET_BYTES = 32


class FileDeviceSecret:
    """The device secret as a file with mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        """Return the secret, or None if there is none yet. A file of the wrong length is returned as it is."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise StoreUnusable("The tablet's own secret cannot be read. Nothing was changed.") from None

    def create(self) -> bytes:
        """Make and keep a new secret.

        Raises:
            StoreUnusable: it cannot be written, or there is one already: replacing it would lose the store.
        """
        if self._path.exists():
            raise StoreUnusable("This tablet has its secret already; it is not replaced.")
        secret = secrets.token_bytes(SECRET_BYTES)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written under another name and moved into place, so that half a secret is never found under this one.
            half = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.new")
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                try:
                    if os.write(handle, secret) != SECRET_BYTES:
                        raise OSError
                    os.fsync(handle)
                finally:
                    os.close(handle)
                os.replace(half, self._path)
            finally:
                half.unlink(missing_ok=True)
            _sync_folder(self._path.parent)
        except OSError:
            raise StoreUnusable("The tablet's secret cannot be written. Free some space, then try again.") from None
        return secret


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
