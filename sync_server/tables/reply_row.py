"""A clinic's answer to a coordinator, and whether somebody at the desk has read it."""

from __future__ import annotations

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class ReplyRow(SQLModel, table=True):
    """The entry of kind `reply` of that device and number, in `entry`. It goes with a withdrawn case.

    `position` is where it stands at its site: whoever has seen a later one of the case has seen it too. Who marked it
    as read is in the audit log.
    """

    __tablename__ = "clinic_reply"
    __table_args__ = (Index("clinic_reply_case", "case_no"), Index("clinic_reply_waiting", "is_read", "site_no"))

    device_no: int = Field(primary_key=True, foreign_key="device.device_no")
    seq: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    site_no: int
    case_no: int = Field(sa_type=WHOLE_NUMBER)
    position: int = Field(sa_type=WHOLE_NUMBER)
    is_read: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
