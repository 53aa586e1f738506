"""The schema, revision by revision (Alembic), on SQLite and on PostgreSQL.

    nothing ──0001──▶ first release ──0002──▶ ... ──▶ HEAD        forwards only; the way back is a backup

Everything that one call brings up to date is one transaction: killed in the middle, the database is what it was.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

REVISIONS = ("0001", "0002", "0003")
"""All that this version knows, the newest last."""
HEAD = REVISIONS[-1]
REVISION_TABLE = "alembic_version"


def configuration() -> Config:
    """Return what Alembic needs to find the revisions."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Bring the schema up to date in the transaction that the connection is in. The caller commits."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
