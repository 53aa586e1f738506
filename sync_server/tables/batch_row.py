"""A signed batch: what proves later what a tablet said."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class BatchRow(SQLModel, table=True):
    """Entries `first_seq` to `last_seq` of a device, their batch hash and its signature."""

    __tablename__ = "batch"

    device_no: int = Field(primary_key=True, foreign_key="device.device_no")
    first_seq: int = Field(primary_key=True)
    last_seq: int
    site_no: int
    hash: bytes
    signature: bytes
