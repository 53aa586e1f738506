"""What both databases promise: durable, one writer at a site, one moment for a reader, and no surprise in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlmodel import func, select

import sync_server.database
import tests.databases
from sync_server.database import Database, DatabaseUnusable
from sync_server.repositories import attempts, sites
from sync_server.repositories.schema import migrate
from sync_server.tables.site_row import SiteRow
from tests.databases import cluster, drop_database, new_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        migrate(database)
        yield database


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[str]:
    url = new_database("postgresql", tmp_path)
    yield url
    drop_database(url)


def test_what_a_block_wrote_is_undone_when_it_raises(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            sites.find_or_add(session, "Clinic A")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with database.reading() as session:
        assert sites.count(session) == 0


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reading() as reader:
        assert sites.count(reader) == 0
        with database.writing() as session:
            sites.find_or_add(session, "Clinic A")

        assert sites.count(reader) == 0
    with database.reading() as reader:
        assert sites.count(reader) == 1


def test_a_reader_cannot_write_to_postgresql(on_postgresql: str) -> None:
    with (
        closing(Database(on_postgresql)) as database,
        database.reading() as session,
        pytest.raises(Exception, match="read-only"),
    ):
        session.execute(text("DELETE FROM site"))


def test_a_second_read_under_the_lock_sees_what_changed_before_it(on_postgresql: str) -> None:
    """Also of a row that the session still holds from before."""
    with closing(Database(on_postgresql)) as database:
        with database.writing() as session:
            site_no = sites.find_or_add(session, "Clinic A")
        with database.writing() as late:
            held = late.exec(select(SiteRow)).one()
            with database.writing() as session:
                sites.take_positions(session, site_no, 5)

            sites.lock(late, site_no)
            assert late.exec(select(SiteRow)).one().next_position == 6
            assert held.next_position == 6


def test_a_site_that_eight_make_at_once_is_one_site(database: Database) -> None:
    def make(_: int) -> int:
        with database.writing() as session:
            return sites.find_or_add(session, "Clinic A")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(make, range(8)))) == 1


def test_positions_that_eight_take_at_once_are_each_given_once(database: Database) -> None:
    with database.writing() as session:
        site_no = sites.find_or_add(session, "Clinic A")

    def take(_: int) -> list[int]:
        with database.writing() as session:
            first = sites.take_positions(session, site_no, 3)
        return [first, first + 1, first + 2]

    with ThreadPoolExecutor(8) as threads:
        taken = [position for three in threads.map(take, range(40)) for position in three]

    assert sorted(taken) == list(range(1, 121))


def test_failed_sign_ins_at_once_are_all_counted(database: Database) -> None:
    def fail(number: int) -> int:
        with database.writing() as session:
            before, _ = attempts.failures(session, b"somebody")
            attempts.set_failures(session, b"somebody", before + 1, number)
        return before

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(fail, range(24)))

    # Each has seen all those before him, so none had a try too many.
    assert sorted(seen) == list(range(24))


def test_numbers_and_times_beyond_31_bits_are_kept(database: Database) -> None:
    far = 2**52
    with database.writing() as session:
        site_no = sites.find_or_add(session, "Clinic A")
        assert sites.take_positions(session, site_no, far) == 1
        attempts.failures(session, b"somebody")
        attempts.set_failures(session, b"somebody", 1, far)

    with database.reading() as session:
        assert sites.last_position(session, site_no) == far
    with database.writing() as session:
        assert attempts.failures(session, b"somebody") == (1, far)


# What a PostgreSQL must be like


def test_a_postgresql_that_loses_data_at_a_power_cut_is_refused(on_postgresql: str) -> None:
    with fsync_off(), pytest.raises(DatabaseUnusable, match="fsync is off"):
        Database(on_postgresql)

    Database(on_postgresql).close()


@contextmanager
def fsync_off() -> Iterator[None]:
    with cluster().connect() as connection:
        try:
            connection.execute("ALTER SYSTEM SET fsync = off")
            _wait_for_fsync(connection, "off")
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET fsync")
            _wait_for_fsync(connection, "on")


def _wait_for_fsync(connection: psycopg.Connection[tuple[object, ...]], value: str) -> None:
    connection.execute("SELECT pg_reload_conf()")
    while True:
        with cluster().connect() as fresh:
            if fresh.execute("SHOW fsync").fetchone() == (value,):
                return
        time.sleep(0.01)


def test_after_a_restart_of_postgresql_the_server_goes_on(on_postgresql: str) -> None:
    with closing(Database(on_postgresql)) as database:
        with database.writing() as session:
            sites.find_or_add(session, "Clinic A")
        with cluster().connect() as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (make_url(on_postgresql).database,),
            ).fetchall()
        assert ended

        with database.reading() as session:
            assert sites.count(session) == 1


def test_without_postgresql_the_test_run_ends_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tests.databases, "PROGRAMS", tmp_path)

    with pytest.raises(pytest.exit.Exception, match="PostgreSQL 15 is missing.*apt-get install postgresql-15"):
        cluster.__wrapped__()


def test_every_commit_is_on_the_disk_even_if_the_database_is_set_otherwise(on_postgresql: str) -> None:
    with cluster().connect() as connection:
        connection.execute(f"ALTER DATABASE {make_url(on_postgresql).database} SET synchronous_commit = off")

    with closing(Database(on_postgresql)) as database, database.writing() as session:
        assert session.execute(select(func.current_setting("synchronous_commit"))).scalar() == "on"


def test_a_postgresql_of_another_encoding_is_refused(on_postgresql: str) -> None:
    with cluster().connect() as connection:
        connection.execute("CREATE DATABASE mangled TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    try:
        with pytest.raises(DatabaseUnusable, match="encoding UTF8"):
            Database(cluster().url("mangled"))
    finally:
        cluster().drop("mangled")


def test_a_postgresql_that_is_too_old_is_refused(on_postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # There is no older one here, so the bound is moved.
    monkeypatch.setattr(sync_server.database, "OLDEST_POSTGRESQL", 99)

    with pytest.raises(DatabaseUnusable, match="needs PostgreSQL 99 or newer"):
        Database(on_postgresql)
