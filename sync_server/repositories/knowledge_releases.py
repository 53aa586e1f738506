"""Versions of the knowledge as signed files, and the key that is trusted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sync_server.tables.knowledge_release_row import KnowledgeKeyRow, KnowledgeReleaseRow


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """A signed file without its bytes. `size` in bytes; `published_on` is empty until it is published."""

    version: str
    digest: str
    size: int
    given_by: int
    published_on: str


def trusted_key(session: Session) -> bytes | None:
    """Return the public key that must have signed; None until one is set."""
    row = session.get(KnowledgeKeyRow, 1)
    return None if row is None else row.public_key


def trust(session: Session, public_key: bytes) -> None:
    session.merge(KnowledgeKeyRow(only=1, public_key=public_key))


def every(session: Session) -> tuple[StoredRelease, ...]:
    """Return all of them, the one that was given last first."""
    rows = session.exec(select(KnowledgeReleaseRow).order_by(col(KnowledgeReleaseRow.release_no).desc()))
    return tuple(StoredRelease(row.version, row.digest, len(row.body), row.given_by, row.published_on) for row in rows)


def published(session: Session) -> dict[str, str]:
    """Return the digest of every published version."""
    rows = session.exec(
        select(KnowledgeReleaseRow.version, KnowledgeReleaseRow.digest).where(KnowledgeReleaseRow.published_on != "")
    )
    return dict(rows.all())


def body_of(session: Session, digest: str) -> tuple[bytes, bool] | None:
    """Return a signed file and whether it is published; None if there is none of this digest."""
    row = session.exec(select(KnowledgeReleaseRow).where(KnowledgeReleaseRow.digest == digest)).first()
    return None if row is None else (row.body, bool(row.published_on))


def add(session: Session, version: str, digest: str, body: bytes, user_no: int) -> None:
    session.add(KnowledgeReleaseRow(version=version, digest=digest, body=body, given_by=user_no))
    session.flush()


def discard(session: Session, digest: str) -> None:
    """Take one away that was never published."""
    session.execute(
        delete(KnowledgeReleaseRow).where(
            col(KnowledgeReleaseRow.digest) == digest, col(KnowledgeReleaseRow.published_on) == ""
        )
    )


def publish(session: Session, digest: str, day: str) -> None:
    session.execute(
        update(KnowledgeReleaseRow)
        .where(col(KnowledgeReleaseRow.digest) == digest, col(KnowledgeReleaseRow.published_on) == "")
        .values(published_on=day)
    )
