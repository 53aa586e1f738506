"""How often something failed of late: a password, a code."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sync_server.database import add_unless_there
from sync_server.tables.attempt_row import AttemptRow


def failures(session: Session, subject: bytes) -> tuple[int, int]:
    """Return how often it failed, and when it last did; others who try the same wait until the commit."""
    row = None
    # Whoever succeeds takes the row away, also between these two statements.
    while row is None:
        add_unless_there(session, AttemptRow, subject=subject, failures=0, last_at=0)
        row = session.exec(select(AttemptRow).where(AttemptRow.subject == subject).with_for_update()).first()
    return row.failures, row.last_at


def set_failures(session: Session, subject: bytes, failures: int, now: int) -> None:
    session.execute(update(AttemptRow).where(col(AttemptRow.subject) == subject).values(failures=failures, last_at=now))


def take_back(session: Session, subject: bytes) -> None:
    """Count one less: it did not fail after all."""
    this = (col(AttemptRow.subject) == subject) & (col(AttemptRow.failures) > 0)
    session.execute(update(AttemptRow).where(this).values(failures=AttemptRow.failures - 1))


def forget(session: Session, subject: bytes) -> None:
    session.execute(delete(AttemptRow).where(col(AttemptRow.subject) == subject))


def forget_older(session: Session, before: int) -> None:
    """Forget everybody's that are older."""
    session.execute(delete(AttemptRow).where(col(AttemptRow.last_at) < before))
