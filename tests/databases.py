"""The two databases that the server runs on, empty ones for tests: a SQLite file, or one of our own PostgreSQL 15.

PostgreSQL is started once for a test run, from Debian's package, in a folder of its own and on a socket only; its
safety is not turned down (fsync and synchronous_commit are on). A new database is a copy of a migrated one: 0.03 s.
It ends with the test run, also when that is killed.
"""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, select
from sqlmodel import SQLModel

from sync_server.database import Database
from sync_server.repositories.schema import migrate
from tests.quick_folder import quick_folder

KINDS = ("sqlite", "postgresql")
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_USER = "handwise"
_TEMPLATE = "migrated"
_PREFIX = "handwise-pg-"


def new_database(kind: str, folder: Path, *, is_migrated: bool = True) -> str:
    """Return the address of a new database; a SQLite file that is not migrated is left to whoever opens it first."""
    if kind == "sqlite":
        path = folder / "server.db"
        if is_migrated and not path.exists():
            shutil.copy(_migrated_file(), path)
            with closing(sqlite3.connect(path)) as connection, connection:
                for update, values in _new_identity():
                    connection.execute(update.replace("%s", "?"), values)
        return f"sqlite:///{path}"
    return cluster().new_database(template=_TEMPLATE if is_migrated else "template0")


@cache
def _migrated_file() -> Path:
    folder = tempfile.mkdtemp(prefix="handwise-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "server.db")
    with closing(Database(f"sqlite:///{path}")) as database:
        migrate(database)
    return path


def _new_identity() -> Iterator[tuple[LiteralString, tuple[object, ...]]]:
    """Give what makes a copy a server of its own: two never share these."""
    yield "UPDATE server SET epoch = %s, secret = %s", (secrets.token_hex(16), secrets.token_bytes(32))
    yield "UPDATE server_key SET box_key = %s, sign_key = %s", (secrets.token_bytes(32), secrets.token_bytes(32))


def drop_database(url: str) -> None:
    """Give its space back. A SQLite file goes with its folder."""
    if not url.startswith("sqlite"):
        cluster().drop(_name(url))


@contextmanager
def a_copy(url: str, folder: Path) -> Iterator[str]:
    """Give a copy of a database that nobody has open."""
    if url.startswith("sqlite"):
        copy = folder / "copy.db"
        shutil.copy(url.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    made = cluster().new_database(template=_name(url))
    yield made
    drop_database(made)


def every_row(url: str) -> bytes:
    """Return every value of every row."""
    with closing(Database(url)) as database, database.reading() as session:
        found: list[bytes] = []
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        return b"\n".join(found)


def stored_bytes(url: str) -> bytes:
    """Return every byte of the files that hold the tables of a database."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    return cluster().stored_bytes(_name(url))


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, name: str) -> str:
        return f"postgresql://{_USER}@/{name}?host={self.folder}"

    def connect(self, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user=_USER, dbname=name, autocommit=True)

    def new_database(self, *, template: str) -> str:
        name = f"test_{secrets.token_hex(6)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        if template == _TEMPLATE:
            with self.connect(name) as connection:
                for update, values in _new_identity():
                    connection.execute(update, values)
        return self.url(name)

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stored_bytes(self, name: str) -> bytes:
        with self.connect(name) as connection:
            connection.execute("CHECKPOINT")
            found = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (name,)).fetchone()
            assert found is not None
        return b"".join(path.read_bytes() for path in (self.folder / "data" / "base" / str(found[0])).iterdir())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def cluster() -> Cluster:
    """Return the PostgreSQL of this test run, started now if it is not there yet."""
    missing = [name for name in ("initdb", "postgres") if not (PROGRAMS / name).exists()]
    if missing:
        pytest.exit("PostgreSQL 15 is missing, and the server's tests need it: apt-get install postgresql-15", 1)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=quick_folder()))
    _clear_up_after_killed_runs(folder.parent)
    as_whom = _not_root(folder)
    data = folder / "data"
    made = subprocess.run(
        [*as_whom, PROGRAMS / "initdb", "--pgdata", data, "--username", _USER, "--auth", "trust", "--encoding", "UTF8",
         "--locale", "C.UTF-8", "--no-sync"],
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "shared_buffers": "32MB",
        "max_wal_size": "256MB",
        "autovacuum": "off",
    }
    # The signal at the end of its parent makes it stop with the test run, whatever ends that.
    command = [*(as_whom or ["setpriv"]), "--pdeathsig", "INT", str(PROGRAMS / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        running = Cluster(folder, subprocess.Popen(command, cwd="/", stdout=log, stderr=log))
    atexit.register(running.stop)
    _wait_until_it_answers(running)
    with running.connect() as connection:
        connection.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    with closing(Database(running.url(_TEMPLATE))) as database:
        migrate(database)
    return running


def _clear_up_after_killed_runs(parent: Path) -> None:
    # PostgreSQL has ended with them, but nobody was left to remove its folder. A run that has just begun is young.
    for folder in parent.glob(f"{_PREFIX}*"):
        is_running = (folder / "data" / "postmaster.pid").exists()
        if not is_running and time.time() - folder.stat().st_mtime > 3600:
            shutil.rmtree(folder, ignore_errors=True)


def _not_root(folder: Path) -> Sequence[str]:
    """Return how to become somebody else where we are root, which PostgreSQL refuses to run as."""
    if os.getuid() != 0:
        return ()
    # Debian's package makes this user.
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")


def _wait_until_it_answers(running: Cluster) -> None:
    while True:
        try:
            running.connect().close()
        except psycopg.OperationalError:
            assert running.process.poll() is None, (running.folder / "log").read_text()
            time.sleep(0.02)
        else:
            return


def _name(url: str) -> str:
    return make_url(url).database or ""
