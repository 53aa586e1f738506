"""A clinic or ward whose tablets share their cases."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class SiteRow(SQLModel, table=True):
    """`next_position` is the position of the next entry or review. Whoever raises it holds the lock of this row until
    the commit, so positions become visible in their order and a pull never steps over one.

    `holds_*`: count and digest (32 hex digits) of the site's readable entries, see `shared/sync/holding.py`.
    """

    __tablename__ = "site"

    site_no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    next_position: int = Field(default=1, sa_type=WHOLE_NUMBER)
    holds_count: int = Field(default=0, sa_type=WHOLE_NUMBER, sa_column_kwargs={"server_default": "0"})
    holds_digest: str = Field(default="0" * 32, sa_column_kwargs={"server_default": "0" * 32})
