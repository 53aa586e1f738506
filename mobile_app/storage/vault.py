"""The locked tablet: who may open it, and opening it (`Vault` in `mobile_app/ports.py`).

    keyring.json        users and, for each, the data key wrapped by PIN and device secret    readable without a PIN
    keyring.copy.json   the same: a lost key is every case lost
    tries.json          how many tries each user has used                                     readable without a PIN
    cases.db            everything else                                                       encrypted

The device secret stands elsewhere (`mobile_app/device`). The keyring is written last when a store is made: without it
there is no store, with it the store is whole.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mobile_app.ports import CaseStore, Clock, DeviceSecretStore, Stopwatch, UserAccount
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.database import Database, load_cipher
from mobile_app.storage.files import disk_faults, sync_folder, write_durably
from mobile_app.storage.tables import DeviceRow
from mobile_app.storage.throttle import Throttle
from shared.canonical import canonical_json, read_json
from shared.crypto.aead import SealBroken
from shared.crypto.key_derivation import default_parameters
from shared.crypto.keyring import DEVICE_SECRET_BYTES, DataKey, WrappedKey, unwrap, wrap
from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput, StoreDamaged, StoreFull, StoreUnusable, WrongPin
from shared.privacy.policy import PrivacyPolicy

MIN_PIN_DIGITS = 6
MAX_PIN_CHARACTERS = 64
MAX_NAME = 80
KEYRING = "keyring.json"
KEYRING_COPY = "keyring.copy.json"
TRIES = "tries.json"
CASES = "cases.db"
_KEYRING_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Keyring:
    """The users in the order they were added, each with his wrapped key."""

    users: tuple[tuple[UserAccount, WrappedKey], ...]

    def wrapped(self, user_id: str) -> tuple[UserAccount, WrappedKey] | None:
        return next((pair for pair in self.users if pair[0].user_id == user_id), None)

    def with_user(self, user: UserAccount, wrapped: WrappedKey) -> _Keyring:
        """Return the keyring with this user, in his place if he is in it already."""
        if self.wrapped(user.user_id) is None:
            return _Keyring((*self.users, (user, wrapped)))
        return _Keyring(
            tuple((user, wrapped) if one.user_id == user.user_id else (one, key) for one, key in self.users)
        )

    def without_user(self, user_id: str) -> _Keyring:
        return _Keyring(tuple(pair for pair in self.users if pair[0].user_id != user_id))


class TabletVault:
    """The vault in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        device_secret: DeviceSecretStore,
        policy: PrivacyPolicy,
        clock: Clock,
        stopwatch: Stopwatch,
    ) -> None:
        self._folder = folder
        self._device_secret = device_secret
        self._policy = policy
        self._clock = clock
        self._stopwatch = stopwatch

    def users(self) -> Sequence[UserAccount]:
        keyring = self._read_keyring()
        return () if keyring is None else tuple(user for user, _ in keyring.users)

    def create(self, name: str, role: str, pin: str) -> UserAccount:
        _check_new_user(name, role, pin)
        if self._read_keyring() is not None:
            raise StoreUnusable("This tablet is set up already. Choose a user and enter the PIN.")
        load_cipher()
        with disk_faults():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = self._device_secret.load()
        if secret is None:
            secret = self._device_secret.create()
        self._put_aside_unfinished_file()
        user = UserAccount(secrets.token_hex(8), name.strip(), role)
        device = DeviceRow(device=secrets.token_hex(8), signing_key=SigningKey.generate().private_bytes)
        key = DataKey.generate()
        wrapped = wrap(key, pin=pin, device_secret=secret, user_id=user.user_id, role=role, device=device.device)
        Database.create(self._folder / CASES, key, device).close()
        with disk_faults():
            sync_folder(self._folder)
        self._throttle(secret, ()).start()
        self._write_keyring(_Keyring(((user, wrapped),)))
        return user

    def unlock(self, user_id: str, pin: str) -> EncryptedCaseStore:
        load_cipher()
        user, key = self._open_wrap(user_id, pin)
        return EncryptedCaseStore(Database.open(self._folder / CASES, key), user, self._policy, self._clock)

    def confirm_pin(self, store: CaseStore, pin: str) -> None:
        _expect_open(store)
        _, key = self._open_wrap(store.user.user_id, pin)
        key.forget()

    def _open_wrap(self, user_id: str, pin: str) -> tuple[UserAccount, DataKey]:
        """Return the user and the data key, after counting the try."""
        user, wrapped = self._expect_user(user_id)
        secret = self._expect_secret()
        throttle = self._throttle(secret, (one.user_id for one in self.users()))
        wait_s = throttle.seconds_until_next_try(user_id)
        if wait_s:
            raise WrongPin(wait_s)
        throttle.count_try(user_id)
        try:
            key = unwrap(wrapped, pin=pin, device_secret=secret)
        except SealBroken:
            raise WrongPin(throttle.seconds_until_next_try(user_id)) from None
        except InvalidInput:
            raise StoreDamaged from None
        # The PIN was right. A disk that is too full to note it must not keep the cases shut.
        with suppress(StoreFull):
            throttle.forgive(user_id)
            if wrapped.parameters.is_weaker_than(default_parameters()):
                self._set_wrap(user, key, pin, secret, wrapped.device)
        return user, key

    def seconds_until_next_try(self, user_id: str) -> int:
        secret = self._device_secret.load()
        if secret is None or len(secret) != DEVICE_SECRET_BYTES:
            return 0
        return self._throttle(secret, (one.user_id for one in self.users())).seconds_until_next_try(user_id)

    def add_user(self, store: CaseStore, name: str, role: str, pin: str) -> UserAccount:
        _check_new_user(name, role, pin)
        user = UserAccount(secrets.token_hex(8), name.strip(), role)
        opened = _own(store)
        self._set_wrap(user, opened.database.key, pin, self._expect_secret(), opened.device)
        return user

    def set_pin(self, store: CaseStore, user_id: str, pin: str) -> None:
        opened = _own(store)
        user, _ = self._expect_user(user_id)
        _check_pin(pin)
        secret = self._expect_secret()
        self._set_wrap(user, opened.database.key, pin, secret, opened.device)
        self._throttle(secret, (one.user_id for one in self.users())).forgive(user_id)

    def rename_user(self, store: CaseStore, user_id: str, name: str) -> UserAccount:
        _expect_open(store)
        _check_name(name)
        user, wrapped = self._expect_user(user_id)
        renamed = UserAccount(user.user_id, name.strip(), user.role)
        self._write_keyring(self._expect_keyring().with_user(renamed, wrapped))
        return renamed

    def remove_user(self, store: CaseStore, user_id: str) -> None:
        _expect_open(store)
        self._expect_user(user_id)
        left = self._expect_keyring().without_user(user_id)
        if not left.users:
            raise InvalidInput("user", "is the only one; add another user first")
        self._write_keyring(left)

    def _set_wrap(self, user: UserAccount, key: DataKey, pin: str, secret: bytes, device: str) -> None:
        keyring = self._expect_keyring()
        wrapped = wrap(key, pin=pin, device_secret=secret, user_id=user.user_id, role=user.role, device=device)
        self._write_keyring(keyring.with_user(user, wrapped))

    def _expect_keyring(self) -> _Keyring:
        keyring = self._read_keyring()
        if keyring is None:
            raise StoreDamaged
        return keyring

    def _expect_user(self, user_id: str) -> tuple[UserAccount, WrappedKey]:
        keyring = self._read_keyring()
        found = None if keyring is None else keyring.wrapped(user_id)
        if found is None:
            raise WrongPin(0)
        return found

    def _expect_secret(self) -> bytes:
        secret = self._device_secret.load()
        if secret is None:
            raise StoreUnusable("This tablet's secret is missing, so the case file cannot be opened. Restore a backup.")
        if len(secret) != DEVICE_SECRET_BYTES:
            # Taken as it is, it would make every PIN a wrong one, and the count of tries look tampered with.
            raise StoreUnusable("This tablet's secret is damaged, so the case file cannot be opened. Restore a backup.")
        return secret

    def _throttle(self, secret: bytes, user_ids: Any) -> Throttle:
        return Throttle(self._folder / TRIES, secret, self._stopwatch, user_ids)

    def _put_aside_unfinished_file(self) -> None:
        # A case file without a keyring cannot be opened by anyone: setting up was cut short, or the keyring was lost.
        # It is kept under another name; nothing is ever overwritten.
        path = self._folder / CASES
        with disk_faults():
            if path.exists():
                aside = secrets.token_hex(4)
                for suffix in ("", "-wal", "-shm"):
                    part = path.with_name(path.name + suffix)
                    if part.exists():
                        os.replace(part, part.with_name(f"{CASES}.unopenable-{aside}{suffix}"))

    def _read_keyring(self) -> _Keyring | None:
        """Return the keyring, from its copy if it is lost or damaged; None if there is neither: nothing was set up."""
        try:
            keyring = self._read_one_keyring(KEYRING)
        except StoreDamaged:
            copy = self._read_one_keyring(KEYRING_COPY)
            if copy is None:
                raise
            return copy
        return self._read_one_keyring(KEYRING_COPY) if keyring is None else keyring

    def _read_one_keyring(self, name: str) -> _Keyring | None:
        try:
            raw = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise StoreUnusable("The tablet's storage cannot be read. Nothing was changed.") from None
        try:
            body = read_json(raw)
            if body["version"] != _KEYRING_VERSION:
                raise StoreUnusable("This tablet was set up by a newer Handwise. Install the update.")
            return _Keyring(tuple(_user_of(row) for row in body["users"]))
        except (InvalidInput, KeyError, TypeError):
            raise StoreDamaged from None

    def _write_keyring(self, keyring: _Keyring) -> None:
        rows = [{"name": user.name, "key": wrapped.to_json()} for user, wrapped in keyring.users]
        content = canonical_json({"version": _KEYRING_VERSION, "users": rows})
        # The one that counts comes last, so that an error always means that nothing has changed.
        write_durably(self._folder / KEYRING_COPY, content)
        write_durably(self._folder / KEYRING, content)


def _user_of(row: Any) -> tuple[UserAccount, WrappedKey]:
    wrapped = WrappedKey.from_json(row["key"])
    return UserAccount(wrapped.user_id, str(row["name"]), wrapped.role), wrapped


def _own(store: CaseStore) -> EncryptedCaseStore:
    if not isinstance(store, EncryptedCaseStore):
        raise StoreUnusable("Only the encrypted store has users.")
    return store


def _expect_open(store: CaseStore) -> None:
    # The key is there as long as the store is open: only who could open it may change who can.
    _ = _own(store).database.key


def _check_new_user(name: str, role: str, pin: str) -> None:
    _check_name(name)
    if not role.strip() or len(role) > MAX_NAME:
        raise InvalidInput("role", f"must have 1 to {MAX_NAME} characters")
    _check_pin(pin)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise InvalidInput("name", f"must have 1 to {MAX_NAME} characters")


def _check_pin(pin: str) -> None:
    if not pin.isascii() or not MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_CHARACTERS:
        raise InvalidInput("pin", f"must have at least {MIN_PIN_DIGITS} digits")
    steps = {ord(after) - ord(before) for before, after in zip(pin, pin[1:], strict=False)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise InvalidInput("pin", "must not be a row such as 123456 or 111111")
