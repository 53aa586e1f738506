"""Signed-in browsers, and those that have the second step before them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from sync_server.repositories import users
from sync_server.repositories.users import Account
from sync_server.tables.session_row import SessionRow


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with its user. Times are in seconds since 1970; `new_secret` is sealed."""

    token_hash: bytes
    account: Account
    created_at: int
    last_seen_at: int
    is_whole: bool
    new_secret: bytes | None


def add(session: Session, token_hash: bytes, user_no: int, now: int, *, is_whole: bool) -> None:
    session.add(SessionRow(token_hash=token_hash, user_no=user_no, created_at=now, last_seen_at=now, is_whole=is_whole))
    session.flush()


def find(session: Session, token_hash: bytes) -> StoredSession | None:
    row = session.get(SessionRow, token_hash)
    account = None if row is None else users.account(session, row.user_no)
    if row is None or account is None:
        return None
    return StoredSession(row.token_hash, account, row.created_at, row.last_seen_at, row.is_whole, row.new_secret)


def touch(session: Session, token_hash: bytes, now: int) -> None:
    session.execute(update(SessionRow).where(col(SessionRow.token_hash) == token_hash).values(last_seen_at=now))


def set_new_secret(session: Session, token_hash: bytes, secret: bytes | None) -> None:
    """Keep the sealed secret that the session's user is about to take over."""
    session.execute(update(SessionRow).where(col(SessionRow.token_hash) == token_hash).values(new_secret=secret))


def whole_of(session: Session, user_no: int) -> list[tuple[bytes, int, int]]:
    """Return token hash, beginning and last use of a user's whole sessions, the one used last first."""
    rows = session.exec(
        select(SessionRow)
        .where(SessionRow.user_no == user_no, col(SessionRow.is_whole))
        .order_by(col(SessionRow.last_seen_at).desc(), col(SessionRow.created_at).desc())
    )
    return [(row.token_hash, row.created_at, row.last_seen_at) for row in rows]


def count_open(session: Session, created_after: int, seen_after: int) -> dict[int, int]:
    """Return how many whole sessions each user has that are neither too old nor left alone."""
    rows = session.exec(
        select(SessionRow.user_no, func.count())
        .where(col(SessionRow.is_whole), SessionRow.created_at > created_after, SessionRow.last_seen_at > seen_after)
        .group_by(col(SessionRow.user_no))
    )
    return dict(rows.all())


def end(session: Session, token_hash: bytes) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))


def end_all_of(session: Session, user_no: int, but: bytes = b"") -> None:
    """End a user's sessions, all but this one."""
    of_user = (col(SessionRow.user_no) == user_no) & (col(SessionRow.token_hash) != but)
    session.execute(delete(SessionRow).where(of_user))


def end_older(session: Session, created_before: int) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.created_at) < created_before))
