"""A view of the case list that a user has given a name."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class SavedViewRow(SQLModel, table=True):
    """`query` is what stands after the ? of the list's address: filters and sorting, in their usual order."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_no", "name"),)

    view_no: int | None = Field(default=None, primary_key=True)
    user_no: int = Field(foreign_key="user_account.user_no")
    name: str
    query: str
