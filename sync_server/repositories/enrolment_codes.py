"""One-time codes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sync_server.tables.enrolment_code_row import EnrolmentCodeRow


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code that still works. `used_by` is the device that took it, or empty."""

    site_no: int
    used_by: str


def add(session: Session, code_hash: bytes, selector: str, site_no: int, expires_at: int) -> None:
    session.add(EnrolmentCodeRow(code_hash=code_hash, selector=selector, site_no=site_no, expires_at=expires_at))


def find(
    session: Session, code_hash: bytes, *, not_before: int, not_after: int, max_tries: int
) -> EnrolmentCode | None:
    """Return the code, and forget those that are too old, or would live for too long."""
    # Those that another request is just forgetting are left to it: two that wait for each other would both fail.
    too_old = (
        select(EnrolmentCodeRow.code_hash)
        .where((col(EnrolmentCodeRow.expires_at) < not_before) | (col(EnrolmentCodeRow.expires_at) > not_after))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(EnrolmentCodeRow).where(col(EnrolmentCodeRow.code_hash).in_(too_old)))
    row = session.exec(
        select(EnrolmentCodeRow)
        .where(EnrolmentCodeRow.code_hash == code_hash, EnrolmentCodeRow.failed_tries < max_tries)
        .with_for_update()
    ).first()
    return None if row is None else EnrolmentCode(row.site_no, row.used_by)


def count_failure(session: Session, selector: str) -> None:
    """Count a wrong code against the codes that begin like it."""
    session.execute(
        update(EnrolmentCodeRow)
        .where(col(EnrolmentCodeRow.selector) == selector)
        .values(failed_tries=EnrolmentCodeRow.failed_tries + 1)
    )


def use(session: Session, code_hash: bytes, device: str) -> None:
    session.execute(update(EnrolmentCodeRow).where(col(EnrolmentCodeRow.code_hash) == code_hash).values(used_by=device))
