"""The locked tablet: who may open it, and opening it (`Vault` in `mobile_app/ports/vault.py`).

    keyring.json   users and their wrapped keys, with a copy (`keyring_file.py`)    readable without a PIN
    tries.json     how many tries each user has used                               readable without a PIN
    cases.db       everything else                                                 encrypted
    checked        the day on which all of it was checked last (`database.py`)     readable without a PIN
    reserve        room for the day when the disk is full (`reserve.py`)           empty

Beside each user's PIN, the recovery code opens the key; it needs no device secret. That secret stands elsewhere
(`mobile_app/device`). The keyring is written last when a store is made: without it there is no store, with it the store
is whole.

Users and waits are shown before the PIN, so what opens the file is imported where it is opened, not here.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mobile_app.locked_ports import Clock, DeviceSecretStore, Stopwatch, UserAccount, expect_good_pin
from mobile_app.storage.cipher import load_cipher
from mobile_app.storage.files import disk_faults, sync_folder
from mobile_app.storage.keyring_file import KEYRING, Keyring, KeyringFile
from mobile_app.storage.reserve import Reserve
from mobile_app.storage.throttle import Throttle
from shared.crypto.aead import SealBroken
from shared.crypto.key_derivation import default_parameters
from shared.crypto.keyring import DEVICE_SECRET_BYTES, DataKey, WrappedKey, unwrap, wrap
from shared.crypto.recovery_code import RecoveryCode
from shared.crypto.recovery_key import RecoveryWrap, unwrap_with_code, wrap_for_recovery
from shared.errors import InvalidInput, StoreDamaged, StoreFull, StoreUnusable, WrongPin, WrongRecoveryCode
from shared.sentence import sentence

if TYPE_CHECKING:
    from mobile_app.ports.store import CaseStore
    from mobile_app.storage.case_store import EncryptedCaseStore
    from shared.privacy.policy import PrivacyPolicy

MAX_NAME = 80
TRIES = "tries.json"
CASES = "cases.db"
_HALF = ".half"
_CODE = "recovery-code"
"""Under which name tries of the recovery code are counted."""


class TabletVault:
    """The vault in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        device_secret: DeviceSecretStore,
        policy: Callable[[], PrivacyPolicy],
        clock: Clock,
        stopwatch: Stopwatch,
    ) -> None:
        self._folder = folder
        self._reserve = Reserve(folder)
        self._keyring = KeyringFile(folder)
        self._device_secret = device_secret
        self._policy = policy
        self._clock = clock
        self._stopwatch = stopwatch

    def users(self) -> Sequence[UserAccount]:
        self._finish_take_over()
        keyring = self._keyring.read()
        return () if keyring is None else tuple(user for user, _ in keyring.users)

    def create(self, name: str, role: str, pin: str) -> UserAccount:
        from mobile_app.storage.database import Database
        from mobile_app.storage.tables import DeviceRow
        from shared.crypto.signing import SigningKey

        _check_new_user(name, role, pin)
        if self._keyring.read() is not None:
            raise StoreUnusable("This tablet is set up already. Choose a user and enter the PIN.")
        load_cipher()
        with disk_faults():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret, _ = self._secret_or_new()
        self._put_aside_unfinished_file()
        user = UserAccount(secrets.token_hex(8), name.strip(), role)
        device = DeviceRow(device=secrets.token_hex(8), signing_key=SigningKey.generate().private_bytes)
        key = DataKey.generate()
        wrapped = wrap(key, pin=pin, device_secret=secret, user_id=user.user_id, role=role, device=device.device)
        Database.create(self._folder / CASES, key, device).close()
        with disk_faults():
            sync_folder(self._folder)
        self._throttle(secret).start()
        self._keyring.write(Keyring(((user, wrapped),)))
        return user

    def unlock(self, user_id: str, pin: str) -> EncryptedCaseStore:
        from mobile_app.storage.case_store import EncryptedCaseStore
        from mobile_app.storage.database import Database

        load_cipher()
        user, key = self._open_wrap(user_id, pin)
        # Before the file is opened: without a policy it would stay open.
        policy = self._policy()
        # On a full disk the log of writes could not even be begun.
        self._reserve.give_back_if_full()
        database = Database.open(self._folder / CASES, key, self._clock.now().date())
        store = EncryptedCaseStore(database, user, policy, self._clock)
        self._reserve.take()
        return store

    def confirm_pin(self, store: CaseStore, pin: str) -> None:
        _expect_open(store)
        _, key = self._open_wrap(store.user.user_id, pin)
        key.forget()

    def _open_wrap(self, user_id: str, pin: str) -> tuple[UserAccount, DataKey]:
        """Return the user and the data key, after counting the try."""
        user, wrapped = self._expect_user(user_id)
        secret = self._expect_secret()
        throttle = self._throttle(secret)
        wait_s = throttle.seconds_until_next_try(user_id)
        if wait_s:
            raise WrongPin(wait_s)
        self._count_try(throttle, user_id)
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

    def _count_try(self, throttle: Throttle, user_id: str) -> None:
        try:
            throttle.count_try(user_id)
        except StoreFull:
            if not self._reserve.give_back():
                raise
            throttle.count_try(user_id)

    def seconds_until_next_try(self, user_id: str) -> int:
        if not self._has_secret():
            return 0
        return self._throttle(self._expect_secret()).seconds_until_next_try(user_id)

    def add_user(self, store: CaseStore, name: str, role: str, pin: str) -> UserAccount:
        _check_new_user(name, role, pin)
        user = UserAccount(secrets.token_hex(8), name.strip(), role)
        opened = _own(store)
        self._set_wrap(user, opened.database.key, pin, self._expect_secret(), opened.device)
        return user

    def set_pin(self, store: CaseStore, user_id: str, pin: str) -> None:
        opened = _own(store)
        user, _ = self._expect_user(user_id)
        expect_good_pin(pin)
        secret = self._expect_secret()
        self._set_wrap(user, opened.database.key, pin, secret, opened.device)
        # The new PIN holds. A disk that is too full to forget the old tries must not say that it does not.
        with suppress(StoreFull):
            self._throttle(secret).forgive(user_id)

    def rename_user(self, store: CaseStore, user_id: str, name: str) -> UserAccount:
        _expect_open(store)
        _check_name(name)
        user, wrapped = self._expect_user(user_id)
        renamed = UserAccount(user.user_id, name.strip(), user.role)
        self._keyring.write(self._keyring.expect().with_user(renamed, wrapped))
        return renamed

    def remove_user(self, store: CaseStore, user_id: str) -> None:
        _expect_open(store)
        self._expect_user(user_id)
        left = self._keyring.expect().without_user(user_id)
        if not left.users:
            raise InvalidInput(
                "user",
                "is the only one; add another user first",
                sentence("This is the only user. Add another one first."),
            )
        self._keyring.write(left)

    # The recovery code

    def has_recovery_code(self) -> bool:
        keyring = self._keyring.read()
        return keyring is not None and keyring.recovery is not None

    def set_recovery_code(self, store: CaseStore, code: RecoveryCode) -> None:
        recovery = wrap_for_recovery(_own(store).database.key, code)
        self._keyring.write(self._keyring.expect().with_recovery(recovery))

    def recovery_wrap(self, store: CaseStore) -> RecoveryWrap | None:
        """Return the key as the recovery code opens it, to put it into a backup of the open store."""
        _expect_open(store)
        return self._keyring.expect().recovery

    def check_code(self, code: RecoveryCode) -> None:
        self._key_by(code).forget()
        if self._has_secret():
            self._throttle(self._expect_secret()).forgive(_CODE)

    def recover(self, code: RecoveryCode, user_id: str, pin: str) -> None:
        user, wrapped = self._expect_user(user_id)
        expect_good_pin(pin)
        key = self._key_by(code)
        secret, is_new = self._secret_or_new()
        if is_new:
            # The count of tries belongs to the secret that is lost.
            self._throttle(secret).start()
        self._set_wrap(user, key, pin, secret, wrapped.device)
        throttle = self._throttle(secret)
        with suppress(StoreFull):
            throttle.forgive(user_id)
            throttle.forgive(_CODE)

    def _key_by(self, code: RecoveryCode) -> DataKey:
        """Return the data key, after counting the try."""
        recovery = self._keyring.expect().recovery
        if recovery is None:
            raise StoreUnusable("This tablet has no recovery code. Only a PIN or a backup opens its cases.")
        if wait_s := self.seconds_until_next_code():
            raise WrongRecoveryCode(wait_s)
        if self._has_secret():
            self._count_code()
        try:
            return unwrap_with_code(recovery, code)
        except SealBroken:
            raise WrongRecoveryCode(self.seconds_until_next_code()) from None

    def seconds_until_next_code(self) -> int:
        return self.seconds_until_next_try(_CODE)

    # A store that comes from a backup

    def is_occupied(self) -> bool:
        """Tell whether something was set up here, be it readable or not."""
        try:
            return bool(self.users())
        except StoreUnusable:
            return True

    def opened(self, store: CaseStore) -> EncryptedCaseStore:
        """Return an open store of this vault as what it is."""
        return _own(store)

    def take_over(
        self,
        make_cases: Callable[[Path], str],
        key: DataKey,
        recovery: RecoveryWrap,
        *,
        name: str,
        role: str,
        pin: str,
        put_aside: bool,
    ) -> UserAccount:
        """Make a store of the file that `make_cases` writes (it returns its device), with one user.

        It is made beside the place of the store and moved there when it is whole. A store that is there already is
        refused, or with `put_aside` kept under another name.

        Raises:
            InvalidInput, StoreUnusable, StoreFull: nothing was changed.
        """
        _check_new_user(name, role, pin)
        if self.is_occupied() and not put_aside:
            raise StoreUnusable("This tablet holds cases already. Nothing was overwritten.")
        load_cipher()
        self._clear_halves()
        half = self._folder.with_name(f"{self._folder.name}.{secrets.token_hex(4)}{_HALF}")
        try:
            with disk_faults():
                half.mkdir(mode=0o700, parents=True)
            device = make_cases(half / CASES)
            secret, _ = self._secret_or_new()
            user = UserAccount(secrets.token_hex(8), name.strip(), role)
            wrapped = wrap(key, pin=pin, device_secret=secret, user_id=user.user_id, role=role, device=device)
            Throttle(half / TRIES, secret, self._stopwatch, ()).start()
            KeyringFile(half).write(Keyring(((user, wrapped),), recovery))
            with disk_faults():
                self._put_store_aside()
                os.rename(half, self._folder)
                sync_folder(self._folder.parent)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        return user

    def _finish_take_over(self) -> None:
        """Move a store into its place that was whole when the app was killed just before.

        What it takes the place of is put aside already; without this, the next start would show a new, empty tablet.
        """
        if self._folder.exists():
            return
        for half in self._folder.parent.glob(f"{self._folder.name}.*{_HALF}"):
            # The keyring is written last.
            if (half / KEYRING).exists() and (half / CASES).exists():
                with disk_faults():
                    os.rename(half, self._folder)
                    sync_folder(self._folder.parent)
                return

    def _put_store_aside(self) -> None:
        if self._folder.exists():
            os.rename(self._folder, self._folder.with_name(f"{self._folder.name}.put-aside-{secrets.token_hex(4)}"))

    def _clear_halves(self) -> None:
        # Of a restore that was cut short: a copy of a backup that is still there.
        for half in self._folder.parent.glob(f"{self._folder.name}.*{_HALF}"):
            shutil.rmtree(half, ignore_errors=True)

    def _count_code(self) -> None:
        self._count_try(self._throttle(self._expect_secret()), _CODE)

    def _set_wrap(self, user: UserAccount, key: DataKey, pin: str, secret: bytes, device: str) -> None:
        keyring = self._keyring.expect()
        wrapped = wrap(key, pin=pin, device_secret=secret, user_id=user.user_id, role=user.role, device=device)
        self._keyring.write(keyring.with_user(user, wrapped))

    def _expect_user(self, user_id: str) -> tuple[UserAccount, WrappedKey]:
        keyring = self._keyring.read()
        found = None if keyring is None else keyring.wrapped(user_id)
        if found is None:
            raise WrongPin(0)
        return found

    def _expect_secret(self) -> bytes:
        secret = self._device_secret.load()
        if secret is None:
            raise StoreUnusable("This tablet's secret is missing, so no PIN opens it. Use the recovery code.")
        if len(secret) != DEVICE_SECRET_BYTES:
            # Taken as it is, it would make every PIN a wrong one, and the count of tries look tampered with.
            raise StoreUnusable("This tablet's secret is damaged, so no PIN opens it. Use the recovery code.")
        return secret

    def _has_secret(self) -> bool:
        secret = self._device_secret.load()
        return secret is not None and len(secret) == DEVICE_SECRET_BYTES

    def _secret_or_new(self) -> tuple[bytes, bool]:
        """Return the device secret, a new one if it is lost or damaged, and whether it is new."""
        secret = self._device_secret.load()
        if secret is None or len(secret) != DEVICE_SECRET_BYTES:
            return self._device_secret.create(), True
        return secret, False

    def _throttle(self, secret: bytes) -> Throttle:
        return Throttle(self._folder / TRIES, secret, self._stopwatch, (*(u.user_id for u in self.users()), _CODE))

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


def _own(store: CaseStore) -> EncryptedCaseStore:
    from mobile_app.storage.case_store import EncryptedCaseStore

    if not isinstance(store, EncryptedCaseStore):
        raise StoreUnusable("Only the encrypted store has users.")
    return store


def _expect_open(store: CaseStore) -> None:
    # The key is there as long as the store is open: only who could open it may change who can.
    _ = _own(store).database.key


def _check_new_user(name: str, role: str, pin: str) -> None:
    _check_name(name)
    if not role.strip() or len(role) > MAX_NAME:
        raise InvalidInput(
            "role",
            f"must have 1 to {MAX_NAME} characters",
            sentence("The role must have 1 to {most} characters.", most=MAX_NAME),
        )
    expect_good_pin(pin)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise InvalidInput(
            "name",
            f"must have 1 to {MAX_NAME} characters",
            sentence("The name must have 1 to {most} characters.", most=MAX_NAME),
        )
