"""Sealing bytes so that they can be neither read nor changed without the key.

    envelope   version 1 B │ nonce 12 B │ ciphertext │ tag 16 B

Version 1 is AES-256-GCM. The version byte is authenticated with the caller's associated data, so an envelope cannot
be passed off as one of another version. The nonce is random: one key may seal 2**32 envelopes, and ours seal a few.

The cipher is loaded at its first use: the unlock screen reads what is sealed, but opens nothing before the PIN.
"""

from __future__ import annotations

import os

VERSION = 1
KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
OVERHEAD = 1 + _NONCE_BYTES + _TAG_BYTES
"""How many bytes longer an envelope is than what it holds."""


class SealBroken(Exception):
    """The key or the associated data is not the right one, or the envelope was changed; which, cannot be told."""


def seal(key: bytes, plaintext: bytes, associated_data: bytes) -> bytes:
    """Return the envelope of `plaintext`. Opening it needs the same key and associated data."""
    nonce = os.urandom(_NONCE_BYTES)
    return bytes([VERSION]) + nonce + _encrypt(key, nonce, plaintext, _bound(associated_data))


def open_sealed(key: bytes, envelope: bytes, associated_data: bytes) -> bytes:
    """Return what `seal` put into the envelope.

    Raises:
        SealBroken: nothing of the content is given away.
    """
    if len(envelope) < 1 + _NONCE_BYTES + _TAG_BYTES or envelope[0] != VERSION:
        raise SealBroken
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, ciphertext = envelope[1 : 1 + _NONCE_BYTES], envelope[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _bound(associated_data))
    except InvalidTag:
        raise SealBroken from None


def _encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated_data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plaintext, associated_data)


def _bound(associated_data: bytes) -> bytes:
    return bytes([VERSION]) + associated_data
