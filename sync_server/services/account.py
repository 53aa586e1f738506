"""One's own account: password, second step, open sessions. Whoever changes something says his password again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from shared.errors import InvalidInput
from shared.sentence import Sentence, counted, sentence
from sync_server.database import Database
from sync_server.language import is_spoken
from sync_server.repositories import sessions, sites, users
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.refusals import CodeWrong, SignInOver
from sync_server.services.second_factor import SetUp
from sync_server.services.sign_in import IDLE_S, LONGEST_S, SignInService, hash_of, new_token
from sync_server.services.users import ROLE_MEANS, ROLE_WORDS

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class SessionView:
    """An open session: `id` names it in a form, and opens nothing."""

    id: str
    began: Sentence
    last_used: Sentence
    is_this: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a user sees of himself. `sites` is None for all."""

    name: str
    role: str
    role_means: str
    sites: tuple[str, ...] | None
    recovery_codes_left: int
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True)
class AccountService:
    """What everybody does with his own account."""

    database: Database
    sign_in: SignInService

    def view(self, user: User, token: str) -> AccountView:
        """Return a user's own account, as the session of this token shows it."""
        now = self.sign_in.now()
        with self.database.reading() as session:
            names = sites.names(session)
            opened = tuple(
                SessionView(_id(hash), _ago(now - began), _ago(now - seen), hash == hash_of(token))
                for hash, began, seen in sessions.whole_of(session, user.user_no)
                if now - began <= LONGEST_S and now - seen <= IDLE_S
            )
            left = users.recovery_codes_left(session, user.user_no)
        own = None if user.sites is None else tuple(name for number, name in names.items() if number in user.sites)
        return AccountView(user.name, ROLE_WORDS[user.role], ROLE_MEANS[user.role], own, left, opened)

    def change_password(self, user: User, old: str, new: str, address: str | None = None) -> str:
        """Change one's own password, end all other sessions, and return the token of this one anew.

        Raises:
            SignInRefused, TooManyTries: the old password is wrong, or too many were.
            InvalidInput: the new one cannot be used.
        """
        self.sign_in.expect_own_password(user, old, address)
        if new == old:
            raise InvalidInput(
                "password",
                "must be another one than before",
                sentence("The new password must be another one than before."),
            )
        hashed, token = self.sign_in.hashed(user.name, new), new_token()
        with self.database.writing() as session:
            users.set_password(session, user.user_no, hashed)
            sessions.add(session, hash_of(token), user.user_no, self.sign_in.now(), is_whole=True)
            self._note(session, user, "own password")
        return token

    def choose_language(self, user: User, code: str) -> None:
        """Keep the language in which a user reads the desk; one that cannot be chosen is none, as at the beginning."""
        with self.database.writing() as session:
            users.set_language(session, user.user_no, code if is_spoken(code) else "")
            self._note(session, user, "own language")

    def begin_second_factor(self, user: User, token: str, password: str, address: str | None = None) -> None:
        """Make a new secret for the session; the one before stays until `finish_second_factor`.

        Raises:
            SignInRefused, TooManyTries: the password is wrong, or too many were.
        """
        self.sign_in.expect_own_password(user, password, address)
        with self.database.writing() as session:
            sealed = self.sign_in.second_factor.new_sealed(user.user_no)
            sessions.set_new_secret(session, hash_of(token), sealed)

    def set_up(self, user: User, token: str) -> SetUp:
        """Return what the app is shown.

        Raises:
            SignInOver: none was begun.
        """
        with self.database.reading() as session:
            found = sessions.find(session, hash_of(token))
        if found is None or found.new_secret is None:
            raise SignInOver
        return self.sign_in.second_factor.set_up(user, found.new_secret)

    def finish_second_factor(
        self, user: User, token: str, code: str, address: str | None = None
    ) -> tuple[str, tuple[str, ...]]:
        """Take the new secret over, end all sessions, and return the token of this one anew with the recovery codes.

        Raises:
            SignInOver: none was begun.
            CodeWrong, TooManyTries: with the seconds until the next try.
        """
        attempts = self.sign_in.attempts
        limits = (attempts.of_code(user.user_no), *attempts.of_address(address))
        wait_s = attempts.begin(*limits)
        following = new_token()
        with self.database.writing() as session:
            found = sessions.find(session, hash_of(token))
            if found is None or found.new_secret is None:
                raise SignInOver
            codes = self.sign_in.second_factor.adopt(session, user.user_no, found.new_secret, code)
            if codes is not None:
                attempts.succeeded(session, *limits)
                sessions.end_all_of(session, user.user_no)
                sessions.add(session, hash_of(following), user.user_no, self.sign_in.now(), is_whole=True)
                self._note(session, user, "own second step")
        if codes is None:
            raise CodeWrong(wait_s)
        return following, codes

    def renew_recovery_codes(self, user: User, password: str, address: str | None = None) -> tuple[str, ...]:
        """Return ten new recovery codes; those before are void.

        Raises:
            SignInRefused, TooManyTries: the password is wrong, or too many were.
        """
        self.sign_in.expect_own_password(user, password, address)
        with self.database.writing() as session:
            account = users.account(session, user.user_no)
            assert account is not None
            codes = self.sign_in.second_factor.renew_recovery_codes(session, account)
            self._note(session, user, "own recovery codes")
        return codes

    def end_sessions(self, user: User, token: str, id: str) -> None:
        """End one of one's own sessions, or all but this one if `id` is "others". One that is gone is no error."""
        with self.database.writing() as session:
            for hash, _, _ in sessions.whole_of(session, user.user_no):
                if _id(hash) == id or (id == "others" and hash != hash_of(token)):
                    sessions.end(session, hash)
            self._note(session, user, "own sessions")

    def _note(self, session: Session, user: User, what: str) -> None:
        who = audit.user(user.user_no)
        audit.record(session, who, audit.USER_CHANGED, f"{who}: {what}")


def _id(token_hash: bytes) -> str:
    return token_hash[:_ID_BYTES].hex()


def _ago(seconds: int) -> Sentence:
    minutes = max(0, seconds) // 60
    if minutes < 1:
        return sentence("just now")
    if minutes < 60:
        return counted(minutes, "{count} minute ago", "{count} minutes ago")
    return counted(minutes // 60, "{count} hour ago", "{count} hours ago")
