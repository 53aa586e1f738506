"""Statements that go to the driver as they are do what they would by way of SQLAlchemy, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from shared.case.entry import DeviceId
from sync_server.database import Database, DatabaseAway
from sync_server.repositories import devices, sites
from sync_server.repositories.schema import migrate
from sync_server.repositories.statements import run, run_for_each, run_for_rows, table_of, undone_if_it_fails
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.site_row import SiteRow
from tests.databases import new_database

SITE, DEVICE = table_of(SiteRow), table_of(DeviceRow)
ADD = insert(SITE)
NAMES = select(SITE.c.name).order_by(SITE.c.site_no)
COUNT = select(func.count()).select_from(SITE)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        migrate(database)
        yield database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def names(session: Session) -> list[str]:
    return [name for (name,) in run(session, NAMES)]


def test_rows_are_given_by_name_in_whatever_order(session: Session) -> None:
    run_for_each(session, ADD, [{"name": name, "next_position": 1} for name in ("A", "B")])
    run_for_rows(session, ADD, ("next_position", "name"), [(7, "C"), (8, "D")])

    assert names(session) == ["A", "B", "C", "D"]
    assert run(session, select(SITE.c.next_position).where(SITE.c.name == bindparam("n")), n="C").scalar_one() == 7


def test_no_rows_are_nothing_to_do(session: Session) -> None:
    run_for_each(session, ADD, [])
    run_for_rows(session, ADD, ("name",), [])

    assert run(session, COUNT).scalar_one() == 0


@pytest.mark.parametrize("wanted", [[], ["A"], ["B", "no such clinic"], ["A", "B", "A'\"%(x)s?"]])
def test_a_list_of_any_length_has_one_text(session: Session, wanted: list[str]) -> None:
    run_for_rows(session, ADD, ("name", "next_position"), [("A", 1), ("B", 1), ("A'\"%(x)s?", 1)])
    some = NAMES.where(SITE.c.name.in_(bindparam("wanted", expanding=True)))

    found = [name for (name,) in run(session, some, wanted=wanted)]

    assert found == [name for name in names(session) if name in wanted]


def test_a_list_of_numbers_finds_what_has_one_of_them(session: Session) -> None:
    run_for_rows(session, ADD, ("name", "next_position"), [("A", 5), ("B", 6), ("C", 7)])
    some = NAMES.where(SITE.c.next_position.in_(bindparam("wanted", expanding=True)))

    assert [name for (name,) in run(session, some, wanted=[5, 7, 9])] == ["A", "C"]


def test_yes_and_no_and_bytes_come_back_as_they_went_in(session: Session) -> None:
    key = bytes(range(224, 256))
    device = devices.add(session, DeviceId("ab" * 8), sites.find_or_add(session, "A"), key, "nonce")
    run(session, update(DEVICE).values(is_revoked=bindparam("yes")), yes=True)

    row = run(session, select(DEVICE.c.is_revoked, DEVICE.c.public_key, DEVICE.c.next_nonce)).one()

    assert (row.is_revoked, row.public_key, row.next_nonce) == (True, key, "nonce")
    assert type(row.is_revoked) is bool
    assert type(row.public_key) is bytes
    assert devices.find(session, device.device) is not None


def test_how_many_rows_were_changed_is_told(session: Session) -> None:
    run_for_rows(session, ADD, ("name", "next_position"), [("A", 1), ("B", 1)])
    change = update(SITE).where(SITE.c.name == bindparam("which")).values(next_position=9)

    assert run(session, change, which="A").rowcount == 1
    assert run(session, change, which="no such clinic").rowcount == 0
    assert run(session, NAMES.where(SITE.c.name == bindparam("which")), which="no such clinic").first() is None
    assert run(session, NAMES.where(SITE.c.name == bindparam("which")), which="no such clinic").scalar() is None


def test_only_the_block_that_fails_is_undone(database: Database) -> None:
    def fail(session: Session) -> None:
        with undone_if_it_fails(session):
            run(session, ADD, name="B", next_position=1)
            session.add(SiteRow(name="C"))
            session.flush()
            raise KeyError

    with database.writing() as session:
        run(session, ADD, name="A", next_position=1)
        with pytest.raises(KeyError):
            fail(session)
        with undone_if_it_fails(session):
            session.add(SiteRow(name="D"))

    with database.reading() as session:
        assert names(session) == ["A", "D"]


def test_a_connection_that_is_lost_in_a_block_is_told_as_that(database: Database) -> None:
    def lose_the_connection(session: Session) -> None:
        with undone_if_it_fails(session):
            run(session, ADD, name="A", next_position=1)
            session.connection().invalidate()
            raise ConnectionError

    with pytest.raises(ConnectionError), database.writing() as session:
        lose_the_connection(session)

    with database.reading() as session:
        assert names(session) == []


def test_a_disk_that_is_full_in_a_block_is_told_as_that_and_all_is_undone(tmp_path: Path) -> None:
    """SQLite then undoes the whole transaction by itself: there is no block left that could be undone."""
    with closing(Database(new_database("sqlite", tmp_path))) as database:

        def fill(session: Session) -> None:
            connection = session.connection()
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            run(session, ADD, name="A", next_position=1)
            with undone_if_it_fails(session):
                run_for_rows(session, ADD, ("name", "next_position"), [(f"{n:0500}", 1) for n in range(2000)])

        with pytest.raises(DatabaseAway), database.writing() as session:
            fill(session)

        with database.writing() as session:
            session.connection().exec_driver_sql("PRAGMA max_page_count = 100000")
            run(session, ADD, name="B", next_position=1)
        with database.reading() as session:
            assert names(session) == ["B"]


def test_what_the_database_refuses_is_an_error_that_repeats_no_value(database: Database) -> None:
    def twice(session: Session) -> None:
        run_for_rows(session, ADD, ("name", "next_position"), [("Amina", 1), ("Amina", 1)])

    with pytest.raises(IntegrityError) as caught, database.writing() as session:
        twice(session)

    assert "Amina" not in str(caught.value.statement) + str(caught.value.params)
    with database.reading() as session:
        assert names(session) == []
