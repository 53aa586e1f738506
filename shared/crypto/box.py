"""Sealing bytes to the server, so that whoever carries them can neither read nor change them (HPKE, RFC 9180).

    sealed   enc 32 B │ ciphertext │ tag 16 B
    suite    base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305

Anyone with the public key can seal, so a sealed message proves nothing of its sender: what is inside has to be signed.
Each message has a key of its own. A tablet that is lost later gives away nothing that it sealed before; whoever gets
the server's private key can read what was sealed to it. ChaCha20 rather than AES: cheap tablets have no AES unit.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.crypto.aead import SealBroken
from shared.crypto.private_key import PrivateKey

KEY_BYTES = 32
NAME_BYTES = 8
OVERHEAD = 48
"""How many bytes longer what is sealed is than what it holds."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class BoxKey(PrivateKey[X25519PrivateKey]):
    """The private key that opens. Its bytes are kept in the server's database and nowhere else."""

    _kind = X25519PrivateKey

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return what was sealed to this key with the same `info`.

        Raises:
            SealBroken: it was sealed to another key or changed; which, cannot be told.
        """
        try:
            return _SUITE.decrypt(sealed, self._key, info=info)
        except (InvalidTag, ValueError):
            raise SealBroken from None


def seal_to(public_key: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Return `plaintext` sealed to the holder of the key.

    Raises:
        SealBroken: these bytes are no key to which anything can be sealed.
    """
    try:
        return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public_key), info=info)
    except ValueError:
        raise SealBroken from None


def name_of_key(public_key: bytes) -> bytes:
    """Return the 8 bytes that say which key something was sealed to."""
    return sha256(b"handwise-box-key-1\n" + public_key).digest()[:NAME_BYTES]
