"""The server's schema: the same on both databases, brought up to date without loss, and never guessed at."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, make_url, text
from sqlmodel import Session, SQLModel

from sync_server.__main__ import main
from sync_server.database import Database, DatabaseUnusable
from sync_server.main import load_digests
from sync_server.migrations import HEAD, REVISIONS, configuration
from sync_server.repositories.schema import identify, migrate, revision
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.databases import KINDS, cluster, drop_database, new_database
from tests.freezing import FROZEN, Rows, rows_of
from tests.server_world import PASSWORD, running_server

ROOT = Path(__file__).resolve().parents[3]
RELEASED = sorted({path.name.split(".")[0].removeprefix("server-") for path in FROZEN.glob("server-*")})
OLDER = [number for number in RELEASED if number != HEAD]


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database without a table in it."""
    url = new_database(request.param, tmp_path, is_migrated=False)
    yield url
    drop_database(url)


def thaw(number: str, url: str) -> Rows:
    """Put a frozen database into an empty one; return what was in it."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        Path(make_url(url).database or "").write_bytes(
            gzip.decompress((FROZEN / f"server-{number}.sqlite.gz").read_bytes())
        )
    else:
        with cluster().connect(make_url(url).database or "") as connection:
            connection.execute((FROZEN / f"server-{number}.postgresql.sql").read_bytes())
    rows: Rows = json.loads((FROZEN / f"server-{number}.{kind}.json").read_text())
    return rows


def differences(session: Session) -> list[object]:
    """Return what Alembic would change to make this schema that of the models."""
    context = MigrationContext.configure(session.connection(), opts={"compare_server_default": True})
    return list(compare_metadata(context, SQLModel.metadata))


def test_the_revisions_that_this_version_names_are_those_that_it_ships() -> None:
    shipped = [each.revision for each in ScriptDirectory.from_config(configuration()).walk_revisions()]

    assert tuple(reversed(shipped)) == REVISIONS
    assert set(REVISIONS[:-1]) <= set(RELEASED), "freeze the databases of a revision before adding the next one"


def test_migrations_make_exactly_what_the_models_say(empty: str) -> None:
    with closing(Database(empty)) as database:
        migrate(database)

        with database.reading() as session:
            assert differences(session) == []
            session.connection().rollback()
        with database.writing() as session:
            # The comparison sees a difference where there is one.
            session.execute(text("ALTER TABLE review DROP COLUMN message"))
            assert len(differences(session)) == 1
            session.rollback()


@pytest.mark.parametrize("number", RELEASED)
def test_a_database_of_every_release_comes_through_with_every_row_and_goes_on(number: str, empty: str) -> None:
    before = thaw(number, empty)

    with closing(Database(empty)) as database:
        identity = migrate(database)
        assert migrate(database) == identity
        with database.reading() as session:
            assert revision(session) == HEAD
            assert differences(session) == []
            after = rows_of(session.connection())
        said: list[str] = []
        assert Verification(database, load_digests(Settings().assets), said.append).run().entries == len(
            before["entry"]
        )
        assert said == []

    # What a server of the first release looks at, to say that it is too old.
    for rows in (before, after):
        rows["server"][0].pop("schema_version")
    # Worked out when it is shown, and kept no more.
    for row in before["case_summary"]:
        row.pop("verdict")
    assert all(rows for rows in before.values()), "a frozen database has something in every table"
    for table, rows in before.items():
        columns = set(rows[0])
        assert [{name: row[name] for name in row.keys() & columns} for row in after[table]] == rows, table
    with running_server(empty) as server:
        figures = server.services.figures.figures()
        assert (figures.sites, figures.devices, figures.entries) == (2, 3, len(before["entry"]))
        assert server.code("Ward 3")
        assert server.services.sign_in.create_user("Somebody else", PASSWORD)


@pytest.mark.parametrize("number", OLDER)
@pytest.mark.parametrize("command", [["serve", "--database-url"], ["enrol", "Ward 3", "--database-url"]])
def test_an_older_database_is_refused_in_one_sentence_until_it_is_migrated(
    number: str, command: list[str], empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    thaw(number, empty)

    assert main([*command, empty]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("make a backup, then run: handwise-server migrate.\n")
    assert said.err.count("\n") == 1
    with closing(Database(empty)) as database, database.reading() as session:
        assert revision(session) == number


def test_an_empty_postgresql_is_refused_and_a_new_file_is_made(empty: str) -> None:
    with closing(Database(empty)) as database:
        if database.is_sqlite:
            identity = identify(database)
            assert identify(database) == identity
        else:
            with pytest.raises(DatabaseUnusable, match="empty. Make its tables first: handwise-server migrate"):
                identify(database)
            made = migrate(database)
            assert identify(database) == made


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        migrate(database)
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        for use in (identify, migrate):
            with pytest.raises(DatabaseUnusable, match="A newer version"):
                use(database)

        with database.reading() as session:
            assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_the_first_release_would_refuse_it_too(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        migrate(database)
        with database.reading() as session:
            assert session.execute(text("SELECT schema_version FROM server")).scalar_one() > 1


def test_tables_of_another_program_are_left_alone(empty: str) -> None:
    with closing(Database(empty)) as database:
        with database.writing() as session:
            session.execute(text("CREATE TABLE invoice (number INTEGER)"))

        for use in (identify, migrate):
            with pytest.raises(DatabaseUnusable, match="another program"):
                use(database)

        with database.reading() as session:
            assert set(rows_of(session.connection())) == {"invoice"}


@pytest.mark.parametrize("number", OLDER)
def test_eight_at_once_bring_it_up_to_date_once(number: str, empty: str) -> None:
    thaw(number, empty)

    def bring_up_to_date(_: int) -> object:
        with closing(Database(empty)) as database:
            return migrate(database)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(bring_up_to_date, range(8)))) == 1


@pytest.mark.parametrize("number", OLDER)
def test_killed_anywhere_in_a_migration_a_file_is_the_old_one_or_the_new_one(number: str, tmp_path: Path) -> None:
    thaw(number, f"sqlite:///{tmp_path / 'template.db'}")
    code = f"from {__name__} import die_at_each_statement; die_at_each_statement({str(tmp_path)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "finished", "every statement was reached"

    found, seen = set(), set()
    for path in sorted(tmp_path.glob("round-*.db")):
        with closing(sqlite3.connect(path)) as file:
            tables = frozenset(name for (name,) in file.execute("SELECT name FROM sqlite_master"))
            found.add((tables, file.execute("SELECT schema_version FROM server").fetchone()))
            content = "\n".join(file.iterdump())
        # What holds the same goes on in the same way.
        if content not in seen:
            seen.add(content)
            with closing(Database(f"sqlite:///{path}")) as database:
                migrate(database)
                assert list(database.own_faults()) == []
    assert len(found) == 2
    assert len(done.stdout.split()) > 10


def die_at_each_statement(base: str) -> None:
    """Migrate a copy of the template, killed before the 1st, 2nd ... statement, until one is not. Runs in a child."""
    number = 0
    while True:
        number += 1
        path = Path(base) / f"round-{number:03}.db"
        shutil.copy(Path(base) / "template.db", path)
        child = os.fork()
        if child == 0:
            count = 0

            def die(*_: object, at: int = number) -> None:
                nonlocal count
                count += 1
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(Engine, "before_cursor_execute", die)
            event.listen(Engine, "commit", die)
            migrate(Database(f"sqlite:///{path}"))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "finished", flush=True)
        if not os.WIFSIGNALED(status):
            return


@pytest.mark.parametrize("number", OLDER)
def test_killed_at_the_last_moment_of_a_migration_postgresql_is_as_before(number: str) -> None:
    url = new_database("postgresql", Path(), is_migrated=False)
    before = thaw(number, url)
    code = f"from {__name__} import die_at_the_commit; die_at_the_commit({url!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr

    with closing(Database(url)) as database:
        with database.reading() as session:
            assert revision(session) == number
            assert rows_of(session.connection()) == before
        migrate(database)
    drop_database(url)


def die_at_the_commit(url: str) -> None:
    """Migrate, and be killed when all is done but the commit. Runs in a child."""
    event.listen(Engine, "commit", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    migrate(Database(url))
