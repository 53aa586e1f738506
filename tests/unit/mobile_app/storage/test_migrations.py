"""A tablet that gets an update keeps every case: a file of each released version comes through, even if killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, inspect

from mobile_app.storage.database import Database
from mobile_app.storage.migrations import MIGRATIONS
from mobile_app.storage.tables import SCHEMA_VERSION, DeviceRow
from shared.case.entry import EntryKind
from shared.crypto.keyring import DataKey
from shared.crypto.signing import verify
from shared.errors import StoreFull
from tests.compiled_once import statements_compiled_once
from tests.freezing import FROZEN, Rows, rows_of
from tests.tablet_world import a_tablet

ROOT = Path(__file__).resolve().parents[4]
RELEASED = sorted(int(folder.name.removeprefix("tablet-")) for folder in FROZEN.glob("tablet-*") if folder.is_dir())
OLDER = [version for version in RELEASED if version < SCHEMA_VERSION]


def thawed(version: int, folder: Path) -> Rows:
    """Put a frozen tablet into a folder, as its app left it; return what was in it."""
    shutil.copytree(FROZEN / f"tablet-{version}", folder)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    rows: Rows = json.loads((FROZEN / f"tablet-{version}.json").read_text())
    return rows


def schema_of(connection: Connection) -> dict[str, object]:
    """Return columns, keys and indexes of every table."""
    seen = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)],
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted((str(index["name"]), index["column_names"], index["unique"]) for index in seen.get_indexes(table)),
            sorted(unique["column_names"] for unique in seen.get_unique_constraints(table)),
        )
        for table in seen.get_table_names()
    }


def of_columns(after: list[dict[str, object]], before: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the rows of now with the columns that there were before."""
    return [{name: row[name] for name in before[0]} for row in after]


def test_every_version_after_the_first_has_its_migration_and_every_one_before_this_its_frozen_file() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))
    assert set(range(1, SCHEMA_VERSION)) <= set(RELEASED)


@pytest.mark.parametrize("version", RELEASED)
def test_a_file_of_every_released_version_comes_through_with_every_row(version: int, tmp_path: Path) -> None:
    before = thawed(version, tmp_path / "tablet")
    with a_tablet(tmp_path / "tablet") as tablet:
        store = tablet.open()
        with store.database.reading() as session:
            after = rows_of(session.connection())
            schema = schema_of(session.connection())
            assert session.connection().exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA_VERSION
        (draft,) = store.drafts()
        summaries = store.summaries()
        own = next(one for one in summaries if store.timeline(one.case_id)[0].entry.id.device == store.device)
        assert store.timeline(own.case_id)[0].local.patient_name == "Amina Testname"
        assert draft.local.patient_name == "Amina Testname"
        signed = store.outbox.sign(b"words")
        assert verify(store.outbox.public_key(), b"words", signed)
        # It goes on from there.
        assert store.record(own.case_id, EntryKind.FOLLOW_UP, {"fever_ge_38": True}).id.seq == 3
        store.close()
    fresh = Database.create(
        tmp_path / "fresh.db", DataKey.generate(), DeviceRow(device="a" * 16, signing_key=bytes(32))
    )
    with fresh.reading() as session:
        assert schema == schema_of(session.connection())
    fresh.close()

    assert all(rows for rows in before.values()), "a frozen file has something in every table"
    for table, rows in before.items():
        assert of_columns(after[table], rows) == rows, table


@pytest.mark.parametrize("version", OLDER)
def test_killed_anywhere_in_a_migration_the_file_is_the_old_one_or_the_new_one(version: int, tmp_path: Path) -> None:
    before = thawed(version, tmp_path / "template")
    (tmp_path / "rounds").mkdir()
    code = f"from {__name__} import die_at_statements; die_at_statements({str(tmp_path)!r}, {version})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ends = done.stdout.split()

    assert ends[-1] == "finished", "the last statement was reached"
    found = set()
    for folder in sorted((tmp_path / "rounds").iterdir()):
        with a_tablet(folder) as tablet:
            found.add(version_and_tables(tablet.vault, folder))
            store = tablet.open()
            with store.database.reading() as session:
                after = rows_of(session.connection())
            store.close()
        assert {table: of_columns(after[table], rows) for table, rows in before.items()} == before
    # Nothing between them.
    assert {number for number, _ in found} == {version, SCHEMA_VERSION}
    assert len(found) == 2


def version_and_tables(vault: object, folder: Path) -> tuple[int, frozenset[str]]:
    """Return what a killed migration left, looked at without bringing it up to date."""
    seen: list[tuple[int, frozenset[str]]] = []

    def look(connection: Connection, version: int) -> None:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
        seen.append((version, frozenset(names)))
        raise LookedAtError

    patch = pytest.MonkeyPatch()
    patch.setattr("mobile_app.storage.database.migrate", look)
    with patch.context():
        try:
            store = vault.unlock(vault.users()[0].user_id, "482913")  # type: ignore[attr-defined]
        except LookedAtError:
            pass
        else:
            with store.database.reading() as session:
                names = session.connection().exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
            seen.append((SCHEMA_VERSION, frozenset(names)))
            store.close()
    patch.undo()
    return seen[0]


class LookedAtError(Exception):
    """The file was looked at and is closed again."""


def die_at_statements(base: str, first: int) -> None:
    """Open a copy of the template, killed before every third statement, until one is not. Runs in a child.

    All of them are one transaction, so what one third of them shows, the others show, too.
    """
    with statements_compiled_once():
        with a_tablet(Path(shutil.copytree(Path(base) / "template", Path(base) / "elsewhere"))) as tablet:
            # Every child has what this one compiles.
            tablet.open().close()
        _die_at_statements(base, first)


def _die_at_statements(base: str, first: int) -> None:
    for number in count(first, 3):
        folder = Path(base) / "rounds" / f"{number:03}"
        shutil.copytree(Path(base) / "template", folder)
        child = os.fork()
        if child == 0:
            done = 0

            def die(*_: object, at: int = number) -> None:
                nonlocal done
                done += 1
                if done == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(Engine, "before_cursor_execute", die)
            event.listen(Engine, "commit", die)
            event.listen(Engine, "rollback", die)
            with a_tablet(folder) as tablet:
                tablet.open()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "finished", flush=True)
        if not os.WIFSIGNALED(status):
            return


@pytest.mark.parametrize("version", OLDER)
def test_a_migration_that_the_disk_has_no_room_for_is_a_sentence_and_changes_nothing(
    version: int, tmp_path: Path
) -> None:
    thawed(version, tmp_path / "tablet")

    def limit(connection: Connection, *_: object) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with a_tablet(tmp_path / "tablet") as tablet:
        event.listen(Engine, "begin", limit)
        try:
            with pytest.raises(StoreFull):
                tablet.open()
        finally:
            event.remove(Engine, "begin", limit)
        assert version_and_tables(tablet.vault, tmp_path / "tablet")[0] == version
        tablet.open().close()
