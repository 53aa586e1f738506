"""What was done, by whom and to what."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class AuditRow(SQLModel, table=True):
    """`number` counts from 1 without a gap. `hash` is over the row before and this one (`services/audit.py`).

    Triggers refuse to change or delete a row. `on_day` is a day only: when somebody worked is nobody's business.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("audit_actor", "actor", "number"), Index("audit_action", "action", "number"))

    number: int = Field(primary_key=True, sa_type=WHOLE_NUMBER, sa_column_kwargs={"autoincrement": False})
    on_day: str
    actor: str
    action: str
    object: str
    hash: bytes
