"""The file is opaque, is opened safely or not at all, and says plainly what is wrong with it."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from mobile_app.ports.records import LocalDetails
from mobile_app.storage import database as database_module
from mobile_app.storage.cipher import load_cipher
from mobile_app.storage.database import Database
from mobile_app.storage.tables import SCHEMA_VERSION
from shared.case.entry import EntryKind
from shared.crypto.keyring import DataKey
from shared.errors import CipherMissing, StoreDamaged, StoreFull, StoreUnusable
from tests.tablet_world import CASE, a_conclusion, a_draft, a_tablet, forms_of

PAGE = 4096
ROOT = Path(__file__).resolve().parents[4]
CANARIES = ["Amina Testname", "MRN00471123", "Paediatric ward Jasmine", "Fell on Tuesday at school"]
LOCAL = LocalDetails(record_number=CANARIES[1], patient_name=CANARIES[0], ward=CANARIES[2], note=CANARIES[3])


def fill(store, cases=40):
    for number in range(cases):
        case_id = store.new_case_id()
        store.save_draft(a_draft(10, draft_id=f"d{number}", case_id=case_id, local=LOCAL))
        store.record_draft(f"d{number}", a_conclusion())
    store.save_draft(a_draft(5, draft_id="open", local=LOCAL))


def assert_opaque(tablet, data_key):
    """No canary, no key and no structure in any byte of any file; and the standard library cannot open it."""
    database_files = 0
    for name, content in tablet.bytes_on_disk().items():
        for canary in CANARIES:
            for form in forms_of(canary):
                assert form not in content, name
        assert data_key not in content, name
        assert data_key.hex().encode() not in content.lower(), name
        if "cases.db" not in name or name.endswith("-shm") or not content:
            # The -shm file holds numbers of pages and nothing of them.
            continue
        database_files += 1
        for word in (b"SQLite format", b"CREATE TABLE", b"swelling", b"calcinosis", b"fever_ge_38", CASE.encode()):
            assert word not in content, name
        assert bits_per_byte(content) > 7.9, name
    assert database_files
    with pytest.raises(sqlite3.DatabaseError):
        _read_with_the_standard_library(tablet.store_folder / "cases.db")


def bits_per_byte(content):
    return -sum(n / len(content) * math.log2(n / len(content)) for n in Counter(content).values())


def _read_with_the_standard_library(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()


def test_the_folder_is_opaque_while_open_in_a_transaction_and_locked(tablet, store):
    fill(store)
    data_key = store.database.key.raw()

    assert_opaque(tablet, data_key)
    with store.database.writing() as session:
        before = (tablet.store_folder / "cases.db-wal").read_bytes()
        # More than the page cache holds, so that uncommitted pages are already on the disk.
        session.connection().exec_driver_sql("PRAGMA cache_size = 10")
        session.connection().exec_driver_sql("UPDATE draft SET local = ?", (CANARIES[0] * 300_000,))
        assert (tablet.store_folder / "cases.db-wal").read_bytes() != before
        assert_opaque(tablet, data_key)
        session.rollback()
    store.close()
    assert_opaque(tablet, data_key)


def test_the_search_finds_what_is_not_encrypted(tablet, store):
    # The test above would prove nothing if the search could not find a canary.
    (tablet.folder / "left behind.txt").write_text(CANARIES[0].casefold())

    with pytest.raises(AssertionError):
        assert_opaque(tablet, store.database.key.raw())


def test_the_folder_is_opaque_after_the_app_was_killed(tablet, store):
    fill(store)
    data_key = store.database.key.raw()
    store.close()

    run_in_child("save_then_die", str(tablet.folder), 8, expect_kill=True)

    assert (tablet.store_folder / "cases.db-wal").stat().st_size > 0
    assert_opaque(tablet, data_key)


def run_in_child(function, *arguments, expect_kill=False):
    code = f"from tests.tablet_world import {function}; {function}(*{arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (-9 if expect_kill else 0), done.stderr
    return done.stdout


def test_every_setting_that_safety_rests_on_holds_on_every_connection(store):
    expected = {
        "cipher_memory_security": "1", "journal_mode": "wal", "synchronous": 2, "temp_store": 2, "secure_delete": 1,
        "foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1,
    }  # fmt: skip

    with store.database.reading() as one, store.database.reading() as other:
        for session in (one, other):
            found = {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}
            assert found == expected
            assert session.connection().exec_driver_sql("PRAGMA cipher_version").scalar_one()


def test_no_extension_can_be_loaded(store):
    with store.database.reading() as session, pytest.raises(Exception, match="not authorized"):
        session.connection().exec_driver_sql("SELECT load_extension('anything')")


def test_a_driver_that_does_not_encrypt_is_refused(tmp_path):
    # The standard library's driver ignores PRAGMA key, and would write everything readable.
    database = Database(tmp_path / "cases.db", DataKey.generate(), sqlite3)

    with pytest.raises(CipherMissing), database.reading() as session:
        session.connection()

    database.close()
    assert not (tmp_path / "cases.db").exists() or (tmp_path / "cases.db").stat().st_size == 0


def test_a_missing_driver_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)

    with pytest.raises(CipherMissing, match="Install Handwise again"):
        load_cipher()


def test_another_key_does_not_open_it_and_leaves_it_as_it_is(tablet, store):
    store.close()
    path = tablet.store_folder / "cases.db"
    before = path.read_bytes()

    with pytest.raises(StoreDamaged):
        Database.open(path, DataKey.generate())

    assert path.read_bytes() == before


@pytest.mark.parametrize("place", [0, 17, 4096 + 100, -4096 * 2 + 50, -1])
def test_a_flipped_byte_anywhere_is_found_when_opening(tablet, store, place):
    fill(store, 60)
    store.close()
    path = tablet.store_folder / "cases.db"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    with pytest.raises(StoreDamaged, match="restore the last backup"):
        tablet.open()

    assert path.read_bytes() == content


def put_a_page_back(path: Path, older: bytes, key: DataKey) -> bytes:
    """Put a page back to how it was, as failing storage may, one that breaks a table; return the file as it was."""
    newer = path.read_bytes()
    for start in range(PAGE, len(older), PAGE):
        page = slice(start, start + PAGE)
        if older[page] != newer[page]:
            path.write_bytes(newer[: page.start] + older[page] + newer[page.stop :])
            try:
                Database.open(path, DataKey(key.raw())).close()
            except StoreDamaged:
                return newer
    raise AssertionError("no page breaks anything")


@pytest.mark.parametrize("is_next_day", [True, False])
def test_an_older_page_that_fits_its_hmac_is_found_on_the_next_day_and_after_a_killed_app(tablet, store, is_next_day):
    path, key = tablet.store_folder / "cases.db", DataKey(store.database.key.raw())
    fill(store, 60)
    store.close()
    older = path.read_bytes()
    again = tablet.open()
    fill(again, 60)
    again.close()
    tablet.open().close()
    whole = put_a_page_back(path, older, key)

    damaged = path.read_bytes()
    path.write_bytes(whole)
    tablet.open().close()
    path.write_bytes(damaged)
    if is_next_day:
        tablet.clock.pass_time(86_400)
    else:
        path.with_name("cases.db-wal").write_bytes(b"left behind")

    for _ in range(2):
        with pytest.raises(StoreDamaged, match="restore the last backup"):
            tablet.open()


def test_a_file_that_was_checked_today_and_closed_in_order_opens_without_reading_every_row(tablet, store, monkeypatch):
    fill(store)
    store.close()
    statements = []
    check_structure = database_module._check_structure
    monkeypatch.setattr(
        database_module, "_check_structure", lambda connection: statements.append(1) or check_structure(connection)
    )

    tablet.open().close()
    assert statements == []
    tablet.clock.pass_time(86_400)
    tablet.open().close()
    assert statements == [1]
    tablet.open().close()
    assert statements == [1]


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + bytes(4080), b"text", bytes(8192)])
def test_a_file_that_is_missing_empty_or_another_is_never_replaced_by_a_new_one(tablet, store, content):
    store.close()
    path = tablet.store_folder / "cases.db"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(StoreDamaged):
        tablet.open()

    assert (path.read_bytes() if path.exists() else None) == content


def test_a_truncated_file_is_found(tablet, store):
    fill(store)
    store.close()
    path = tablet.store_folder / "cases.db"
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)

    with pytest.raises(StoreDamaged):
        tablet.open()


def test_a_file_of_a_newer_version_is_refused_in_order_and_left_as_it_is(tablet, store):
    with store.database.writing() as session:
        session.connection().exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    before = (tablet.store_folder / "cases.db").read_bytes()

    with pytest.raises(StoreUnusable, match="newer Handwise"):
        tablet.open()

    assert (tablet.store_folder / "cases.db").read_bytes() == before


# A full disk


def small_disk(tablet, kind):
    """Make the tablet's folder a file system of 2 MiB if that is asked for and allowed here; tell whether it is one."""
    tablet.store_folder.mkdir(parents=True)
    if kind != "file system" or not shutil.which("mount"):
        return False
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tablet.store_folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


