"""A signed-in browser, or one that is about to be."""

from __future__ import annotations

from sqlalchemy import false
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class SessionRow(SQLModel, table=True):
    """Only the hash of the cookie is kept. Times are in seconds since 1970, by the server's clock.

    Before the second step a session `is_whole` not, and opens nothing but that step. `new_secret` is the sealed secret
    that its user is about to take over, until the first code proves that an authenticator has it.
    """

    __tablename__ = "session"

    token_hash: bytes = Field(primary_key=True)
    user_no: int = Field(foreign_key="user_account.user_no")
    created_at: int = Field(sa_type=WHOLE_NUMBER)
    last_seen_at: int = Field(sa_type=WHOLE_NUMBER)
    is_whole: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    new_secret: bytes | None = None
