"""The data key once more, wrapped under the recovery code: what opens a backup, or a tablet whose PINs are forgotten.

    KEK      = HKDF-SHA256(recovery code, 130 random bits, salt 16 B, info = "recovery/v1")
    wrapped  = seal(KEK, data key, "recovery/v1")

No device secret is in it, so it opens on another tablet, too; that is what it is for. The code is random and long, so
it needs no slow derivation: at a million million tries a second, half of all codes take over 10^19 years.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from shared.crypto.aead import SealBroken, open_sealed, seal
from shared.crypto.key_derivation import SALT_BYTES, derive_key
from shared.crypto.keyring import DATA_KEY_BYTES, DataKey
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import InvalidInput

VERSION = 1
_PURPOSE = "recovery/v1"


@dataclass(frozen=True, slots=True)
class RecoveryWrap:
    """The data key as the recovery code opens it. It may lie on the disk and in a backup as it is."""

    salt: bytes
    envelope: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "salt": b64encode(self.salt).decode(),
            "envelope": b64encode(self.envelope).decode(),
        }

    @classmethod
    def from_json(cls, body: Any) -> RecoveryWrap:
        """Return the wrap that `body` spells.

        Raises:
            InvalidInput: it is not one that this version reads.
        """
        if not isinstance(body, dict) or set(body) != {"version", "salt", "envelope"} or body["version"] != VERSION:
            raise InvalidInput("recovery", "is not one that this version reads")
        try:
            salt, envelope = b64decode(body["salt"], validate=True), b64decode(body["envelope"], validate=True)
        except (ValueError, TypeError):
            raise InvalidInput("recovery", "holds something that is not base64") from None
        if len(salt) != SALT_BYTES:
            raise InvalidInput("recovery", f"must have a salt of {SALT_BYTES} bytes")
        return cls(salt, envelope)


def wrap_for_recovery(data_key: DataKey, code: RecoveryCode) -> RecoveryWrap:
    """Return a copy of the data key that opens with this code, on any tablet."""
    salt = os.urandom(SALT_BYTES)
    return RecoveryWrap(salt, seal(_key_encryption_key(code, salt), data_key.raw(), _PURPOSE.encode()))


def unwrap_with_code(wrapped: RecoveryWrap, code: RecoveryCode) -> DataKey:
    """Return the data key.

    Raises:
        SealBroken: it is another code, or the wrap was changed.
    """
    raw = open_sealed(_key_encryption_key(code, wrapped.salt), wrapped.envelope, _PURPOSE.encode())
    if len(raw) != DATA_KEY_BYTES:
        raise SealBroken
    return DataKey(raw)


def _key_encryption_key(code: RecoveryCode, salt: bytes) -> bytes:
    return derive_key(code.text.encode(), salt=salt, info=_PURPOSE)
