"""The clinic's key passes from screen to camera in one code, whole or not at all."""

from __future__ import annotations

import pytest

from shared.errors import HandOverRefused
from shared.sync.clinic_key import name_of_key, read_clinic_key, write_clinic_key
from shared.sync.qr_frames import CLINIC_KEY, Transfer, frames_of

KEY = bytes(range(7, 39))


def test_a_key_fits_into_one_code_and_comes_out_as_it_went_in():
    (text,) = frames_of(write_clinic_key(KEY), CLINIC_KEY)
    transfer = Transfer(CLINIC_KEY)
    transfer.take(text)

    assert transfer.kind == CLINIC_KEY == 4
    assert read_clinic_key(transfer.payload()) == KEY


@pytest.mark.parametrize("place", range(37))
def test_a_key_with_any_byte_changed_is_refused(place):
    payload = bytearray(write_clinic_key(KEY))
    payload[place] ^= 1

    with pytest.raises(HandOverRefused):
        read_clinic_key(bytes(payload))


@pytest.mark.parametrize("payload", [b"", b"\x01", write_clinic_key(KEY)[:-1], write_clinic_key(KEY + b"x")])
def test_what_is_no_key_is_refused(payload):
    with pytest.raises(HandOverRefused, match="no clinic key"):
        read_clinic_key(payload)


def test_a_key_of_a_newer_version_asks_for_an_update():
    from hashlib import sha256

    newer = bytes([2]) + KEY

    with pytest.raises(HandOverRefused, match="newer version"):
        read_clinic_key(newer + sha256(newer).digest()[:4])


def test_two_keys_have_two_names_and_a_name_does_not_hold_the_key():
    assert name_of_key(KEY) != name_of_key(KEY[::-1])
    assert len(name_of_key(KEY)) == 9
    assert name_of_key(KEY) == name_of_key(bytes(KEY))
