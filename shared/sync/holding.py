"""What one side holds, in one number: how many entries, and the XOR of the beginnings of their hashes.

    digest = entry hash 1 [:16]  xor  entry hash 2 [:16]  xor ...          nothing: 16 zero bytes

It does not depend on the order, and an entry that comes or goes changes it by one XOR, so neither side ever has to read
what it has stored to know it. Two sides that hold the same have the same; two that do not are found out but for one
chance in 2^128. It is no proof against a server that lies: that is what signatures are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Holding:
    """A set of entries. `digest` is 16 bytes."""

    count: int = 0
    digest: bytes = bytes(DIGEST_BYTES)

    @classmethod
    def of(cls, hashes: Iterable[bytes]) -> Holding:
        """Return the holding of entries with these hashes; each at least 16 bytes."""
        return cls().plus(hashes)

    def plus(self, hashes: Iterable[bytes]) -> Holding:
        """Return it with entries added that were not in it."""
        return self._changed(hashes, 1)

    def minus(self, hashes: Iterable[bytes]) -> Holding:
        """Return it without entries that were in it."""
        return self._changed(hashes, -1)

    def sum(self, other: Holding) -> Holding:
        """Return it with another one added, none of whose entries is in it."""
        digest = int.from_bytes(self.digest) ^ int.from_bytes(other.digest)
        return Holding(self.count + other.count, digest.to_bytes(DIGEST_BYTES))

    def _changed(self, hashes: Iterable[bytes], step: int) -> Holding:
        count, digest = self.count, int.from_bytes(self.digest)
        for each in hashes:
            count += step
            digest ^= int.from_bytes(each[:DIGEST_BYTES])
        return Holding(count, digest.to_bytes(DIGEST_BYTES))
