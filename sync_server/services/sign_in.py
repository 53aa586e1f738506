"""Who may see the review pages: a password, then a code, then a session.

    sign_in(name, password)      a session that opens nothing but what is next:
        choose_password(...)         if somebody else made the password
        set_up(...), finish_set_up   if there is no authenticator yet
        enter_code(...)              else
    user_of(token)               the user of a whole session

Each step makes a new token. Passwords are kept as Argon2id hashes, sessions as the hash of a 256-bit token. A user name
that does not exist is treated like one that does: same work, same delay, same words. Whether a user may still sign in,
and what he may do, is read anew at every request.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from sqlmodel import Session

from shared.errors import InvalidInput
from shared.sentence import sentence
from sync_server.database import Database, DatabaseAway
from sync_server.repositories import sessions, sites, users
from sync_server.repositories.sessions import StoredSession
from sync_server.repositories.users import Account, Role, User
from sync_server.services import audit
from sync_server.services.attempts import Attempts
from sync_server.services.refusals import CodeWrong, SignInOver, SignInRefused
from sync_server.services.second_factor import SecondFactor, SetUp

IDLE_S = 15 * 60
"""How long a session lives without a request, and one before its second step at all."""
LONGEST_S = 8 * 60 * 60
_TOUCH_S = 60
# At 64 MiB each, only so many at once.
_HASHING = BoundedSemaphore(4)
_SHORTEST_PASSWORD = 15
_LONGEST_PASSWORD = 256


class Step(StrEnum):
    """What a session that is not whole has before it."""

    PASSWORD = "password"  # noqa: S105 (the name of a step)
    SET_UP = "set-up"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class SignInService:
    """Signs people in and out."""

    database: Database
    secret: bytes
    now: Callable[[], int]
    # 64 MiB, three passes: about 0.15 s on a small server, and dear for whoever steals the database.
    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)
    )

    @property
    def attempts(self) -> Attempts:
        return Attempts(self.database, self.secret, self.now)

    @property
    def second_factor(self) -> SecondFactor:
        return SecondFactor(self.secret, self.now)

    # Users, by whoever runs the server

    def create_user(self, name: str, password: str, role: Role | None = None, at: Collection[str] = ()) -> bool:
        """Keep a user; for one that is there already, change the password. Returns whether the user is new.

        Args:
            role: None leaves that of a known user as it is, and makes a new one a district lead.
            at: names of a coordinator's sites, which exist.

        Raises:
            InvalidInput: the name, the password or a site cannot be used.
        """
        name = usable_name(name)
        hashed = self.hashed(name, password)
        with self.database.writing() as session:
            known = users.find(session, name)
            if known is None:
                user_no = users.add(session, name, hashed)
                users.set_rights(session, user_no, role or Role.DISTRICT_LEAD, _numbers(session, at))
            else:
                user_no = known.user.user_no
                users.set_password(session, user_no, hashed)
                if role is not None:
                    users.set_rights(session, user_no, role, _numbers(session, at))
            audit.record(session, audit.OPERATOR, audit.USER_CHANGED, f"{audit.user(user_no)}: password and role")
        return known is None

    def forget_second_factor(self, name: str) -> None:
        """Let a user set the second step up anew at the next sign-in.

        Raises:
            InvalidInput: there is no such user.
        """
        with self.database.writing() as session:
            known = users.find(session, one_spaced(name))
            if known is None:
                raise InvalidInput("name", "is not one of a user")
            user_no = known.user.user_no
            users.set_second_factor(session, user_no, None, 0)
            sessions.end_all_of(session, user_no)
            audit.record(session, audit.OPERATOR, audit.USER_CHANGED, f"{audit.user(user_no)}: second step anew")

    # Signing in, step by step

    def sign_in(self, name: str, password: str, address: str | None = None) -> str:
        """Return the token of a new session that has its second step before it.

        Raises:
            SignInRefused, TooManyTries: with the seconds until the next try.
        """
        name = one_spaced(name)[:60]
        account = self._expect_password(name, password, address)
        token = new_token()
        now = self.now()
        with self.database.writing() as session:
            again = users.find(session, name)
            if again is None or again.user.password_hash != account.user.password_hash:
                raise SignInRefused(0)
            sessions.end_older(session, now - LONGEST_S)
            sessions.add(session, hash_of(token), account.user.user_no, now, is_whole=False)
        return token

    def next_step(self, token: str) -> tuple[User, Step]:
        """Return whose session this is, and what is next.

        Raises:
            SignInOver: it is not the token of a session before its second step, or of one that took too long.
        """
        with self.database.reading() as session:
            account = self._half(session, token).account
        return account.user, _step_of(account)

    def choose_password(self, token: str, password: str) -> str:
        """Take a password of the user's own for the one that somebody else made; return the token that follows.

        Raises:
            SignInOver: see `next_step`.
            InvalidInput: the password cannot be used.
        """
        user, step = self.next_step(token)
        if step is not Step.PASSWORD:
            raise SignInOver
        if self._is_right(user.password_hash, password[:_LONGEST_PASSWORD]):
            raise InvalidInput(
                "password",
                "must be another one than the one that you were given",
                sentence("The new password must be another one than the one that you were given."),
            )
        hashed = self.hashed(user.name, password)
        following = new_token()
        with self.database.writing() as session:
            self._half(session, token)
            users.set_password(session, user.user_no, hashed)
            sessions.add(session, hash_of(following), user.user_no, self.now(), is_whole=False)
            who = audit.user(user.user_no)
            audit.record(session, who, audit.USER_CHANGED, f"{who}: own password")
        return following

    def set_up(self, token: str) -> SetUp:
        """Return what an authenticator app is to take over; the same until the first code is entered.

        Raises:
            SignInOver: see `next_step`.
        """
        with self.database.writing() as session:
            half = self._half(session, token)
            if _step_of(half.account) is not Step.SET_UP:
                raise SignInOver
            user = half.account.user
            sealed = half.new_secret or self.second_factor.new_sealed(user.user_no)
            sessions.set_new_secret(session, half.token_hash, sealed)
        return self.second_factor.set_up(user, sealed)

    def finish_set_up(self, token: str, code: str, address: str | None = None) -> tuple[str, tuple[str, ...]]:
        """Take the secret over if the code is right; return the token of a whole session, and the recovery codes.

        Raises:
            SignInOver: see `next_step`.
            CodeWrong, TooManyTries: with the seconds until the next try.
        """
        recovery_codes: list[str] = []

        def take_over(session: Session, half: StoredSession) -> bool:
            if half.new_secret is None or _step_of(half.account) is not Step.SET_UP:
                raise SignInOver
            made = self.second_factor.adopt(session, half.account.user.user_no, half.new_secret, code)
            recovery_codes.extend(made or ())
            return made is not None

        return self._finish(token, address, take_over), tuple(recovery_codes)

    def enter_code(self, token: str, code: str, address: str | None = None) -> str:
        """Return the token of a whole session, if this is the code of now or a recovery code.

        Raises:
            SignInOver: see `next_step`.
            CodeWrong, TooManyTries: with the seconds until the next try.
        """

        def check(session: Session, half: StoredSession) -> bool:
            if _step_of(half.account) is not Step.CODE:
                raise SignInOver
            return self.second_factor.is_right(session, half.account, code)

        return self._finish(token, address, check)

    def _finish(self, token: str, address: str | None, check: Callable[[Session, StoredSession], bool]) -> str:
        user, _ = self.next_step(token)
        limits = (self.attempts.of_code(user.user_no), *self.attempts.of_address(address))
        wait_s = self.attempts.begin(*limits)
        whole = new_token()
        with self.database.writing() as session:
            half = self._half(session, token)
            is_right = check(session, half)
            if is_right:
                self.attempts.succeeded(session, *limits)
                sessions.end(session, half.token_hash)
                sessions.add(session, hash_of(whole), user.user_no, self.now(), is_whole=True)
                audit.record(session, audit.user(user.user_no), audit.SIGNED_IN, "review pages")
            elif self.attempts.is_worth_a_note(session):
                audit.record(session, audit.user(user.user_no), audit.SIGN_IN_FAILED, "code")
        if not is_right:
            raise CodeWrong(wait_s)
        return whole

    # Sessions

    def user_of(self, token: str) -> User | None:
        """Return whose whole session this is, or None when it is over."""
        now = self.now()
        with self.database.reading() as session:
            found = sessions.find(session, hash_of(token))
        if found is None or not found.is_whole or found.account.is_disabled:
            return None
        if now - found.last_seen_at > IDLE_S or now - found.created_at > LONGEST_S:
            return None
        if found.last_seen_at - now > _TOUCH_S:
            # The clock was put back by more than it may be off: nobody knows how long the session was left alone.
            return None
        if now - found.last_seen_at >= _TOUCH_S:
            # Where nothing can be written, pages that only show something go on until the session is idle.
            with suppress(DatabaseAway), self.database.writing() as session:
                sessions.touch(session, hash_of(token), now)
        return found.account.user

    def sign_out(self, token: str) -> None:
        with self.database.writing() as session:
            found = sessions.find(session, hash_of(token))
            if found is None:
                return
            sessions.end(session, found.token_hash)
            if found.is_whole:
                audit.record(session, audit.user(found.account.user.user_no), audit.SIGNED_OUT, "review pages")

    def form_token(self, token: str) -> str:
        """Return what a form of this session must carry."""
        return hmac.digest(self.secret, b"form\n" + token.encode("utf-8", "replace"), sha256).hex()

    def is_form_token(self, token: str, given: str) -> bool:
        return hmac.compare_digest(self.form_token(token).encode(), given.encode("utf-8", "replace"))

    # Passwords

    def hashed(self, name: str, password: str) -> str:
        """Return the hash to keep of a password. Without a name it is one that was made here.

        Raises:
            InvalidInput: it cannot be used.
        """
        if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise InvalidInput(
                "password",
                f"must have {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters",
                sentence(
                    "The new password must have {least} to {most} characters.",
                    least=_SHORTEST_PASSWORD,
                    most=_LONGEST_PASSWORD,
                ),
            )
        if len(set(password)) < 6 or (name and name.casefold() in password.casefold()):
            raise InvalidInput(
                "password",
                "is too easy to guess; four or five random words do well",
                sentence("The new password is too easy to guess; four or five random words do well."),
            )
        with _HASHING:
            return self.hasher.hash(password)

    def expect_own_password(self, user: User, password: str, address: str | None = None) -> None:
        """See that whoever sits there is still the user.

        Raises:
            SignInRefused, TooManyTries: with the seconds until the next try.
        """
        self._expect_password(user.name, password, address)

    def _expect_password(self, name: str, password: str, address: str | None) -> Account:
        limits = (self.attempts.of_name(name), *self.attempts.of_address(address))
        wait_s = self.attempts.begin(*limits)
        with self.database.reading() as session:
            account = users.find(session, name)
        # Without a user, a hash is verified all the same, so that the time says nothing.
        known = account.user.password_hash if account else self._hash_of_nobody()
        is_right = self._is_right(known, password[:_LONGEST_PASSWORD])
        if not is_right or account is None or not self._is_open(account):
            with self.database.writing() as session:
                if self.attempts.is_worth_a_note(session):
                    audit.record(session, audit.SOMEBODY, audit.SIGN_IN_FAILED, "password")
            raise SignInRefused(wait_s)
        with self.database.writing() as session:
            self.attempts.succeeded(session, *limits)
        return account

    def _is_open(self, account: Account) -> bool:
        ends_at = account.password_ends_at
        return not account.is_disabled and (ends_at is None or self.now() < ends_at)

    def _half(self, session: Session, token: str) -> StoredSession:
        found = sessions.find(session, hash_of(token))
        if found is None or found.is_whole or not self._is_open(found.account):
            raise SignInOver
        if not -_TOUCH_S <= self.now() - found.created_at <= IDLE_S:
            raise SignInOver
        return found

    def _is_right(self, known: str, password: str) -> bool:
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


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).digest()


def one_spaced(name: str) -> str:
    """Return a name without the blanks round it, and with one between its words."""
    return " ".join(name.split())


def usable_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        InvalidInput: nobody can be called so.
    """
    name = one_spaced(name)
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise InvalidInput("name", "must have 1 to 60 characters")
    return name


def _step_of(account: Account) -> Step:
    if account.password_ends_at is not None:
        return Step.PASSWORD
    return Step.SET_UP if account.totp_secret is None else Step.CODE


def _numbers(session: Session, names: Collection[str]) -> frozenset[int]:
    found = [sites.find(session, name.strip()) for name in names]
    if None in found:
        raise InvalidInput("site", "is not there; handwise-server enrol makes it with the code for its first tablet")
    return frozenset(number for number in found if number is not None)
