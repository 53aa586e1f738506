"""Only the right PIN, user, tablet and parameters open the key; and nothing weakens that outside the tests."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import key_derivation
from shared.crypto.aead import SealBroken, open_sealed, seal
from shared.crypto.key_derivation import KdfParameters, TESTONLY_weak_kdf, stretch_pin
from shared.crypto.keyring import DataKey, WrappedKey, unwrap, wrap
from shared.crypto.signing import SigningKey, public_key_pem, verify
from shared.errors import InvalidInput

SECRET = bytes(range(32))
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def weak_kdf():
    with TESTONLY_weak_kdf():
        yield


def a_wrap(data_key: DataKey, **changed: str) -> WrappedKey:
    of = {"pin": "482913", "user_id": "u1", "role": "clinician", "device": "00" * 8} | changed
    return wrap(data_key, device_secret=SECRET, **of)


def test_the_right_pin_opens_the_key_at_full_strength():
    data_key = DataKey.generate()

    wrapped = a_wrap(data_key)

    assert wrapped.parameters == KdfParameters(memory_kib=64 * 1024, iterations=3, lanes=4)
    assert unwrap(WrappedKey.from_json(wrapped.to_json()), pin="482913", device_secret=SECRET).raw() == data_key.raw()


@pytest.mark.parametrize(
    "changed",
    [
        {"user_id": "u2"},
        {"role": "admin"},
        {"device": "11" * 8},
        {"salt": b"\x00" * 16},
        {"parameters": KdfParameters(memory_kib=128, iterations=1, lanes=1)},
        {"parameters": KdfParameters(memory_kib=64, iterations=2, lanes=1)},
    ],
)
def test_a_changed_user_role_tablet_salt_or_parameter_opens_nothing(weak_kdf, changed):
    wrapped = dataclasses.replace(a_wrap(DataKey.generate()), **changed)

    with pytest.raises(SealBroken):
        unwrap(wrapped, pin="482913", device_secret=SECRET)


@pytest.mark.parametrize(
    ("pin", "secret"),
    [("482914", SECRET), ("", SECRET), ("482913", bytes(32)), ("482913", b""), ("482913", SECRET[:31])],
)
def test_a_wrong_pin_or_a_missing_device_secret_opens_nothing(weak_kdf, pin, secret):
    with pytest.raises(SealBroken):
        unwrap(a_wrap(DataKey.generate()), pin=pin, device_secret=secret)


def test_every_wrap_has_its_own_salt_and_nonce(weak_kdf):
    data_key = DataKey.generate()

    wraps = [a_wrap(data_key) for _ in range(50)]

    assert len({wrapped.salt for wrapped in wraps}) == 50
    assert len({wrapped.envelope[:13] for wrapped in wraps}) == 50


def test_the_key_is_nowhere_in_its_wrap_nor_in_its_repr(weak_kdf):
    data_key = DataKey.generate()
    wrapped = a_wrap(data_key)

    assert data_key.raw() not in wrapped.envelope
    assert data_key.raw().hex() not in repr(data_key)
    assert "hidden" in repr(SigningKey.generate())


def test_a_forgotten_key_is_overwritten():
    data_key = DataKey.generate()

    data_key.forget()

    assert data_key.raw() == bytes(32)


@pytest.mark.parametrize(
    "parameters",
    [
        {"memory_kib": 64, "iterations": 3, "lanes": 4},
        {"memory_kib": 64 * 1024, "iterations": 0, "lanes": 4},
        {"memory_kib": 64 * 1024, "iterations": 3, "lanes": 0},
        {"memory_kib": 2**40, "iterations": 3, "lanes": 4},
        {"memory_kib": True, "iterations": 3, "lanes": 4},
        {"memory_kib": 65536},
        None,
    ],
)
def test_parameters_below_the_floor_or_absurd_are_refused(parameters):
    with pytest.raises(InvalidInput):
        KdfParameters.from_json(parameters)


def test_a_pin_is_never_stretched_below_the_floor():
    with pytest.raises(InvalidInput):
        stretch_pin("482913", bytes(16), KdfParameters(memory_kib=45 * 1024, iterations=1, lanes=1))


def test_the_weakening_for_tests_ends_with_the_test():
    with TESTONLY_weak_kdf():
        assert key_derivation.default_parameters().memory_kib == 64

    assert key_derivation.default_parameters().memory_kib == 64 * 1024
    assert key_derivation.FLOOR.memory_kib == 46 * 1024


def test_nothing_in_the_product_names_the_weakening_for_tests():
    sources = [path for top in ("shared", "mobile_app", "sync_server") for path in (ROOT / top).rglob("*.py")]

    naming = {path.relative_to(ROOT).as_posix() for path in sources if "TESTONLY" in path.read_text(encoding="utf-8")}

    assert naming == {"shared/crypto/key_derivation.py"}
    own_module = (ROOT / "shared/crypto/key_derivation.py").read_text(encoding="utf-8")
    assert len(re.findall("TESTONLY", own_module)) == 1, "it is defined there, and not called"


@pytest.mark.parametrize("damage", [{}, {"version": 2}, {"salt": "AAAA"}, {"salt": "!"}, {"kdf": None}, {"role": 1}])
def test_a_damaged_keyring_row_is_refused_with_a_sentence(weak_kdf, damage):
    body = a_wrap(DataKey.generate()).to_json() | damage if damage else []

    with pytest.raises(InvalidInput):
        WrappedKey.from_json(body)


@given(
    plaintext=st.binary(max_size=64),
    bound_to=st.binary(max_size=16),
    place=st.integers(min_value=0),
    bit=st.integers(0, 7),
)
def test_any_flipped_bit_breaks_the_seal(plaintext, bound_to, place, bit):
    key = bytes(32)
    envelope = bytearray(seal(key, plaintext, bound_to))
    assert open_sealed(key, bytes(envelope), bound_to) == plaintext
    envelope[place % len(envelope)] ^= 1 << bit

    with pytest.raises(SealBroken):
        open_sealed(key, bytes(envelope), bound_to)


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(27)])
def test_what_is_no_envelope_opens_nothing(envelope):
    with pytest.raises(SealBroken):
        open_sealed(bytes(32), envelope, b"")


def test_a_signature_holds_for_one_message_and_one_key():
    key, other = SigningKey.generate(), SigningKey.generate()
    signature = key.sign(b"entry")

    assert verify(key.public_bytes, b"entry", signature)
    assert not verify(key.public_bytes, b"entrx", signature)
    assert not verify(other.public_bytes, b"entry", signature)
    assert not verify(key.public_bytes, b"entry", signature[:-1])
    assert not verify(b"short", b"entry", signature)
    assert SigningKey(key.private_bytes).public_bytes == key.public_bytes
    assert public_key_pem(key.public_bytes).startswith(b"-----BEGIN PUBLIC KEY-----")
