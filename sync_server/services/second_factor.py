"""The second step of signing in: a code from an authenticator app, or once one of ten recovery codes.

    at rest    secret            AES-256-GCM under a key derived from the server's secret, bound to the user's number
               recovery codes    80 bits each, as SHA-256

A code is taken once: the row of the user keeps the step of the last one, and of two who send the same code at once, one
is refused. Recovery codes go as they are used.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import Session

from shared.crypto.aead import SealBroken, open_sealed, seal
from shared.crypto.key_derivation import derive_key
from shared.crypto.totp import accepted_step, new_secret, provisioning_uri, secret_text
from sync_server.repositories import users
from sync_server.repositories.users import Account, User

RECOVERY_CODES = 10
_GROUPS, _LETTERS = 4, 4


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator app takes over: the address that the QR code holds, or the secret typed in."""

    uri: str
    secret_text: str


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Makes secrets and recovery codes, and checks what somebody typed."""

    secret: bytes
    now: Callable[[], int]

    def new_sealed(self, user_no: int) -> bytes:
        """Return a new secret for a user, sealed."""
        return _seal(self.secret, user_no, new_secret())

    def set_up(self, user: User, sealed: bytes) -> SetUp:
        """Return what the app is shown of a sealed secret."""
        opened = self._open(user.user_no, sealed)
        return SetUp(provisioning_uri(opened, user.name), secret_text(opened))

    def adopt(self, session: Session, user_no: int, sealed: bytes, code: str) -> tuple[str, ...] | None:
        """Take a secret over if the code proves that an app has it; return the recovery codes, else None."""
        step = accepted_step(self._open(user_no, sealed), code, self.now())
        if step is None:
            return None
        codes = _recovery_codes()
        users.set_second_factor(session, user_no, sealed, step, [_hash(user_no, one) for one in codes])
        return codes

    def renew_recovery_codes(self, session: Session, account: Account) -> tuple[str, ...]:
        """Put ten new codes in the place of those before."""
        user_no, codes = account.user.user_no, _recovery_codes()
        hashes = [_hash(user_no, one) for one in codes]
        users.set_second_factor(session, user_no, account.totp_secret, account.totp_step, hashes)
        return codes

    def is_right(self, session: Session, account: Account, code: str) -> bool:
        """Tell whether a code is good, and use it up."""
        user_no = account.user.user_no
        if account.totp_secret is None:
            return False
        # What was changed in the database opens no more; then there are the recovery codes.
        with suppress(SealBroken):
            opened = self._open(user_no, account.totp_secret)
            step = accepted_step(opened, code, self.now(), account.totp_step)
            if step is not None:
                return users.take_step(session, user_no, step)
        return users.use_recovery_code(session, user_no, _hash(user_no, code))

    def _open(self, user_no: int, sealed: bytes) -> bytes:
        return open_sealed(_key(self.secret), sealed, _bound(user_no))


def reseal_all(session: Session, old: bytes, new: bytes) -> None:
    """Seal every user's secret under another secret of the server. One that cannot be opened stays: none fits it."""
    for account in users.every(session):
        if account.totp_secret is None:
            continue
        user_no = account.user.user_no
        with suppress(SealBroken):
            opened = open_sealed(_key(old), account.totp_secret, _bound(user_no))
            users.reseal(session, user_no, _seal(new, user_no, opened))


def one_time_text() -> str:
    """Return 80 random bits in four groups of four letters and digits, none of which is taken for another."""
    text = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + _LETTERS] for start in range(0, _GROUPS * _LETTERS, _LETTERS))


def _recovery_codes() -> tuple[str, ...]:
    return tuple(one_time_text() for _ in range(RECOVERY_CODES))


def _hash(user_no: int, code: str) -> bytes:
    # As it is typed from paper: blanks, dashes and capitals do not matter, and there are neither noughts nor ones.
    typed = "".join(code.split()).replace("-", "").lower().replace("0", "o").replace("1", "i")
    return sha256(f"handwise recovery code\n{user_no}\n{typed}".encode("utf-8", "replace")).digest()


def _seal(secret: bytes, user_no: int, opened: bytes) -> bytes:
    return seal(_key(secret), opened, _bound(user_no))


def _key(secret: bytes) -> bytes:
    return derive_key(secret, salt=b"", info="handwise second step of signing in, 1")


def _bound(user_no: int) -> bytes:
    return f"user {user_no}".encode()
