"""A signed version of the knowledge that was given to this server, and the key that must have signed it."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class KnowledgeReleaseRow(SQLModel, table=True):
    """`digest` is the SHA-256 of `body` (64 hex digits), the signed file. Until `published_on` has a day, tablets do
    not see it; from then on it never changes.
    """

    __tablename__ = "knowledge_release"

    release_no: int | None = Field(default=None, primary_key=True)
    version: str = Field(unique=True)
    digest: str = Field(unique=True)
    body: bytes
    given_by: int
    published_on: str = ""


class KnowledgeKeyRow(SQLModel, table=True):
    """The public key of whoever answers for the knowledge; one row, set on the server itself."""

    __tablename__ = "knowledge_key"

    only: int = Field(default=1, primary_key=True)
    public_key: bytes
