"""A stored entry."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


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
    seq: int = Field(primary_key=True)
    site_no: int
    position: int
    case_no: int
    payload: bytes | None = None
    erased_hash: bytes | None = None
