"""A code that stands in once for the second step of signing in."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class RecoveryCodeRow(SQLModel, table=True):
    """Only the hash is kept; the row goes when the code is used."""

    __tablename__ = "recovery_code"

    user_no: int = Field(primary_key=True, foreign_key="user_account.user_no")
    code_hash: bytes = Field(primary_key=True)
