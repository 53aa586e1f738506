"""`handwise-server verify` finds what somebody changed behind the server's back, and says where."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from shared.case.entry import CaseId, DeviceId, EntryKind, Link
from shared.sync.batch import entry_hash
from sync_server.__main__ import main
from sync_server.database import Database
from sync_server.repositories import entries, witnessed
from sync_server.services.backup import back_up
from sync_server.tables.batch_row import BatchRow
from sync_server.tables.case_row import CaseRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.link_row import LinkRow
from sync_server.tables.reply_row import ReplyRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.server_key_row import ServerKeyRow
from sync_server.tables.site_row import SiteRow
from tests.freezing import fill_server
from tests.server_world import RunningServer, Tablet, new_case, running_server

END = re.compile(r"[0-9]+-[0-9a-f]{64}")


def run(*arguments: str) -> int:
    return main(list(arguments))


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


def _cut_the_end_of_the_audit_log(session: Session) -> None:
    _without_triggers(session)
    session.execute(text("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)"))


def _empty_the_audit_log(session: Session) -> None:
    _without_triggers(session)
    session.execute(text("DELETE FROM audit"))


def _without_triggers(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("DROP TRIGGER audit_no_delete"))
    else:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))


def _link_two_cases(session: Session) -> None:
    row = session.exec(select(CaseRow).where(~col(CaseRow.is_withdrawn)).limit(1)).one()
    session.add(LinkRow(case_no=row.case_no, link="0" * 32, site_no=row.site_no))


def _link_a_withdrawn_case(session: Session) -> None:
    row = session.exec(select(CaseRow).where(CaseRow.is_withdrawn).limit(1)).one()
    session.add(LinkRow(case_no=row.case_no, link="0" * 32, site_no=row.site_no))


def _link_no_case(session: Session) -> None:
    session.add(LinkRow(case_no=9999, link="0" * 32, site_no=1))


def _keep_apart_what_is_signed(session: Session) -> None:
    row = session.exec(select(EntryRow).where(col(EntryRow.payload).is_not(None)).limit(1)).one()
    case_id = session.get_one(CaseRow, row.case_no).case_id
    device = session.get_one(DeviceRow, row.device_no)
    entry = entries.entry_of_payload(row.payload or b"", DeviceId(device.device), row.seq, CaseId(case_id))
    witnessed.add(session, row.site_no, entry, entry_hash(entry), row.device_no, is_conflict=False, position=0)


def _lose_an_answer(session: Session) -> None:
    session.delete(session.exec(select(ReplyRow).limit(1)).one())


def _put_an_answer_elsewhere(session: Session) -> None:
    row = session.exec(select(ReplyRow).limit(1)).one()
    row.position += 1
    session.add(row)


def _invent_an_answer(session: Session) -> None:
    """Take an entry that is a visit for an answer."""
    answered = session.exec(select(ReplyRow).limit(1)).one()
    row = session.exec(select(EntryRow).where(EntryRow.case_no == answered.case_no, EntryRow.seq == 1)).first()
    assert row is not None
    where = {"device_no": row.device_no, "seq": row.seq, "position": row.position}
    session.add(ReplyRow(**where, site_no=row.site_no, case_no=row.case_no))


def _answer_in_no_case(session: Session) -> None:
    row = session.exec(select(ReplyRow).limit(1)).one()
    session.add(ReplyRow(device_no=row.device_no, seq=9999, site_no=row.site_no, case_no=9999, position=9999))


def _cut_a_key_short(session: Session) -> None:
    row = session.get_one(ServerKeyRow, 1)
    row.box_key = row.box_key[:31]
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
        (_link_two_cases, "its links are not those that its entries carry"),
        (_link_a_withdrawn_case, "its links are not those that its entries carry"),
        (_link_no_case, "1 links of no case"),
        (_keep_apart_what_is_signed, "its author has signed it, but it is still kept apart"),
        (_lose_an_answer, "the clinic's answers that are noted are not those of its entries"),
        (_put_an_answer_elsewhere, "the clinic's answers that are noted are not those of its entries"),
        (_invent_an_answer, "the clinic's answers that are noted are not those of its entries"),
        (_answer_in_no_case, "1 answers of no case"),
        (_cut_a_key_short, "The server's keys for what is carried"),
        (_cut_the_end_of_the_audit_log, "was written last"),
        (_empty_the_audit_log, "The audit log: it ends with row 0, but row"),
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


def _unlink_a_case(session: Session) -> None:
    session.delete(session.exec(select(LinkRow).limit(1)).one())


def _link_at_another_site(session: Session) -> None:
    row = session.exec(select(LinkRow).limit(1)).one()
    row.site_no = 3 - row.site_no
    session.add(row)


@pytest.mark.parametrize("change", [_unlink_a_case, _link_at_another_site])
def test_verify_finds_links_that_are_not_those_of_the_entries(
    change: Change, server: RunningServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.code("Clinic B")
    for code in (server.code("Clinic A"), server.code("Clinic A")):
        tablet = Tablet(server.url).enrol(code)
        tablet.push(replace(tablet.entry(new_case()), link=Link("7" * 32)))
    assert run("verify", "--database-url", server.database_url) == 0
    with server.services.database.writing() as session:
        change(session)

    assert run("verify", "--database-url", server.database_url) == 3

    assert "its links are not those that its entries carry" in capsys.readouterr().out


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


def test_a_log_that_was_cut_and_noted_anew_does_not_go_on_from_an_end_that_was_kept_elsewhere(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever may write to the whole database can make log and note fit. What a person kept still tells."""
    assert run("verify", "--database-url", filled) == 0
    kept = END.search(capsys.readouterr().out)
    assert kept is not None
    assert run("verify", "--database-url", filled, "--audit-end", kept[0]) == 0
    with closing(Database(filled)) as database, database.writing() as session:
        _empty_the_audit_log(session)
        session.execute(text("UPDATE server SET audit_number = 0, audit_hash = :none"), {"none": b""})

    assert run("verify", "--database-url", filled) == 0
    capsys.readouterr()
    assert run("verify", "--database-url", filled, "--audit-end", kept[0]) == 3

    assert "it does not go on from where it ended" in capsys.readouterr().out


def test_the_end_of_the_log_in_a_backup_is_where_the_log_of_today_goes_on(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "backup.db"
    with running_server(database_url) as server:
        fill_server(server)
        with closing(Database(database_url)) as database:
            back_up(database, copy)
        Tablet(server.url).enrol(server.code())
    assert run("verify", "--database-url", f"sqlite:///{copy}") == 0
    kept = END.search(capsys.readouterr().out)

    assert kept is not None
    assert run("verify", "--database-url", database_url, "--audit-end", kept[0]) == 0
    assert END.search(capsys.readouterr().out)[0] != kept[0]  # type: ignore[index]


@pytest.mark.parametrize("end", ["zuleika", "1-", "-1-" + "0" * 64, "1-" + "g" * 64, "9" * 30 + "-" + "0" * 64])
def test_an_end_that_no_check_printed_is_refused_without_repeating_it(
    filled: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", "--database-url", filled, f"--audit-end={end}") == 1

    assert capsys.readouterr().err == "handwise-server: --audit-end: must be as an earlier check printed it\n"
