"""An entry that another tablet than its author has brought back."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class WitnessedRow(SQLModel, table=True):
    """The server lacked it, and the tablet `brought_by` still had it: after a restore, when its author is lost.

    Nobody but the bringer vouches for it, so it is kept apart from `entry` and passed to no other tablet. When the
    author's signed batch comes it goes; if that says something else, it stays, with `is_conflict`. `payload` is as in
    `entry`, None when its case was withdrawn. The author may be a tablet that this database does not know. `position`
    is the site's when it was brought, by which a reader finds what changed; all of one request share it.
    """

    __tablename__ = "witnessed"
    __table_args__ = (
        Index("witnessed_case", "site_no", "case_id"),
        Index("witnessed_position", "site_no", "position"),
    )

    site_no: int = Field(primary_key=True, foreign_key="site.site_no")
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=WHOLE_NUMBER)
    hash: bytes = Field(primary_key=True)
    case_id: str
    payload: bytes | None = None
    brought_by: int = Field(foreign_key="device.device_no")
    is_conflict: bool = False
    position: int = Field(sa_type=WHOLE_NUMBER)