# Where mounting is not allowed, the second is the first once more: the file itself may not grow.
@pytest.mark.parametrize("kind", ["file", "file system"])
def test_a_full_disk_is_a_sentence_loses_nothing_saved_and_ends_when_there_is_space(tablet, kind):
    is_mounted = small_disk(tablet, kind)
    try:
        store = tablet.set_up()
        store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True}, a_conclusion())
        store.save_draft(a_draft(1, draft_id="kept"))
        ballast = tablet.store_folder / "ballast"
        if is_mounted:
            ballast.write_bytes(bytes(1024 * 1024))
        else:
            limit_pages(store, 200)
        saved = save_until_full(store)

        with pytest.raises(StoreFull, match="free some space"):
            store.save_draft(a_draft(2, draft_id="kept", local=LocalDetails(note="n" * 50_000)))
        drafts = {draft.draft_id: len(draft.answers) for draft in store.drafts()}
        assert drafts == {"kept": 1, **dict.fromkeys(saved, 3)}
        assert len(store.log(CASE)) == 1

        if is_mounted:
            ballast.unlink()
        else:
            limit_pages(store, 10_000)
        store.save_draft(a_draft(2, draft_id="kept"))
        store.close()
        reopened = tablet.open()
        assert {draft.draft_id for draft in reopened.drafts()} == {"kept", *saved}
        reopened.close()
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(tablet.store_folder)], check=True)


