"""A clinic or ward whose tablets share their cases."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class SiteRow(SQLModel, table=True):
    """`next_position` is the position of the next entry or review. Whoever raises it holds the lock of this row until
    the commit, so positions become visible in their order and a pull never steps over one.
    """

    __tablename__ = "site"

    site_no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    next_position: int = 1
