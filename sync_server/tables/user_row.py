"""Someone who may sign in to the review pages, and the sites that a coordinator has."""

from __future__ import annotations

from sqlalchemy import false, text
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class UserRow(SQLModel, table=True):
    """`language` is the one in which he reads the desk; empty while he has chosen none.

    `password_ends_at` is there while the password is one that somebody else made, to be used once before then.

    `totp_secret` is sealed (`services/second_factor.py`); `totp_step` is the step whose code was taken last. Times are
    in seconds since 1970.
    """

    __tablename__ = "user_account"

    user_no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password_hash: str
    role: str = Field(default="district_lead", sa_column_kwargs={"server_default": "district_lead"})
    is_disabled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    password_ends_at: int | None = Field(default=None, sa_type=WHOLE_NUMBER)
    totp_secret: bytes | None = None
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    totp_step: int = Field(default=0, sa_type=WHOLE_NUMBER, sa_column_kwargs={"server_default": text("0")})


class UserSiteRow(SQLModel, table=True):
    __tablename__ = "user_site"

    user_no: int = Field(primary_key=True, foreign_key="user_account.user_no")
    site_no: int = Field(primary_key=True, foreign_key="site.site_no")
