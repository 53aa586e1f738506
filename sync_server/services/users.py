"""Looking after users: who may sign in, as what, and for which sites. Each change is in the audit log, by number.

A user who is added gets a one-time password, shown once and good for a week; at the first sign-in he chooses his own
and sets the second step up. Every change ends the user's sessions, so that it holds at once. Nobody changes his own
rights: there is always somebody left who looks after the users.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from shared.errors import InvalidInput
from shared.sentence import Sentence, phrase, sentence
from sync_server.database import Database
from sync_server.language import is_spoken
from sync_server.repositories import sessions, sites, users
from sync_server.repositories.users import Account, Role, User
from sync_server.services import audit
from sync_server.services.refusals import NoSuchUser
from sync_server.services.second_factor import one_time_text
from sync_server.services.sign_in import IDLE_S, LONGEST_S, SignInService, usable_name

FIRST_PASSWORD_S = 7 * 24 * 60 * 60
ROLE_WORDS = {
    Role.COORDINATOR: phrase("Coordinator"),
    Role.DISTRICT_LEAD: phrase("District lead"),
    Role.ADMINISTRATOR: phrase("Administrator"),
}
ROLE_MEANS = {
    Role.COORDINATOR: phrase("Reviews the cases of some sites."),
    Role.DISTRICT_LEAD: phrase("Reviews the cases of all sites, and looks after their tablets."),
    Role.ADMINISTRATOR: phrase("Looks after users, tablets and knowledge. Sees no case."),
}


@dataclass(frozen=True, slots=True)
class UserView:
    """A user as the page shows him. `state` is active, disabled, invited (one-time password) or expired.

    `language` is the code of the one in which he reads the desk, or empty: what his browser asks for.
    """

    user_no: int
    name: str
    role: Role
    role_words: str
    sites: tuple[str, ...]
    site_nos: frozenset[int]
    state: str
    has_second_factor: bool
    open_sessions: int
    is_self: bool
    language: str


@dataclass(frozen=True, slots=True)
class UsersView:
    """All users by name, and the sites that a coordinator may be given, by number."""

    users: tuple[UserView, ...]
    sites: tuple[tuple[int, str], ...]


class NotChanged(Exception):
    """What was filled in cannot be kept; `advice` says why, in one sentence."""

    def __init__(self, advice: Sentence) -> None:
        super().__init__(str(advice))
        self.advice = advice


@dataclass(frozen=True, slots=True)
class UserService:
    """What an administrator does."""

    database: Database
    sign_in: SignInService

    def view(self, by: User) -> UsersView:
        """Return all users, and note that they were seen."""
        with self.database.writing() as session:
            audit.record(session, audit.user(by.user_no), audit.SAW_SETTINGS, "users")
            names, now = sites.names(session), self.sign_in.now()
            opened = sessions.count_open(session, now - LONGEST_S, now - IDLE_S)
            shown = tuple(self._shown(one, names, opened, by) for one in users.every(session))
        return UsersView(shown, tuple(names.items()))

    def one(self, user_no: int, by: User) -> tuple[UserView, UsersView]:
        """Return one user, and all.

        Raises:
            NoSuchUser: there is none of this number.
        """
        everybody = self.view(by)
        for shown in everybody.users:
            if shown.user_no == user_no:
                return shown, everybody
        raise NoSuchUser

    def add(self, name: str, role: Role, at: Collection[int], by: User, language: str = "") -> tuple[int, str]:
        """Add a user; return the number, and the one-time password that is to be shown once.

        `language` is the one in which the desk is shown to him, until he chooses; one that there is not is none.

        Raises:
            NotChanged: the name is taken or cannot be used, or a coordinator has no site.
        """
        try:
            name = usable_name(name)
        except InvalidInput:
            raise NotChanged(sentence("The name must have 1 to 60 characters.")) from None
        password = one_time_text()
        hashed = self.sign_in.hashed("", password)
        with self.database.writing() as session:
            if users.find(session, name) is not None:
                raise NotChanged(sentence("Somebody has this name already. Add a second name or a place."))
            chosen = _expect_sites(session, role, at)
            user_no = users.add(session, name, hashed)
            users.set_password(session, user_no, hashed, self.sign_in.now() + FIRST_PASSWORD_S)
            users.set_rights(session, user_no, role, chosen)
            if is_spoken(language):
                users.set_language(session, user_no, language)
            self._note(session, by, user_no, f"added, {_rights(role, chosen)}")
        return user_no, password

    def set_rights(self, user_no: int, role: Role, at: Collection[int], by: User) -> None:
        """Change a user's role and sites.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            chosen = _expect_sites(session, role, at)
            users.set_rights(session, user_no, role, chosen)
            self._note(session, by, user_no, _rights(role, chosen))

    def set_language(self, user_no: int, code: str, by: User) -> None:
        """Change the language in which a user reads the desk. Empty: what his browser asks for.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        if code and not is_spoken(code):
            raise NotChanged(sentence("Choose a language from the list."))
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            users.set_language(session, user_no, code)
            sessions.end_all_of(session, user_no)
            self._note(session, by, user_no, f"language {code or 'of the browser'}")

    def set_disabled(self, user_no: int, is_disabled: bool, by: User) -> None:
        """Let a user sign in no longer, or again.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            users.set_disabled(session, user_no, is_disabled)
            self._note(session, by, user_no, "disabled" if is_disabled else "enabled")

    def new_password(self, user_no: int, by: User) -> str:
        """Give a user a one-time password in the place of his own; return it, to be shown once.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        password = one_time_text()
        hashed = self.sign_in.hashed("", password)
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            users.set_password(session, user_no, hashed, self.sign_in.now() + FIRST_PASSWORD_S)
            self._note(session, by, user_no, "one-time password")
        return password

    def reset_second_factor(self, user_no: int, by: User) -> None:
        """Let a user set the second step up anew at the next sign-in.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            users.set_second_factor(session, user_no, None, 0)
            sessions.end_all_of(session, user_no)
            self._note(session, by, user_no, "second step anew")

    def end_sessions(self, user_no: int, by: User) -> None:
        """End all sessions of a user.

        Raises:
            NoSuchUser, NotChanged: nothing was changed.
        """
        with self.database.writing() as session:
            self._expect_other(session, user_no, by)
            sessions.end_all_of(session, user_no)
            self._note(session, by, user_no, "sessions ended")

    def _expect_other(self, session: Session, user_no: int, by: User) -> None:
        if users.account(session, user_no) is None:
            raise NoSuchUser
        if user_no == by.user_no:
            raise NotChanged(sentence("This is you. Another administrator can change it; see also your own account."))

    def _note(self, session: Session, by: User, user_no: int, what: str) -> None:
        # A coordinator of very many sites: the log holds short texts.
        audit.record(session, audit.user(by.user_no), audit.USER_CHANGED, f"{audit.user(user_no)}: {what}"[:200])

    def _shown(self, account: Account, names: dict[int, str], opened: dict[int, int], by: User) -> UserView:
        user, ends_at = account.user, account.password_ends_at
        if account.is_disabled:
            state = "disabled"
        elif ends_at is not None:
            state = "invited" if self.sign_in.now() < ends_at else "expired"
        else:
            state = "active"
        return UserView(
            user_no=user.user_no,
            name=user.name,
            role=user.role,
            role_words=ROLE_WORDS[user.role],
            sites=tuple(name for number, name in names.items() if number in (user.sites or ())),
            site_nos=user.sites or frozenset(),
            state=state,
            has_second_factor=account.totp_secret is not None,
            open_sessions=opened.get(user.user_no, 0),
            is_self=user.user_no == by.user_no,
            language=user.language,
        )


def _expect_sites(session: Session, role: Role, at: Collection[int]) -> frozenset[int]:
    if role is not Role.COORDINATOR:
        return frozenset()
    chosen = frozenset(at) & frozenset(sites.names(session))
    if not chosen:
        raise NotChanged(sentence("A coordinator needs at least one site. Choose the sites whose cases are reviewed."))
    return chosen


def _rights(role: Role, chosen: Collection[int]) -> str:
    of_sites = f" of sites {', '.join(map(str, sorted(chosen)))}" if chosen else ""
    return f"{role.replace('_', ' ')}{of_sites}"
