"""What the two private keys have in common: they are 32 random bytes, have a public half, and print nothing."""

from __future__ import annotations

from typing import Generic, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

Key = TypeVar("Key", Ed25519PrivateKey, X25519PrivateKey)


class PrivateKey(Generic[Key]):
    """A private key of 32 bytes. A subclass names its kind and adds what it is for."""

    _kind: type[Key]

    def __init__(self, private_bytes: bytes) -> None:
        self._key: Key = self._kind.from_private_bytes(private_bytes)

    @classmethod
    def generate(cls) -> Self:
        return cls(cls._kind.generate().private_bytes_raw())

    @property
    def private_bytes(self) -> bytes:
        return self._key.private_bytes_raw()

    @property
    def public_bytes(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"
