"""A coordinator's judgement of a case."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class ReviewRow(SQLModel, table=True):
    """`position` is in the same row of numbers as the site's entries, so one cursor serves both.

    `apart`: ids of the cases that are another child's in spite of an equal link, with blanks between them.
    """

    __tablename__ = "review"
    __table_args__ = (Index("review_case", "case_no"), Index("review_day", "written_on"))

    site_no: int = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    case_no: int = Field(sa_type=WHOLE_NUMBER)
    state: str
    diagnosis: str | None = None
    proven_by: str = ""
    message: str = ""
    user_no: int
    written_on: str
    apart: str | None = None
