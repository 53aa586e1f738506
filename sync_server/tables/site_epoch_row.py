"""A site's own name of the database, once it was found to be older than its tablets know."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class SiteEpochRow(SQLModel, table=True):
    """`epoch` replaces the database's for this site. It is random: a second restore must not bring an old name back."""

    __tablename__ = "site_epoch"

    site_no: int = Field(primary_key=True, foreign_key="site.site_no")
    epoch: str
