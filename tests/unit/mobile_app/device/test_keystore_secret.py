"""The device secret of Android, with a real cipher in the Keystore's place: the file, and what damage does to it.

The Java calls themselves (`mobile_app/device/android.py`) run on a device only.
"""

from __future__ import annotations

import os

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mobile_app.device.android import is_android
from mobile_app.device.keystore_secret import KeystoreDeviceSecret, KeystoreFault
from shared.errors import StoreUnusable


class Keystore:
    """One AES-256-GCM key, made with the first secret, as a Keystore keeps it: used, never shown."""

    def __init__(self) -> None:
        self._cipher: AESGCM | None = None
        self.answers = True

    def seal(self, secret: bytes) -> tuple[bytes, bytes]:
        self._ask()
        self._cipher = self._cipher or AESGCM(AESGCM.generate_key(256))
        nonce = os.urandom(12)
        return nonce, self._cipher.encrypt(nonce, secret, None)

    def unseal(self, nonce: bytes, sealed: bytes) -> bytes | None:
        self._ask()
        try:
            return None if self._cipher is None else self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            return None

    def _ask(self) -> None:
        if not self.answers:
            raise KeystoreFault


@pytest.fixture
def path(tmp_path):
    return tmp_path / "device" / "secret"


def test_a_secret_is_made_once_and_read_again_but_does_not_stand_in_the_file(path):
    keystore = Keystore()
    store = KeystoreDeviceSecret(path, keystore)
    assert store.load() is None

    secret = store.create()

    assert len(secret) == 32
    assert KeystoreDeviceSecret(path, keystore).load() == secret
    assert secret not in path.read_bytes()
    assert len(path.read_bytes()) == 64
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_is_never_replaced(path):
    store = KeystoreDeviceSecret(path, Keystore())
    secret = store.create()

    with pytest.raises(StoreUnusable):
        store.create()

    assert store.load() == secret


def test_the_file_opens_on_no_other_device(path):
    KeystoreDeviceSecret(path, Keystore()).create()
    other = Keystore()
    other.seal(bytes(32))

    assert KeystoreDeviceSecret(path, other).load() == b""
    assert KeystoreDeviceSecret(path, Keystore()).load() == b""


def test_a_change_of_any_byte_is_noticed(path):
    keystore = Keystore()
    KeystoreDeviceSecret(path, keystore).create()
    whole = path.read_bytes()

    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert KeystoreDeviceSecret(path, keystore).load() == b""


@pytest.mark.parametrize("content", [b"", b"HWK1", bytes(32), bytes(64), b"HWK1" + bytes(61)])
def test_a_damaged_file_is_no_secret_and_gives_way(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    store = KeystoreDeviceSecret(path, Keystore())
    assert store.load() == b""

    secret = store.create()

    assert store.load() == secret


def test_a_keystore_that_does_not_answer_loses_nothing(path):
    keystore = Keystore()
    store = KeystoreDeviceSecret(path, keystore)
    secret = store.create()

    keystore.answers = False
    for attempt in (store.load, store.create, KeystoreDeviceSecret(path.parent / "another", keystore).create):
        with pytest.raises(StoreUnusable):
            attempt()

    keystore.answers = True
    assert store.load() == secret
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_a_keystore_that_cannot_open_what_it_sealed_is_refused_before_anything_is_written(path):
    class Broken(Keystore):
        def unseal(self, nonce: bytes, sealed: bytes) -> bytes | None:
            return None

    with pytest.raises(StoreUnusable):
        KeystoreDeviceSecret(path, Broken()).create()

    assert not path.exists()


def test_a_folder_in_its_place_is_a_sentence(path):
    path.mkdir(parents=True)

    with pytest.raises(StoreUnusable):
        KeystoreDeviceSecret(path, Keystore()).load()


def test_a_desktop_is_no_android():
    assert not is_android()
