"""A signed-in browser."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class SessionRow(SQLModel, table=True):
    """Only the hash of the cookie is kept. Times are in seconds since 1970, by the server's clock."""

    __tablename__ = "session"

    token_hash: bytes = Field(primary_key=True)
    user_no: int = Field(foreign_key="user_account.user_no")
    created_at: int = Field(sa_type=WHOLE_NUMBER)
    last_seen_at: int = Field(sa_type=WHOLE_NUMBER)
