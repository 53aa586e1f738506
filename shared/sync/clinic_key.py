"""The clinic's key on its way from one tablet's screen to another's camera: what the codes of kind 4 carry.

    payload   version 1 byte · key 32 bytes · check 4 bytes          check: SHA-256 of what stands before, cut

It fits into one code. It is the only secret that a screen ever shows: whoever photographs it can work out the link of
any record number, so it is shown in the clinic only and never stored or sent in another way.
"""

from __future__ import annotations

from hashlib import sha256

from shared.crypto.key_derivation import KEY_BYTES
from shared.errors import HandOverRefused
from shared.sentence import phrase

VERSION = 1
_CHECK = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def write_clinic_key(key: bytes) -> bytes:
    """Return the payload of a key."""
    body = bytes([VERSION]) + key
    return body + _check(body)


def read_clinic_key(payload: bytes) -> bytes:
    """Return the key that a payload holds.

    Raises:
        HandOverRefused: it is none, or was made by a newer version.
    """
    body, check = payload[:-_CHECK], payload[-_CHECK:]
    if len(body) < 1 + KEY_BYTES or _check(body) != check:
        raise HandOverRefused(phrase("This code holds no clinic key. Ask for it again."))
    if body[0] != VERSION:
        raise HandOverRefused(phrase("These codes were made by a newer version. Update this tablet."))
    if len(body) != 1 + KEY_BYTES:
        raise HandOverRefused(phrase("This code holds no clinic key. Ask for it again."))
    return body[1:]


def name_of_key(key: bytes) -> str:
    """Return eight characters by which people compare the keys of two tablets, such as "7F3K 2M9Q".

    They are 40 bits of a hash, too few to say anything of the key's 256.
    """
    bits = int.from_bytes(sha256(b"handwise-clinic-key-name\n" + key).digest()[:5])
    letters = "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]} {letters[4:]}"


def _check(body: bytes) -> bytes:
    return sha256(body).digest()[:_CHECK]
