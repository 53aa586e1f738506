"""A signed batch: what proves later what a tablet said."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class BatchRow(SQLModel, table=True):
    """Entries `first_seq` to `last_seq` of a device, their batch hash and its signature.

    `carried_by` is the number of the device that brought it, where that was not its writer (PROTOCOL.md, section 15).
    """

    __tablename__ = "batch"

    device_no: int = Field(primary_key=True, foreign_key="device.device_no")
    first_seq: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    last_seq: int = Field(sa_type=WHOLE_NUMBER)
    site_no: int
    hash: bytes
    signature: bytes
    carried_by: int | None = None
