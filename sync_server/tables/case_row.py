"""A case, with the words of its list row worked out when an entry or a review arrives."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class CaseRow(SQLModel, table=True):
    """`case_no` is the order of arrival, newest last. All that stands here follows from the entries and reviews, but
    for the month (2026-11) and the ISO week (2026-W47) in which its first entry arrived.

    `condition` is what the tool says first, `diagnosis` what the last review says it was; empty if it says nothing.
    `followed` is the condition whose plan is followed, `seen_day` the last day after the first visit on which the child
    was seen (`services/follow_up_checks.py`; -1: it came in before that was worked out), `outcome` what the clinic says
    it was in the end, `had_antibiotics` 1 where some were given before. From `age_days` on: what reports count
    (`repositories/cases.py`, `Course`); of a case that came in before that was worked out it is read from its entries.
    """

    __tablename__ = "case_summary"
    __table_args__ = (UniqueConstraint("case_id", "site_no"),)

    case_no: int | None = Field(default=None, primary_key=True, sa_type=WHOLE_NUMBER)
    site_no: int = Field(foreign_key="site.site_no")
    case_id: str
    is_withdrawn: bool = False
    received_month: str = ""
    received_week: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    age_band: str = ""
    sex: str = ""
    region: str = ""
    side: str = ""
    condition: str = ""
    urgency: str = ""
    danger_signs: int = 0
    disagreements: int = 0
    review_state: str = "received"
    diagnosis: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    followed: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    seen_day: int = Field(default=0, sa_column_kwargs={"server_default": text("-1")})
    outcome: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    had_antibiotics: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    age_days: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    healed_days: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    followed_days: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    sequelae: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    dying_skin: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    knowledge: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    onset_days: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
    calcium_days: int = Field(default=-1, sa_column_kwargs={"server_default": text("-1")})
