"""Users: what they are, which sites they have, and what they sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CursorResult, Delete, Update, delete, update
from sqlmodel import Session, col, select

from sync_server.tables.recovery_code_row import RecoveryCodeRow
from sync_server.tables.session_row import SessionRow
from sync_server.tables.user_row import UserRow, UserSiteRow


class Role(StrEnum):
    """What somebody is at the desk."""

    COORDINATOR = "coordinator"
    """Reviews the cases of some sites."""
    DISTRICT_LEAD = "district_lead"
    """Reviews the cases of all sites, and answers for their tablets."""
    ADMINISTRATOR = "administrator"
    """Looks after users, tablets, knowledge and the server, and sees no case."""


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may sign in. `sites` are the numbers of the sites whose cases he may see; None: of all sites."""

    user_no: int
    name: str
    password_hash: str
    role: Role
    sites: frozenset[int] | None
    language: str = ""
    """The language in which he reads the desk; empty: what his browser asks for."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what signing in needs.

    `password_ends_at` (seconds since 1970): the password was made by somebody else, and is to be changed before then.
    `totp_secret` is sealed; None before the second step was set up.
    """

    user: User
    is_disabled: bool
    password_ends_at: int | None
    totp_secret: bytes | None
    totp_step: int


def add(session: Session, name: str, password_hash: str) -> int:
    """Add a user who is a district lead until `set_rights` says otherwise; return the number."""
    row = UserRow(name=name, password_hash=password_hash)
    session.add(row)
    session.flush()
    assert row.user_no is not None
    return row.user_no


def find(session: Session, name: str) -> Account | None:
    """Return the account of this name."""
    if not name.isprintable():
        # Nobody is called so; and PostgreSQL has no text with a zero character in it to compare with.
        return None
    row = session.exec(select(UserRow).where(UserRow.name == name)).first()
    return None if row is None else _account(session, row)


def account(session: Session, user_no: int) -> Account | None:
    row = session.get(UserRow, user_no)
    return None if row is None else _account(session, row)


def every(session: Session) -> list[Account]:
    """Return all accounts, by name."""
    rows = session.exec(select(UserRow).order_by(UserRow.name)).all()
    sites: dict[int, set[int]] = {}
    for user_no, site_no in session.exec(select(UserSiteRow.user_no, UserSiteRow.site_no)):
        sites.setdefault(user_no, set()).add(site_no)
    return [_account_of(row, frozenset(sites.get(row.user_no or 0, ()))) for row in rows]


def names(session: Session) -> dict[int, str]:
    """Return the users' names by number."""
    return {number: name for number, name in session.exec(select(UserRow.user_no, UserRow.name)) if number is not None}


def set_rights(session: Session, user_no: int, role: Role, sites: Iterable[int]) -> None:
    """Give a user a role, and a coordinator the sites; end all of the user's sessions."""
    _change(session, user_no, role=role.value)
    session.execute(delete(UserSiteRow).where(col(UserSiteRow.user_no) == user_no))
    if role is Role.COORDINATOR:
        session.add_all(UserSiteRow(user_no=user_no, site_no=site_no) for site_no in sorted(sites))
    _end_sessions(session, user_no)


def set_password(session: Session, user_no: int, password_hash: str, ends_at: int | None = None) -> None:
    """Change a password and end all of the user's sessions. With an end, it is to be changed at the next sign-in."""
    _change(session, user_no, password_hash=password_hash, password_ends_at=ends_at)
    _end_sessions(session, user_no)


def set_language(session: Session, user_no: int, code: str) -> None:
    """Keep the language in which a user reads the desk."""
    _change(session, user_no, language=code)


def set_disabled(session: Session, user_no: int, is_disabled: bool) -> None:
    """Let a user sign in no longer, or again; end all of the user's sessions."""
    _change(session, user_no, is_disabled=is_disabled)
    _end_sessions(session, user_no)


def set_second_factor(
    session: Session, user_no: int, secret: bytes | None, step: int, code_hashes: Iterable[bytes] = ()
) -> None:
    """Keep the sealed secret and its last step, and recovery codes in the place of those before."""
    _change(session, user_no, totp_secret=secret, totp_step=step)
    session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_no) == user_no))
    session.add_all(RecoveryCodeRow(user_no=user_no, code_hash=one) for one in code_hashes)
    session.flush()


def reseal(session: Session, user_no: int, secret: bytes) -> None:
    """Keep the same secret, sealed anew."""
    _change(session, user_no, totp_secret=secret)


def take_step(session: Session, user_no: int, step: int) -> bool:
    """Note that the code of this step was taken. False if it was before, by this process or another."""
    is_later = (col(UserRow.user_no) == user_no) & (col(UserRow.totp_step) < step)
    return _count(session, update(UserRow).where(is_later).values(totp_step=step)) == 1


def use_recovery_code(session: Session, user_no: int, code_hash: bytes) -> bool:
    """Strike a recovery code off. False if it is not one of the user's, or was used before."""
    this = (col(RecoveryCodeRow.user_no) == user_no) & (col(RecoveryCodeRow.code_hash) == code_hash)
    return _count(session, delete(RecoveryCodeRow).where(this)) == 1


def recovery_codes_left(session: Session, user_no: int) -> int:
    return len(session.exec(select(RecoveryCodeRow.code_hash).where(RecoveryCodeRow.user_no == user_no)).all())


def _change(session: Session, user_no: int, **values: object) -> None:
    session.execute(update(UserRow).where(col(UserRow.user_no) == user_no).values(**values))


def _end_sessions(session: Session, user_no: int) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.user_no) == user_no))
    session.flush()


def _count(session: Session, statement: Update | Delete) -> int:
    done = session.execute(statement)
    assert isinstance(done, CursorResult)
    return done.rowcount


def _account(session: Session, row: UserRow) -> Account:
    of_user = select(UserSiteRow.site_no).where(UserSiteRow.user_no == row.user_no)
    return _account_of(row, frozenset(session.exec(of_user)) if row.role == Role.COORDINATOR else frozenset())


def _account_of(row: UserRow, sites: frozenset[int]) -> Account:
    assert row.user_no is not None
    role = Role(row.role)
    user = User(
        row.user_no, row.name, row.password_hash, role, None if role is Role.DISTRICT_LEAD else sites, row.language
    )
    return Account(user, row.is_disabled, row.password_ends_at, row.totp_secret, row.totp_step)
