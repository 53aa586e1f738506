"""Someone who may sign in to the review pages, and the sites that a coordinator has."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class UserRow(SQLModel, table=True):
    __tablename__ = "user_account"

    user_no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password_hash: str
    role: str = Field(default="district_lead", sa_column_kwargs={"server_default": "district_lead"})


class UserSiteRow(SQLModel, table=True):
    __tablename__ = "user_site"

    user_no: int = Field(primary_key=True, foreign_key="user_account.user_no")
    site_no: int = Field(primary_key=True, foreign_key="site.site_no")
