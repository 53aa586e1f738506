"""The audit log only grows, says who did what, and shows when somebody changed it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.case.entry import EntryKind
from sync_server.database import Database
from sync_server.main import load_digests
from sync_server.repositories import audit as rows
from sync_server.repositories.schema import migrate
from sync_server.services import audit
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.server_world import Tablet, new_case, running_server


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        migrate(opened)
        yield opened


def record(database: Database, *objects: str) -> None:
    with database.writing() as session:
        for each in objects:
            audit.record(session, audit.OPERATOR, audit.REVOKED, each)


def acts(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(row.actor, row.action, row.object) for row in rows.every(session)]


def faults(database: Database) -> list[str]:
    with database.reading() as session:
        return list(audit.faults(session))


def without_triggers(database: Database, statement: str) -> None:
    """Do what somebody can who owns the database itself."""
    with database.writing() as session:
        if database.is_sqlite:
            session.execute(text("DROP TRIGGER audit_no_update"))
            session.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        session.execute(text(statement))


def test_a_row_is_neither_changed_nor_deleted(database: Database) -> None:
    record(database, "site 1 tablet 1")
    attempts = ["UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit"]
    if not database.is_sqlite:
        attempts.append("TRUNCATE audit")

    for attempt in attempts:
        with pytest.raises(SQLAlchemyError, match="only grows"), database.writing() as session:
            session.execute(text(attempt))

    assert acts(database) == [("operator", "revoked", "site 1 tablet 1")]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET object = 'site 1 tablet 9' WHERE number = 2", "row 2 is not what was written"),
        ("UPDATE audit SET on_day = '2026-01-01' WHERE number = 3", "row 3 is not what was written"),
        ("DELETE FROM audit WHERE number = 1", "row 1 is missing"),
        ("DELETE FROM audit WHERE number = 2", "row 2 is missing"),
    ],
)
def test_verify_names_the_row_that_somebody_changed(database: Database, statement: str, said: str) -> None:
    record(database, "a", "b")
    record(database, "c")
    assert faults(database) == []

    without_triggers(database, statement)

    told: list[str] = []
    Verification(database, load_digests(Settings().assets), told.append).run()
    assert told == [f"The audit log: {said}."]


def test_what_is_undone_leaves_no_row(database: Database) -> None:
    def revoke_and_fail() -> None:
        with database.writing() as session:
            audit.record(session, audit.OPERATOR, audit.REVOKED, "site 1 tablet 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        revoke_and_fail()

    assert acts(database) == []


def test_many_at_once_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: record(database, f"{number} a", f"{number} b"), range(40)))

    assert faults(database) == []
    assert sorted(one[2] for one in acts(database)) == sorted(f"{n} {x}" for n in range(40) for x in "ab")


def test_enrolment_revocation_readmission_and_withdrawal_are_in_it_and_no_case_is(database_url: str) -> None:
    with running_server(database_url) as server:
        tablet = Tablet(server.url).enrol(server.code("Clinic A"))
        case = new_case()
        tablet.push(tablet.entry(case), tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL))
        server.services.enrolment.revoke("Clinic A", 1)
        tablet.enrol(server.code("Clinic A"))

        found = acts(server.services.database)

    who = f"tablet {tablet.device}"
    code_made = ("operator", "made an enrolment code", "site 1")
    assert found == [
        code_made,
        (who, "enrolled", "site 1 tablet 1"),
        (who, "withdrawn", f"a case, by entry {tablet.device} 2"),
        ("operator", "revoked", "site 1 tablet 1"),
        code_made,
        (who, "readmitted", "site 1 tablet 1"),
    ]
    assert case not in str(found)
