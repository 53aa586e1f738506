"""Failed sign-ins."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class AttemptRow(SQLModel, table=True):
    """`subject` is a hash, so that a user name that does not exist leaves the same trace as one that does."""

    __tablename__ = "attempt"

    subject: bytes = Field(primary_key=True)
    failures: int
    last_at: int = Field(sa_type=WHOLE_NUMBER)
