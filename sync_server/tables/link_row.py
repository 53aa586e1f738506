"""A link that an entry of a case carries."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class LinkRow(SQLModel, table=True):
    """Equal links of one site are the same child's. It follows from the entries and goes with a withdrawn case."""

    __tablename__ = "case_link"
    __table_args__ = (Index("case_link_link", "site_no", "link"),)

    case_no: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    link: str = Field(primary_key=True)
    site_no: int = Field(foreign_key="site.site_no")
