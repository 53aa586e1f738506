"""What Alembic runs to get a connection: the caller's own, or, from Alembic's command line, that of the settings."""

from __future__ import annotations

from contextlib import closing

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from sync_server import tables  # noqa: F401 (makes every table known)
from sync_server.database import Database
from sync_server.settings import default_database_url


def _run(connection: Connection) -> None:
    # SQLite undoes changes of the schema like any other; Alembic only does not count on it.
    context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    with closing(Database(default_database_url())) as database, database.writing() as session:
        _run(session.connection())
