"""From a PIN to a key, and from a key to keys for one purpose each.

    Argon2id (RFC 9106)  makes each guess of a PIN cost memory and time
    HKDF-SHA256 (5869)   binds the result to this tablet's secret and to its purpose

The parameters are stored beside the salt, so that they can grow: 64 MiB, 3 passes and 4 lanes took 138-154 ms
where they were chosen. They never go below 46 MiB, 1 pass and 1 lane, the smallest of OWASP ASVS 5.0, appendix C.
Even so a six-digit PIN only delays: who holds both the files and the tablet's secret tries all of them within hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.errors import InvalidInput

SALT_BYTES = 16
KEY_BYTES = 32
_MAX_MEMORY_KIB = 1024 * 1024
_MAX_ITERATIONS = 64
_MAX_LANES = 16


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """The cost of one guess."""

    memory_kib: int
    iterations: int
    lanes: int

    def is_weaker_than(self, other: KdfParameters) -> bool:
        """Tell whether a guess costs less memory or fewer passes than under `other`."""
        return self.memory_kib < other.memory_kib or self.iterations < other.iterations

    def to_json(self) -> dict[str, int]:
        return {"memory_kib": self.memory_kib, "iterations": self.iterations, "lanes": self.lanes}

    @classmethod
    def from_json(cls, body: object) -> KdfParameters:
        """Return stored parameters; those below the floor are refused, so that nobody can lower them in the file."""
        if not isinstance(body, dict) or set(body) != {"memory_kib", "iterations", "lanes"}:
            raise InvalidInput("kdf", "must hold memory_kib, iterations and lanes")
        if any(type(number) is not int for number in body.values()):
            raise InvalidInput("kdf", "must hold whole numbers")
        parameters = cls(body["memory_kib"], body["iterations"], body["lanes"])
        _refuse_outside_limits(parameters)
        return parameters


FLOOR = KdfParameters(memory_kib=46 * 1024, iterations=1, lanes=1)
DEFAULT = KdfParameters(memory_kib=64 * 1024, iterations=3, lanes=4)


def stretch_pin(pin: str, salt: bytes, parameters: KdfParameters) -> bytes:
    """Return 32 bytes from a PIN, at the cost that `parameters` name."""
    _refuse_outside_limits(parameters)
    return _argon2id(pin.encode(), salt, parameters)


def derive_key(key: bytes, *, salt: bytes, info: str, length: int = KEY_BYTES) -> bytes:
    """Return a key for the purpose that `info` names (HKDF-SHA256)."""
    return _hkdf(key, salt, info.encode(), length)


def default_parameters() -> KdfParameters:
    """Return the parameters for a PIN that is set now."""
    return DEFAULT


def _refuse_outside_limits(parameters: KdfParameters) -> None:
    # The upper limits keep a changed file from making the tablet run out of memory.
    if (
        not FLOOR.memory_kib <= parameters.memory_kib <= _MAX_MEMORY_KIB
        or not FLOOR.iterations <= parameters.iterations <= _MAX_ITERATIONS
        or not FLOOR.lanes <= parameters.lanes <= _MAX_LANES
    ):
        raise InvalidInput("kdf", "is outside the limits of this version")


def _argon2id(
    password: bytes, salt: bytes, parameters: KdfParameters, *, ad: bytes | None = None, secret: bytes | None = None
) -> bytes:
    # Loaded here, and not before somebody has typed a PIN.
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    argon2 = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
        ad=ad,
        secret=secret,
    )
    return argon2.derive(password)


def _hkdf(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)


@contextmanager
def TESTONLY_weak_kdf() -> Iterator[None]:  # noqa: N802 (the name is the warning)
    """Make a guess cost almost nothing, so that tests which unlock often are quick.

    Nothing in the product calls this and no setting leads here; a test sees to it.
    """
    global FLOOR, DEFAULT
    kept = FLOOR, DEFAULT
    FLOOR = DEFAULT = KdfParameters(memory_kib=64, iterations=1, lanes=1)
    try:
        yield
    finally:
        FLOOR, DEFAULT = kept
