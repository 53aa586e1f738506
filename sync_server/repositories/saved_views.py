"""Views of the case list to which a user has given a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from sync_server.tables.saved_view_row import SavedViewRow


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view: filters and sorting as they stand in the list's address."""

    view_no: int
    name: str
    query: str


def of_user(session: Session, user_no: int) -> list[SavedView]:
    """Return a user's views, the oldest first."""
    rows = session.exec(select(SavedViewRow).where(SavedViewRow.user_no == user_no).order_by(col(SavedViewRow.view_no)))
    return [SavedView(row.view_no or 0, row.name, row.query) for row in rows]


def add(session: Session, user_no: int, name: str, query: str) -> None:
    session.add(SavedViewRow(user_no=user_no, name=name, query=query))
    session.flush()


def rename(session: Session, user_no: int, view_no: int, name: str) -> None:
    """Give a view of this user another name."""
    session.execute(update(SavedViewRow).where(*_own(user_no, view_no)).values(name=name))


def forget(session: Session, user_no: int, view_no: int) -> None:
    """Let a view of this user go."""
    session.execute(delete(SavedViewRow).where(*_own(user_no, view_no)))


def _own(user_no: int, view_no: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(SavedViewRow.user_no) == user_no, col(SavedViewRow.view_no) == view_no
