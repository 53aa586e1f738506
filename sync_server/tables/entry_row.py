"""A stored entry."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class EntryRow(SQLModel, table=True):
    """`payload` is the entry's canonical JSON without device, seq and case. When a withdrawal erases it, `erased_hash`
    takes its place so that the chain still verifies.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index("entry_position", "site_no", "position", unique=True),
        Index("entry_case", "case_no"),
    )

    device_no: int = Field(primary_key=True, foreign_key="device.device_no")
    seq: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    site_no: int
    position: int = Field(sa_type=WHOLE_NUMBER)
    case_no: int = Field(sa_type=WHOLE_NUMBER)
    payload: bytes | None = None
    erased_hash: bytes | None = None
