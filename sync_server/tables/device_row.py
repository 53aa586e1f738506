"""An enrolled tablet."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class DeviceRow(SQLModel, table=True):
    """`tablet_no` is what people call it (Tablet 1, 2 ... of its site). `head_*` is how far its chain is stored.

    `holds_*`: count and digest (32 hex digits) of its readable entries, see `shared/sync/holding.py`.
    `next_nonce` came with the last answer; `challenges_used` counts the challenges that a 401 gave and a request used.
    """

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("site_no", "tablet_no"),)

    device_no: int | None = Field(default=None, primary_key=True)
    site_no: int = Field(foreign_key="site.site_no")
    device: str = Field(unique=True)
    tablet_no: int
    public_key: bytes
    is_revoked: bool = False
    head_seq: int = Field(default=0, sa_type=WHOLE_NUMBER)
    head_hash: bytes
    next_nonce: str | None = None
    challenges_used: int = Field(default=0, sa_type=WHOLE_NUMBER)
    waiting: int = Field(default=0, sa_type=WHOLE_NUMBER)
    app_version: str = ""
    knowledge_version: str = ""
    last_seen_on: str = ""
    holds_count: int = Field(default=0, sa_type=WHOLE_NUMBER, sa_column_kwargs={"server_default": "0"})
    holds_digest: str = Field(default="0" * 32, sa_column_kwargs={"server_default": "0" * 32})
