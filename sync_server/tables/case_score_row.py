"""What the tool concluded of a case before a coordinator said what it was, set against what that was."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class CaseScoreRow(SQLModel, table=True):
    """A row for a case with an adjudicated diagnosis and a conclusion from before it, the first one; a second row if
    the last one (`is_last`) is another. It follows from entries and reviews and goes with a withdrawn case.

    Probabilities are per cent. `place` is that of the diagnosis among those that the conclusion names, 0 if it names it
    not; `first`, `second` and `third` are those of the three it puts first, `given` that of the diagnosis.
    """

    __tablename__ = "case_score"

    case_no: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    is_last: bool = Field(primary_key=True)
    knowledge_version: str
    diagnosis: str
    leader: str
    urgency: str
    danger_rules: int
    place: int
    first: int
    second: int
    third: int
    given: int
    brier: float
    antibiotics: str
