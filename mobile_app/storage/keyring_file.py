"""Who may open the tablet, in two files that are readable without a PIN.

    keyring.json        users and, for each, the data key wrapped by PIN and device secret; the key by recovery code
    keyring.copy.json   the same: a lost key is every case lost

Version 2 added the recovery code; a tablet that was set up before has none until somebody makes one. The code itself is
nowhere in it, only the key that it opens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mobile_app.locked_ports import UserAccount
from mobile_app.storage.files import write_durably
from shared.canonical import canonical_json, read_json
from shared.crypto.keyring import WrappedKey
from shared.crypto.recovery_key import RecoveryWrap
from shared.errors import InvalidInput, StoreDamaged, StoreUnusable

KEYRING = "keyring.json"
KEYRING_COPY = "keyring.copy.json"
_VERSION = 2
_WITHOUT_RECOVERY = 1


@dataclass(frozen=True, slots=True)
class Keyring:
    """The users in the order they were added, each with his wrapped key; `recovery` None: there is no code yet."""

    users: tuple[tuple[UserAccount, WrappedKey], ...]
    recovery: RecoveryWrap | None = None

    def wrapped(self, user_id: str) -> tuple[UserAccount, WrappedKey] | None:
        return next((pair for pair in self.users if pair[0].user_id == user_id), None)

    def with_user(self, user: UserAccount, wrapped: WrappedKey) -> Keyring:
        """Return the keyring with this user, in his place if he is in it already."""
        if self.wrapped(user.user_id) is None:
            return replace(self, users=(*self.users, (user, wrapped)))
        users = ((user, wrapped) if one.user_id == user.user_id else (one, key) for one, key in self.users)
        return replace(self, users=tuple(users))

    def without_user(self, user_id: str) -> Keyring:
        return replace(self, users=tuple(pair for pair in self.users if pair[0].user_id != user_id))

    def with_recovery(self, recovery: RecoveryWrap) -> Keyring:
        return replace(self, recovery=recovery)


class KeyringFile:
    """The keyring of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Keyring | None:
        """Return the keyring, from its copy if it is lost or damaged; None if there is neither: nothing was set up."""
        try:
            keyring = self._read_one(KEYRING)
        except StoreDamaged:
            copy = self._read_one(KEYRING_COPY)
            if copy is None:
                raise
            return copy
        return self._read_one(KEYRING_COPY) if keyring is None else keyring

    def expect(self) -> Keyring:
        """Return the keyring of a tablet that was set up."""
        keyring = self.read()
        if keyring is None:
            raise StoreDamaged
        return keyring

    def write(self, keyring: Keyring) -> None:
        """Replace both files, durably before returning."""
        rows = [{"name": user.name, "key": wrapped.to_json()} for user, wrapped in keyring.users]
        recovery = None if keyring.recovery is None else keyring.recovery.to_json()
        content = canonical_json({"version": _VERSION, "users": rows, "recovery": recovery})
        # The one that counts comes last, so that an error always means that nothing has changed.
        write_durably(self._folder / KEYRING_COPY, content)
        write_durably(self._folder / KEYRING, content)

    def _read_one(self, name: str) -> Keyring | None:
        try:
            raw = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise StoreUnusable("The tablet's storage cannot be read. Nothing was changed.") from None
        try:
            body = read_json(raw)
            if body["version"] not in (_VERSION, _WITHOUT_RECOVERY):
                raise StoreUnusable("This tablet was set up by a newer Handwise. Install the update.")
            return Keyring(tuple(_user_of(row) for row in body["users"]), _recovery_of(body))
        except (InvalidInput, KeyError, TypeError):
            raise StoreDamaged from None


def _user_of(row: Any) -> tuple[UserAccount, WrappedKey]:
    wrapped = WrappedKey.from_json(row["key"])
    return UserAccount(wrapped.user_id, str(row["name"]), wrapped.role), wrapped


def _recovery_of(body: Any) -> RecoveryWrap | None:
    if body["version"] == _WITHOUT_RECOVERY or body["recovery"] is None:
        return None
    return RecoveryWrap.from_json(body["recovery"])
