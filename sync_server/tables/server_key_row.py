"""The keys to which tablets seal what is carried without a network, and with which its receipts are signed: one row."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class ServerKeyRow(SQLModel, table=True):
    """Private keys, 32 bytes each: X25519 and Ed25519. A backup keeps them, or what is on its way would never open."""

    __tablename__ = "server_key"

    only: int = Field(default=1, primary_key=True)
    box_key: bytes
    sign_key: bytes
