"""The device's signature (Ed25519, RFC 8032): what a tablet signs, anyone with its public key can check.

A signature is deterministic, so it may only cover what the other side may read: the de-identified form, never more.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.crypto.private_key import PrivateKey

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey(PrivateKey[Ed25519PrivateKey]):
    """A device's private key. Its bytes are kept inside the encrypted store and nowhere else."""

    _kind = Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return self._key.sign(message)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the holder of the key signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_pem(public_key: bytes) -> bytes:
    """Return a raw public key in the form that libraries for message signatures read.

    Raises:
        ValueError: it is not a public key.
    """
    return Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
