"""An entry that was set apart, and why."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class QuarantineRow(SQLModel, table=True):
    """`hash` keeps the chain whole. The content itself is not kept: it may hold what must not leave the tablet."""

    __tablename__ = "quarantine"

    device_no: int = Field(primary_key=True, foreign_key="device.device_no")
    seq: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    hash: bytes = Field(primary_key=True)
    site_no: int
    reason: str
    is_in_chain: bool
