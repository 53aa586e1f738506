"""A draft written after every tap: one statement, past the bookkeeping of rows, which costs more than the write."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from mobile_app.ports.records import Draft
from mobile_app.storage.rows import draft_values

_COLUMNS = ("draft_id", "case_id", "kind", "answers", "parents", "step", "local", "updated_at")
_KEEP = (
    f"INSERT INTO draft ({', '.join(_COLUMNS)}, touched)"  # noqa: S608 (names of columns, above)
    f" VALUES ({', '.join('?' * len(_COLUMNS))}, (SELECT coalesce(max(touched), 0) + 1 FROM draft))"
    " ON CONFLICT (draft_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS[1:], "touched"))
)


def keep_draft(session: Session, draft: Draft, updated_at: datetime) -> None:
    """Write a draft in the place of what it was before, as the last that was touched."""
    values = draft_values(draft, updated_at)
    session.connection().exec_driver_sql(_KEEP, tuple(values[name] for name in _COLUMNS))
