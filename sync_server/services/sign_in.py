"""Who may see the review pages.

Passwords are kept as Argon2id hashes, sessions as the hash of a 256-bit token. A user name that does not exist is
treated like one that does: same work, same delay, same words.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import sha256
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from sqlmodel import Session

from shared.errors import InvalidInput
from sync_server.database import Database
from sync_server.repositories import sites, users
from sync_server.repositories.users import Role, User
from sync_server.services.refusals import SignInRefused

IDLE_S = 15 * 60
LONGEST_S = 8 * 60 * 60
FREE_TRIES = 3
LONGEST_DELAY_S = 60
_FORGET_FAILURES_AFTER_S = 24 * 60 * 60
# At 64 MiB each, only so many at once.
_HASHING = BoundedSemaphore(4)
_SHORTEST_PASSWORD = 15
_LONGEST_PASSWORD = 256


@dataclass(frozen=True, slots=True)
class SignInService:
    """Signs coordinators in and out."""

    database: Database
    secret: bytes
    now: Callable[[], int]
    # 64 MiB, three passes: about 0.15 s on a small server, and dear for whoever steals the database.
    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)
    )

    def create_user(self, name: str, password: str, role: Role | None = None, at: Collection[str] = ()) -> bool:
        """Keep a user; for one that is there already, change the password. Returns whether the user is new.

        Args:
            role: None leaves that of a known user as it is, and makes a new one a district lead.
            at: names of a coordinator's sites, which exist.

        Raises:
            InvalidInput: the name, the password or a site cannot be used.
        """
        name = _name(name)
        if not 1 <= len(name) <= 60 or not name.isprintable():
            raise InvalidInput("name", "must have 1 to 60 characters")
        if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise InvalidInput("password", f"must have {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters")
        if len(set(password)) < 6 or name.casefold() in password.casefold():
            raise InvalidInput("password", "is too easy to guess; four or five random words do well")
        hashed = self.hasher.hash(password)
        with self.database.writing() as session:
            known = users.find(session, name)
            if known is None:
                user_no = users.add(session, name, hashed)
                users.set_rights(session, user_no, role or Role.DISTRICT_LEAD, _numbers(session, at))
            else:
                users.set_password(session, known.user_no, hashed)
                if role is not None:
                    users.set_rights(session, known.user_no, role, _numbers(session, at))
        return known is None

    def sign_in(self, name: str, password: str) -> str:
        """Return the token of a new session.

        Raises:
            SignInRefused: with the seconds until the next try.
        """
        name = _name(name)[:60]
        subject = hmac.digest(self.secret, b"sign-in\n" + name.encode("utf-8", "replace"), sha256)
        now = self.now()
        with self.database.writing() as session:
            user = users.find(session, name)
            failures, last_at = users.failures(session, subject)
            wait_s = last_at + delay_after(failures) - now
            if wait_s <= 0:
                # Counted before the password is looked at, so that many tries at once gain nothing.
                users.count_failure(session, subject, now)
        if wait_s > 0:
            raise SignInRefused(wait_s)
        if not self._is_right(user, password[:_LONGEST_PASSWORD]) or user is None:
            raise SignInRefused(delay_after(failures + 1))
        token = secrets.token_urlsafe(32)
        with self.database.writing() as session:
            users.forget_failures(session, subject, now - _FORGET_FAILURES_AFTER_S)
            users.close_old_sessions(session, now - LONGEST_S)
            users.open_session(session, _hash(token), user.user_no, now)
        return token

    def user_of(self, token: str) -> User | None:
        """Return whose session this is, or None when it is over."""
        now = self.now()
        with self.database.reading() as session:
            found = users.find_session(session, _hash(token))
        if found is None or now - found.last_seen_at > IDLE_S or now - found.created_at > LONGEST_S:
            return None
        if now - found.last_seen_at >= 60:
            with self.database.writing() as session:
                users.touch_session(session, _hash(token), now)
        return found.user

    def sign_out(self, token: str) -> None:
        with self.database.writing() as session:
            users.close_session(session, _hash(token))

    def form_token(self, token: str) -> str:
        """Return what a form of this session must carry."""
        return hmac.digest(self.secret, b"form\n" + token.encode("utf-8", "replace"), sha256).hex()

    def is_form_token(self, token: str, given: str) -> bool:
        return hmac.compare_digest(self.form_token(token).encode(), given.encode("utf-8", "replace"))

    def _is_right(self, user: User | None, password: str) -> bool:
        # Without a user, a hash is verified all the same, so that the time says nothing.
        known = user.password_hash if user else self._hash_of_nobody()
        with _HASHING:
            try:
                self.hasher.verify(known, password)
            except (VerificationError, InvalidHashError):
                return False
        return True

    def _hash_of_nobody(self) -> str:
        salt, tag = "c" * 22, "d" * 43
        cost = f"m={self.hasher.memory_cost},t={self.hasher.time_cost},p={self.hasher.parallelism}"
        return f"$argon2id$v=19${cost}${salt}${tag}"


def delay_after(failures: int) -> int:
    """Return the seconds to wait after so many failures: none for the first three, then 2, 4, 8 ... at most 60."""
    return 0 if failures < FREE_TRIES else min(LONGEST_DELAY_S, 2 ** (failures - FREE_TRIES + 1))


def _numbers(session: Session, names: Collection[str]) -> frozenset[int]:
    found = [sites.find(session, name.strip()) for name in names]
    if None in found:
        raise InvalidInput("site", "is not there; handwise-server enrol makes it with the code for its first tablet")
    return frozenset(number for number in found if number is not None)


def _name(name: str) -> str:
    return " ".join(name.split())


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
