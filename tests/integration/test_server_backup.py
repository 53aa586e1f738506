"""A backup of the server holds everything, goes into either database, and is whole or none."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session

from sync_server.__main__ import main
from sync_server.database import Database
from sync_server.repositories import transfer
from sync_server.repositories.schema import migrate
from sync_server.services.backup import back_up
from tests.databases import KINDS, drop_database, new_database
from tests.freezing import FROZEN, Rows, fill_server, rows_of
from tests.server_world import Tablet, conclusion, new_case, running_server

NOT_KEPT = {"session", "attempt", "enrolment_code"}
MADE_ANEW = {"server", "site_epoch"}


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an empty database to restore into, of either kind."""
    (tmp_path / "other").mkdir()
    url = new_database(request.param, tmp_path / "other", is_migrated=False)
    yield url
    drop_database(url)


def rows(url: str) -> Rows:
    with closing(Database(url)) as database, database.reading() as session:
        return rows_of(session.connection())


def run(*arguments: str) -> int:
    return main(list(arguments))


def test_what_is_restored_is_what_was_there_from_either_database_into_either(
    filled: str, other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "monday.backup"
    assert run("backup", str(file), "--database-url", filled) == 0
    assert run("restore", str(file), "--database-url", other) == 0
    assert run("verify", "--database-url", other) == 0

    assert capsys.readouterr().out.splitlines()[-1] == (
        "Everything holds: 2 sites, 3 tablets, 6 signed batches, 7 entries, 3 cases."
    )
    before, after = rows(filled), rows(other)
    for device in (*before["device"], *after["device"]):
        del device["next_nonce"]
    # The same secrets, sealed under the new database's own.
    sealed = [user.pop("totp_secret") for user in (*before["user_account"], *after["user_account"])]
    assert len(set(sealed)) == 2
    assert {name for name in before if before[name] != after[name]} == NOT_KEPT | MADE_ANEW
    assert not any(after[name] for name in NOT_KEPT)
    assert before["server"][0]["epoch"] != after["server"][0]["epoch"]
    assert before["server"][0]["secret"] != after["server"][0]["secret"]


def test_a_restored_server_goes_on_and_its_tablets_bring_what_it_lacks(
    database_url: str, other: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    with running_server(database_url) as server:
        writer, reader = (Tablet(server.url).enrol(server.code()) for _ in range(2))
        first = writer.entry(new_case())
        writer.push(first)
        back_up(server.services.database, file)
        second = writer.entry(new_case())
        batch = writer.batch([second])
        writer.exchange(batch)
        assert len(reader.exchange().entries) == 2
    run("restore", str(file), "--database-url", other)

    with running_server(other) as server:
        writer.url = reader.url = server.url
        # What was issued for the old one is worth nothing here.
        assert writer.post().status_code == 401
        writer.exchange()
        assert writer.head.seq == 1
        writer.exchange(batch)
        reader.post()
        assert {entry.id for entry in reader.exchange().entries} == {first.id, second.id}
        # Numbers go on after the highest.
        newcomer = Tablet(server.url).enrol(server.code("Clinic B"))
        assert newcomer.push(newcomer.entry(new_case())).acknowledged.seq == 1


def test_a_backup_beside_a_running_push_is_of_one_moment(database_url: str, tmp_path: Path) -> None:
    stop = threading.Event()
    with running_server(database_url) as server, ThreadPoolExecutor(1) as threads:
        tablet = Tablet(server.url).enrol(server.code())

        def push() -> None:
            while not stop.is_set():
                tablet.push(*(tablet.entry(new_case(), concluded=conclusion()) for _ in range(5)))

        pushing = threads.submit(push)
        try:
            files = [tmp_path / f"backup-{number}" for number in range(4)]
            for file in files:
                back_up(server.services.database, file)
        finally:
            stop.set()
        pushing.result(60)
    counts = []
    for file in files:
        assert run("verify", "--database-url", f"sqlite:///{file}") == 0
        counts.append(len(rows(f"sqlite:///{file}")["entry"]))
    assert counts == sorted(counts)


def test_a_backup_is_one_file_for_its_owner_only_and_never_replaces_another(filled: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "monday"

    assert run("backup", str(file), "--database-url", filled) == 0
    before = file.read_bytes()
    assert run("backup", str(file), "--database-url", filled) == 1

    assert list(folder.iterdir()) == [file]
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_bytes() == before
    assert run("backup", str(tmp_path / "nowhere" / "monday"), "--database-url", filled) == 1


def test_a_restore_refuses_a_database_that_holds_something(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("backup", str(tmp_path / "backup"), "--database-url", filled) == 0
    before = rows(filled)

    assert run("restore", str(tmp_path / "backup"), "--database-url", filled) == 1

    assert capsys.readouterr().err == (
        "handwise-server: The database is not empty. Restore into a new one; nothing was changed.\n"
    )
    assert rows(filled) == before


@pytest.mark.parametrize("damage", ["gone", "empty", "text", "cut", "flipped"])
def test_a_damaged_backup_is_refused_in_one_sentence_and_nothing_is_restored(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target, file = tmp_path / "source.db", tmp_path / "target.db", tmp_path / "backup"
    with running_server(f"sqlite:///{source}") as server:
        fill_server(server)
    run("backup", str(file), "--database-url", f"sqlite:///{source}")
    content = bytearray(file.read_bytes())
    match damage:
        case "gone":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_bytes(b"zuleika haddad\n" * 1000)
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "flipped":
            content[4096 * 3 : 4096 * 3 + 8] = bytes(8)
            file.write_bytes(content)

    assert run("restore", str(file), "--database-url", f"sqlite:///{target}") == 1

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "uleika" not in said
    with closing(Database(f"sqlite:///{target}")) as database:
        migrate(database)
        with database.reading() as session:
            assert transfer.is_unused(session)


def test_a_restore_that_is_cut_short_leaves_nothing(
    filled: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", str(tmp_path / "backup"), "--database-url", filled)
    monkeypatch.setattr(transfer, "become_another", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        run("restore", str(tmp_path / "backup"), "--database-url", other)
    monkeypatch.undo()

    with closing(Database(other)) as database, database.reading() as session:
        assert transfer.is_unused(session)
    assert run("restore", str(tmp_path / "backup"), "--database-url", other) == 0


def _power_cut(_: Session) -> None:
    raise KeyboardInterrupt


def test_a_backup_of_the_first_release_can_be_restored(other: str, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.db"
    frozen.write_bytes(gzip.decompress((FROZEN / "server-0001.sqlite.gz").read_bytes()))
    # Made before the update, as the refusal to serve asks for.
    assert run("backup", str(tmp_path / "backup"), "--database-url", f"sqlite:///{frozen}") == 0

    assert run("restore", str(tmp_path / "backup"), "--database-url", other) == 0

    assert run("verify", "--database-url", other) == 0
