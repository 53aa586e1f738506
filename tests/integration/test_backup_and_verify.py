"""A backup holds everything, goes into either database, and `verify` finds what somebody changed in it."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from shared.case.entry import EntryKind
from shared.sync.batch import entry_hash
from sync_server.__main__ import main
from sync_server.database import Database
from sync_server.repositories import entries, transfer
from sync_server.repositories.schema import migrate
from sync_server.services.backup import back_up
from sync_server.tables.batch_row import BatchRow
from sync_server.tables.case_row import CaseRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.site_row import SiteRow
from tests.databases import KINDS, drop_database, new_database
from tests.freezing import FROZEN, Rows, fill_server, rows_of
from tests.server_world import RunningServer, Tablet, conclusion, new_case, running_server

NOT_KEPT = {"session", "attempt", "enrolment_code"}
MADE_ANEW = {"server", "site_epoch"}


@pytest.fixture
def filled(database_url: str) -> str:
    """Give the address of a database with something in every table."""
    with running_server(database_url) as server:
        fill_server(server)
    return database_url


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
        "Everything holds: 2 sites, 3 tablets, 5 signed batches, 6 entries, 3 cases."
    )
    before, after = rows(filled), rows(other)
    for device in (*before["device"], *after["device"]):
        del device["next_nonce"]
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
    filled: str, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
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


# What verify finds. Each change is made in the database behind the server's back.

Change = Callable[[Session], None]


def _change_an_answer(session: Session) -> None:
    row = session.exec(select(EntryRow).where(EntryRow.seq == 1).limit(1)).one()
    row.payload = (row.payload or b"").replace(b"false", b"true")
    session.add(row)


def _change_behind_its_hash(session: Session) -> None:
    """Keep the signed hash in the place for erased ones, so that the chain seems whole."""
    row = session.exec(select(EntryRow).where(EntryRow.seq == 1).limit(1)).one()
    (entry,) = entries.of_cases(session, {row.case_no: session.get_one(CaseRow, row.case_no).case_id})[row.case_no][:1]
    row.erased_hash = entry_hash(entry)
    row.payload = (row.payload or b"").replace(b"false", b"true")
    session.add(row)


def _erase_secretly(session: Session) -> None:
    row = session.exec(select(EntryRow).where(EntryRow.seq == 1).limit(1)).one()
    (entry,) = entries.of_cases(session, {row.case_no: session.get_one(CaseRow, row.case_no).case_id})[row.case_no][:1]
    row.payload, row.erased_hash = None, entry_hash(entry)
    session.add(row)


def _make_unreadable(session: Session) -> None:
    row = session.exec(select(EntryRow).where(EntryRow.seq == 1).limit(1)).one()
    row.payload = b"[]"
    session.add(row)


def _lose_an_entry(session: Session) -> None:
    session.delete(session.exec(select(EntryRow).where(EntryRow.seq == 1).limit(1)).one())


def _lose_a_batch(session: Session) -> None:
    session.delete(session.exec(select(BatchRow).where(BatchRow.first_seq == 1).limit(1)).one())


def _sign_with_another_key(session: Session) -> None:
    row = session.exec(select(BatchRow).where(BatchRow.first_seq == 1).limit(1)).one()
    row.signature = bytes(64)
    session.add(row)


def _put_the_head_back(session: Session) -> None:
    row = session.exec(select(DeviceRow).where(DeviceRow.head_seq > 1).limit(1)).one()
    row.head_seq = 1
    session.add(row)


def _note_more_than_there_is(session: Session) -> None:
    row = session.exec(select(DeviceRow).limit(1)).one()
    row.holds_count += 1
    session.add(row)


def _note_another_digest_for_the_site(session: Session) -> None:
    row = session.exec(select(SiteRow).limit(1)).one()
    row.holds_digest = "f" * 32
    session.add(row)


def _invent_an_entry(session: Session) -> None:
    row = session.exec(select(EntryRow).limit(1)).one()
    session.add(EntryRow(**{**row.model_dump(), "seq": 99, "position": 99}))


def _move_to_another_site(session: Session) -> None:
    row = session.exec(select(CaseRow).limit(1)).one()
    row.site_no = 3 - row.site_no
    session.add(row)


def _show_another_urgency(session: Session) -> None:
    row = session.exec(select(CaseRow).where(CaseRow.urgency != "").limit(1)).one()
    row.urgency = "routine"
    session.add(row)


def _show_another_review(session: Session) -> None:
    row = session.exec(select(CaseRow).where(CaseRow.review_state == "needs_information").limit(1)).one()
    row.review_state = "rejected"
    session.add(row)


def _give_a_position_twice(session: Session) -> None:
    row = session.exec(select(ReviewRow).limit(1)).one()
    row.position = 1
    session.add(row)


def _bring_a_withdrawn_case_back(session: Session) -> None:
    row = session.exec(select(CaseRow).where(CaseRow.is_withdrawn).limit(1)).one()
    row.is_withdrawn = False
    session.add(row)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change_an_answer, "not what the tablet signed"),
        (_change_behind_its_hash, "erased and not erased at once"),
        (_erase_secretly, "but the case is not"),
        (_make_unreadable, "not readable, the first is number 1"),
        (_lose_an_entry, "missing or not readable, the first is number 1"),
        (_lose_a_batch, "the signed batch that begins at entry 1 is missing"),
        (_sign_with_another_key, "the tablet's signature does not hold"),
        (_put_the_head_back, "acknowledged up to entry 1, but signed up to entry"),
        (_note_more_than_there_is, " noted, "),
        (_note_another_digest_for_the_site, "what is noted of the site is not what is noted of its tablets"),
        (_invent_an_entry, "in no signed batch"),
        (_move_to_another_site, "filed under another site"),
        (_show_another_urgency, "the list does not show what its entries and reviews say"),
        (_show_another_review, "the list does not show what its entries and reviews say"),
        (_give_a_position_twice, "position 1 is taken by an entry and by a review"),
        (_bring_a_withdrawn_case_back, "entries are withdrawn or erased, but the case is not"),
    ],
)
def test_verify_finds_what_somebody_changed_and_says_where(
    change: Change, words: str, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", "--database-url", filled) == 0
    with closing(Database(filled)) as database, database.writing() as session:
        change(session)
    capsys.readouterr()

    assert run("verify", "--database-url", filled) == 3

    said = capsys.readouterr()
    assert words in said.out
    assert "found wrong in 2 sites" in said.err
    assert said.err.count("\n") == 1
    assert "culture" not in said.out
    assert "birth" not in said.out


def test_verify_finds_content_left_of_a_withdrawn_case(
    server: RunningServer, capsys: pytest.CaptureFixture[str]
) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    case = new_case()
    first = tablet.entry(case, {"erythema": True})
    tablet.push(first)
    tablet.push(tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[first]))
    assert run("verify", "--database-url", server.database_url) == 0
    with server.services.database.writing() as session:
        row = session.exec(select(EntryRow).where(EntryRow.seq == 1)).one()
        row.payload = b'{"answers":{"erythema":true},"kind":"assessment","parents":[]}'
        session.add(row)

    assert run("verify", "--database-url", server.database_url) == 3

    assert "withdrawn, but its content is still there" in capsys.readouterr().out


def test_verify_finds_a_damaged_file(filled_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(filled_file)) as file:
        root = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_case'").fetchone()[0]
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(filled_file.read_bytes())
    # The last cell of an index: the tables can be read, but the index no longer fits them.
    content[root * 4096 - 2] ^= 1
    filled_file.write_bytes(content)

    assert run("verify", "--database-url", f"sqlite:///{filled_file}") == 3

    assert "The database's own check: " in capsys.readouterr().out


@pytest.fixture
def filled_file(tmp_path: Path) -> Path:
    path = tmp_path / "filled.db"
    with running_server(f"sqlite:///{path}") as server:
        fill_server(server)
    return path


def test_verify_sees_one_moment_beside_running_servers(database_url: str) -> None:
    """Positions, heads and entries move together, also while somebody checks them."""
    stop = threading.Event()
    with running_server(database_url) as server, ThreadPoolExecutor(1) as threads:
        tablet = Tablet(server.url).enrol(server.code())

        def push() -> None:
            while not stop.is_set():
                tablet.push(tablet.entry(new_case()))

        pushing = threads.submit(push)
        try:
            assert [run("verify", "--database-url", database_url) for _ in range(5)] == [0] * 5
        finally:
            stop.set()
        pushing.result(60)
    with closing(Database(database_url)) as database, database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM entry")).scalar_one() > 0
