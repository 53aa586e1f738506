"""What this database is: one row."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class ServerRow(SQLModel, table=True):
    """`epoch` is made when the database is; a tablet that meets another one knows that this is not the same data.

    `secret` keys the challenges and form tokens. It protects no patient data.
    """

    __tablename__ = "server"

    only: int = Field(default=1, primary_key=True)
    schema_version: int
    epoch: str
    secret: bytes
