"""What a site is called in DHIS2."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class OrgUnitRow(SQLModel, table=True):
    """`org_unit` is the UID of the site's organisation unit, 11 letters and digits."""

    __tablename__ = "org_unit"

    site_no: int = Field(primary_key=True, foreign_key="site.site_no")
    org_unit: str
