"""Codes of six digits that change every 30 seconds: RFC 6238 with HMAC-SHA-1, as every authenticator app makes them.

    otpauth://totp/Handwise:NAME?secret=BASE32&issuer=Handwise      what the app reads, as a QR code or typed in

A code is good for its own half minute and the ones before and after, because clocks differ; and it is good once: who
keeps the number of the step whose code was taken last, and passes it as `after`, refuses whoever looked over a
shoulder. The caller says what time it is.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
_ISSUER = "Handwise"


def new_secret() -> bytes:
    """Return a secret of 160 bits, the length that RFC 4226 asks for."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, time_s: int) -> str:
    """Return the code of the step that holds this time, in seconds since 1970."""
    return _totp(secret).generate(time_s).decode()


def accepted_step(secret: bytes, code: str, now_s: int, after: int = -1) -> int | None:
    """Return the number of the step whose code this is, or None if it is not good.

    Args:
        now_s: seconds since 1970.
        after: the step whose code was taken last; its own and older ones are not good any more.
    """
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now, found = now_s // STEP_S, None
    # All three are worked out whatever comes, so that the time says nothing.
    for step in range(max(0, now - 1), now + 2):
        if hmac.compare_digest(code_at(secret, step * STEP_S), digits) and step > after:
            found = step
    return found


def secret_text(secret: bytes) -> str:
    """Return the secret as it is typed into an app that cannot read the QR code: base 32 in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def provisioning_uri(secret: bytes, name: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(name, _ISSUER)


def _totp(secret: bytes) -> TOTP:
    # Loaded here: on a tablet nobody asks for it.
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    # The hash of all authenticator apps; what is known against it does not touch HMAC.
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303
