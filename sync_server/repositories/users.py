"""Users, their sessions, and failed sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sync_server.database import add_unless_there
from sync_server.tables.attempt_row import AttemptRow
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


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser's user and times."""

    user: User
    created_at: int
    last_seen_at: int


def add(session: Session, name: str, password_hash: str) -> int:
    """Add a user who is a district lead until `set_rights` says otherwise; return the number."""
    row = UserRow(name=name, password_hash=password_hash)
    session.add(row)
    session.flush()
    assert row.user_no is not None
    return row.user_no


def set_rights(session: Session, user_no: int, role: Role, sites: Iterable[int]) -> None:
    """Give a user a role, and a coordinator the sites; end all of the user's sessions."""
    session.execute(update(UserRow).where(col(UserRow.user_no) == user_no).values(role=role.value))
    session.execute(delete(UserSiteRow).where(col(UserSiteRow.user_no) == user_no))
    if role is Role.COORDINATOR:
        session.add_all(UserSiteRow(user_no=user_no, site_no=site_no) for site_no in sorted(sites))
    session.execute(delete(SessionRow).where(col(SessionRow.user_no) == user_no))
    session.flush()


def find(session: Session, name: str) -> User | None:
    if not name.isprintable():
        # Nobody is called so; and PostgreSQL has no text with a zero character in it to compare with.
        return None
    row = session.exec(select(UserRow).where(UserRow.name == name)).first()
    return None if row is None else _user(session, row)


def set_password(session: Session, user_no: int, password_hash: str) -> None:
    """Change a password and end all of the user's sessions."""
    session.execute(update(UserRow).where(col(UserRow.user_no) == user_no).values(password_hash=password_hash))
    session.execute(delete(SessionRow).where(col(SessionRow.user_no) == user_no))


def open_session(session: Session, token_hash: bytes, user_no: int, now: int) -> None:
    session.add(SessionRow(token_hash=token_hash, user_no=user_no, created_at=now, last_seen_at=now))


def find_session(session: Session, token_hash: bytes) -> OpenSession | None:
    row = session.get(SessionRow, token_hash)
    if row is None:
        return None
    return OpenSession(_user(session, session.get_one(UserRow, row.user_no)), row.created_at, row.last_seen_at)


def touch_session(session: Session, token_hash: bytes, now: int) -> None:
    session.execute(update(SessionRow).where(col(SessionRow.token_hash) == token_hash).values(last_seen_at=now))


def close_session(session: Session, token_hash: bytes) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))


def close_old_sessions(session: Session, created_before: int) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.created_at) < created_before))


def failures(session: Session, subject: bytes) -> tuple[int, int]:
    """Return how often signing in failed, and when it last did; others who try this name wait until the commit."""
    add_unless_there(session, AttemptRow, subject=subject, failures=0, last_at=0)
    row = session.exec(select(AttemptRow).where(AttemptRow.subject == subject).with_for_update()).one()
    return row.failures, row.last_at


def count_failure(session: Session, subject: bytes, now: int) -> None:
    session.execute(
        update(AttemptRow)
        .where(col(AttemptRow.subject) == subject)
        .values(failures=AttemptRow.failures + 1, last_at=now)
    )


def forget_failures(session: Session, subject: bytes, before: int) -> None:
    """Forget those of the subject, and everybody's that are older than `before`."""
    session.execute(delete(AttemptRow).where((col(AttemptRow.subject) == subject) | (col(AttemptRow.last_at) < before)))


def _user(session: Session, row: UserRow) -> User:
    assert row.user_no is not None
    role, sites = Role(row.role), None
    if role is not Role.DISTRICT_LEAD:
        of_user = select(UserSiteRow.site_no).where(UserSiteRow.user_no == row.user_no)
        sites = frozenset(session.exec(of_user)) if role is Role.COORDINATOR else frozenset()
    return User(row.user_no, row.name, row.password_hash, role, sites)
