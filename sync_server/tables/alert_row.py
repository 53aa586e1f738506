"""A cluster that was noted when it first showed, and what people did about it."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field, SQLModel


class AlertRow(SQLModel, table=True):
    """More of a diagnosis at a site than usual, from `first_week` (2026-W45) on. `rules` are some of C1, C2, C3 and
    between, with blanks; `seen` and `expected` are as of the last look. `state` is new, looked_at or closed.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("site_no", "condition", "first_week"),)

    alert_no: int | None = Field(default=None, primary_key=True)
    site_no: int = Field(foreign_key="site.site_no")
    condition: str
    first_week: str
    last_week: str
    rules: str
    seen: int
    expected: float
    raised_on: str
    state: str = Field(default="new", sa_column_kwargs={"server_default": text("'new'")})


class AlertActRow(SQLModel, table=True):
    """One thing that was done about an alert, in order. `user_no` is None where the counts themselves went on.

    `checked` are the things to check that were ticked, one a line, `reason` the code of why it was closed, `note` words
    about the ward, never about a child.
    """

    __tablename__ = "alert_act"

    alert_no: int = Field(primary_key=True, foreign_key="alert.alert_no")
    number: int = Field(primary_key=True)
    act: str
    reason: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    checked: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    note: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    user_no: int | None = Field(default=None, foreign_key="user_account.user_no")
    on_day: str
