"""The secret that binds the encrypted store to this tablet.

What it protects: a PIN has few digits, and whoever holds the files can try them all in hours. With the secret mixed
into the key, the files of the store alone are worthless: a copy or a backup of them cannot be opened without it.

What it does not protect: here it is a file that only this user account can read. Who takes the whole tablet takes the
secret too, unless the tablet's own storage is encrypted. A hardware keystore, from which no secret can be copied, fits
behind the same interface (`DeviceSecretStore` in `mobile_app/locked_ports.py`).
"""

from __future__ import annotations

import secrets
from pathlib import Path

from mobile_app.device.durable_file import replace_file
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
        """Make and keep a new secret. A damaged one, which opens nothing any more, gives way.

        Raises:
            StoreFull, StoreUnusable: it cannot be written, or there is one already: replacing it would lose the store.
        """
        found = self.load()
        if found is not None and len(found) == SECRET_BYTES:
            raise StoreUnusable("This tablet has its secret already; it is not replaced.")
        secret = secrets.token_bytes(SECRET_BYTES)
        replace_file(
            self._path, secret, if_unusable="The tablet's secret cannot be written. Free some space, then try again."
        )
        return secret
