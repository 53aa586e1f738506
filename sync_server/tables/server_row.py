"""What this database is: one row."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class ServerRow(SQLModel, table=True):
    """`epoch` is made when the database is; a tablet that meets another one knows that this is not the same data.

    `secret` keys the challenges, form tokens and what users sign in with. It protects no patient data.
    `audit_*` is where the audit log ends.
    """

    __tablename__ = "server"

    only: int = Field(default=1, primary_key=True)
    schema_version: int
    epoch: str
    secret: bytes
    audit_number: int = Field(default=0, sa_type=WHOLE_NUMBER, sa_column_kwargs={"server_default": "0"})
    audit_hash: bytes | None = None
