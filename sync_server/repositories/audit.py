"""The log of what was done, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from sync_server.tables.audit_row import AuditRow
from sync_server.tables.server_row import ServerRow

# Any number: those who add to the log of one PostgreSQL database come one after the other.
_AUDIT_LOCK = 4_811_733_096


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """One row of the log."""

    number: int
    on_day: str
    actor: str
    action: str
    object: str
    hash: bytes


def lock(session: Session) -> None:
    """Be the only one who adds to the log until the transaction ends. On SQLite there is one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_AUDIT_LOCK)))


def last(session: Session) -> tuple[int, bytes] | None:
    """Return number and hash of the newest row; None if there is none."""
    newest = select(AuditRow.number, AuditRow.hash).order_by(col(AuditRow.number).desc()).limit(1)
    return session.exec(newest).first()


def note_end(session: Session, number: int, hash: bytes) -> None:
    """Note apart from the log where it ends."""
    session.execute(update(ServerRow).values(audit_number=number, audit_hash=hash))


def noted_end(session: Session) -> tuple[int, bytes | None]:
    """Return number and hash of the row with which the log ends, as it was noted; number 0 before the first."""
    return session.exec(select(ServerRow.audit_number, ServerRow.audit_hash)).one()


def hash_of(session: Session, number: int) -> bytes | None:
    """Return the hash of a row; None if there is no such row."""
    return session.exec(select(AuditRow.hash).where(AuditRow.number == number)).first()


def add(session: Session, row: StoredAudit) -> None:
    session.add(
        AuditRow(
            number=row.number,
            on_day=row.on_day,
            actor=row.actor,
            action=row.action,
            object=row.object,
            hash=row.hash,
        )
    )


def page(session: Session, actor: str, action: str, before: int | None, count: int) -> list[StoredAudit]:
    """Return rows, the newest first: of an actor or an action if they are given, with numbers below `before`."""
    query = select(AuditRow).order_by(col(AuditRow.number).desc()).limit(count)
    if actor:
        query = query.where(AuditRow.actor == actor)
    if action:
        query = query.where(AuditRow.action == action)
    if before is not None:
        query = query.where(AuditRow.number < before)
    return [_stored(row) for row in session.exec(query)]


def every(session: Session, chunk: int = 500) -> Iterator[StoredAudit]:
    """Give all rows in the order of their numbers."""
    after: int | None = None
    while True:
        query = select(AuditRow).order_by(col(AuditRow.number)).limit(chunk)
        rows = session.exec(query if after is None else query.where(AuditRow.number > after)).all()
        if not rows:
            return
        for row in rows:
            yield _stored(row)
        after = rows[-1].number


def _stored(row: AuditRow) -> StoredAudit:
    return StoredAudit(row.number, row.on_day, row.actor, row.action, row.object, row.hash)