def limit_pages(store, pages):
    for _ in range(3):
        with store.database.reading() as one, store.database.reading() as other:
            for session in (one, other):
                session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def save_until_full(store):
    saved = []
    for number in range(1000):
        try:
            store.save_draft(a_draft(3, draft_id=f"d{number}", local=LocalDetails(note="n" * 20_000)))
        except StoreFull:
            return saved
        saved.append(f"d{number}")
    raise AssertionError("the disk did not fill")


# Crashes


@pytest.mark.parametrize("answers", [1, 2, 5, 10])
def test_a_draft_survives_being_killed_right_after_any_answer(tablet, store, answers):
    store.close()

    run_in_child("save_then_die", str(tablet.folder), answers, expect_kill=True)

    reopened = tablet.open()
    (draft,) = reopened.drafts()
    assert dict(draft.answers) == dict(a_draft(answers).answers)
    assert draft.step == f"step {answers}"
    reopened.close()


def test_recording_a_draft_is_all_or_nothing_wherever_it_is_killed(tablet, store, tmp_path):
    store.save_draft(a_draft(6, local=LOCAL))
    store.close()
    into = tmp_path / "crashes"
    into.mkdir()
    template = tmp_path / "template"
    shutil.copytree(tablet.folder, template, ignore=shutil.ignore_patterns("crashes", "template"))

    outcome = run_in_child("crash_at_each_statement", str(template), str(into), 30)

    kills = outcome.count("killed")
    assert kills >= 8
    assert "finished" in outcome, "the last rounds got to the end, so every statement was reached"
    for folder in into.iterdir():
        with a_tablet(folder) as survivor:
            reopened = survivor.open()
            entries, drafts = len(reopened.log(CASE)), len(reopened.drafts())
            assert (entries, drafts, reopened.count_cases()) in {(0, 1, 0), (1, 0, 1)}
            # Whatever happened, the next entry has the next number and nothing is in the way of it.
            entry = reopened.record(CASE, EntryKind.FOLLOW_UP, {"fever_ge_38": True})
            assert entry.id.seq == entries + 1
            reopened.close()


def test_an_error_of_the_driver_carries_no_value_of_its_statement(store):
    """Whatever prints it, a log or a traceback, must not print a patient."""
    with store.database.reading() as session, pytest.raises(IntegrityError) as caught:
        session.connection().exec_driver_sql("INSERT INTO device (number, device) VALUES (1, ?)", ("Amina",))

    assert "Amina" not in str(caught.value)
