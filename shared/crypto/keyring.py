"""The key of the encrypted file, and one wrapped copy of it for each user.

    data key   32 random bytes; the only key of the file
    stretched  = Argon2id(PIN, salt 16 B, parameters)
    KEK        = HKDF-SHA256(stretched, salt = device secret 32 B, info = "kek/v1")
    wrapped    = seal(KEK, data key, canonical {user_id, role, device, params, version})

Only the right PIN, of the right user, with this tablet's secret and unchanged parameters opens the copy; which of them
was wrong cannot be told. Each wrap takes a new salt, so no KEK ever seals twice.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from shared.crypto.aead import SealBroken, open_sealed, seal
from shared.crypto.key_derivation import SALT_BYTES, KdfParameters, default_parameters, derive_key, stretch_pin
from shared.errors import InvalidInput

VERSION = 1
DATA_KEY_BYTES = 32
DEVICE_SECRET_BYTES = 32
_PURPOSE = "kek/v1"


class DataKey:
    """The key of the encrypted file while it is open. It never shows itself in a log or a traceback."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != DATA_KEY_BYTES:
            raise InvalidInput("data_key", f"must be {DATA_KEY_BYTES} bytes")
        self._raw = bytearray(raw)

    @classmethod
    def generate(cls) -> DataKey:
        return cls(os.urandom(DATA_KEY_BYTES))

    def raw(self) -> bytes:
        """Return the key's bytes, for the moment of use."""
        return bytes(self._raw)

    def forget(self) -> None:
        """Overwrite the key. Copies that Python made on the way cannot be reached."""
        self._raw[:] = bytes(len(self._raw))

    def __repr__(self) -> str:
        return "DataKey(hidden)"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The data key as one user can open it. It may lie on the disk as it is."""

    user_id: str
    role: str
    device: str
    parameters: KdfParameters
    salt: bytes
    envelope: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "user_id": self.user_id,
            "role": self.role,
            "device": self.device,
            "kdf": self.parameters.to_json(),
            "salt": b64encode(self.salt).decode(),
            "envelope": b64encode(self.envelope).decode(),
        }

    @classmethod
    def from_json(cls, body: Any) -> WrappedKey:
        """Return the wrapped key that `body` spells.

        Raises:
            InvalidInput: it is not one that this version reads.
        """
        keys = {"version", "user_id", "role", "device", "kdf", "salt", "envelope"}
        if not isinstance(body, dict) or set(body) != keys or body["version"] != VERSION:
            raise InvalidInput("keyring", "is not one that this version reads")
        if not all(isinstance(body[key], str) for key in ("user_id", "role", "device", "salt", "envelope")):
            raise InvalidInput("keyring", "holds something that is not text")
        try:
            salt, envelope = b64decode(body["salt"], validate=True), b64decode(body["envelope"], validate=True)
        except ValueError:
            raise InvalidInput("keyring", "holds something that is not base64") from None
        if len(salt) != SALT_BYTES:
            raise InvalidInput("keyring", f"must have a salt of {SALT_BYTES} bytes")
        return cls(body["user_id"], body["role"], body["device"], KdfParameters.from_json(body["kdf"]), salt, envelope)


def wrap(data_key: DataKey, *, pin: str, device_secret: bytes, user_id: str, role: str, device: str) -> WrappedKey:
    """Return a copy of the data key that opens with this user's PIN on this tablet."""
    parameters, salt = default_parameters(), os.urandom(SALT_BYTES)
    key_encryption_key = _key_encryption_key(pin, salt, parameters, device_secret)
    bound_to = _associated_data(user_id, role, device, parameters)
    return WrappedKey(user_id, role, device, parameters, salt, seal(key_encryption_key, data_key.raw(), bound_to))


def unwrap(wrapped: WrappedKey, *, pin: str, device_secret: bytes) -> DataKey:
    """Return the data key.

    Raises:
        SealBroken: wrong PIN, user or tablet, or a changed keyring.
    """
    key_encryption_key = _key_encryption_key(pin, wrapped.salt, wrapped.parameters, device_secret)
    bound_to = _associated_data(wrapped.user_id, wrapped.role, wrapped.device, wrapped.parameters)
    raw = open_sealed(key_encryption_key, wrapped.envelope, bound_to)
    if len(raw) != DATA_KEY_BYTES:
        raise SealBroken
    return DataKey(raw)


def _key_encryption_key(pin: str, salt: bytes, parameters: KdfParameters, device_secret: bytes) -> bytes:
    if len(device_secret) != DEVICE_SECRET_BYTES:
        raise SealBroken
    return derive_key(stretch_pin(pin, salt, parameters), salt=device_secret, info=_PURPOSE)


def _associated_data(user_id: str, role: str, device: str, parameters: KdfParameters) -> bytes:
    bound = {"user_id": user_id, "role": role, "device": device, "params": parameters.to_json(), "version": VERSION}
    return json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()
