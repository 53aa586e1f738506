"""Someone who may sign in to the review pages."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class UserRow(SQLModel, table=True):
    __tablename__ = "user_account"

    user_no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password_hash: str
