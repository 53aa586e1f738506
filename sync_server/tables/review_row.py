"""A coordinator's judgement of a case."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ReviewRow(SQLModel, table=True):
    """`position` is in the same row of numbers as the site's entries, so one cursor serves both."""

    __tablename__ = "review"
    __table_args__ = (Index("review_case", "case_no"),)

    site_no: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    case_no: int
    state: str
    diagnosis: str | None = None
    proven_by: str = ""
    message: str = ""
    user_no: int
    written_on: str
