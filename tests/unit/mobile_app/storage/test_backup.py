"""A backup is whole or none, says nothing without its code, and comes back as another tablet with every case."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import threading
from pathlib import Path

import pytest
from sqlmodel import select

from mobile_app.storage import backup, backup_file
from mobile_app.storage.database import Database
from mobile_app.storage.tables import SCHEMA_VERSION, FormerDeviceRow
from shared.case.entry import EntryKind
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import (
    BackupNotMade,
    BackupUnusable,
    InvalidInput,
    Locked,
    StoreUnusable,
    WrongPin,
    WrongRecoveryCode,
)
from tests.backup_world import NEW_PIN, PIN, a_stick, record_cases
from tests.freezing import FROZEN
from tests.tablet_world import a_draft, a_tablet, forms_of
from tests.unit.mobile_app.storage.test_database import CANARIES, LOCAL, bits_per_byte

FLIPS = 60


@pytest.fixture
def tablet(tmp_path):
    with a_tablet(tmp_path / "tablet") as tablet:
        yield tablet


@pytest.fixture
def store(tablet):
    store = tablet.set_up()
    yield store
    store.close()


@pytest.fixture
def stick(tablet, store, tmp_path):
    return a_stick(tablet, store, tmp_path / "stick")


@pytest.fixture
def other(tmp_path):
    with a_tablet(tmp_path / "other") as other:
        yield other


def everything(store):
    """Return all that a tablet shows of its cases and drafts."""
    cases = [case.case_id for case in store.summaries(1000)]
    return (
        {case: [(r.entry, r.author, r.recorded_at, r.local) for r in store.timeline(case)] for case in cases},
        [(draft.draft_id, dict(draft.answers), draft.local) for draft in store.drafts()],
        store.settings.read(),
    )


# What comes back


def test_every_case_draft_and_setting_comes_back_on_another_tablet(tablet, store, stick, other):
    record_cases(store, 12)
    store.save_draft(a_draft(5, draft_id="open", local=LOCAL))
    file = stick.write(tablet, store)

    restored = stick.restore(file, other)

    assert everything(restored) == everything(store)
    assert [(user.name, user.role) for user in other.vault.users()] == [("Ben Sample", "Doctor")]
    assert other.vault.has_recovery_code()
    restored.close()


def test_the_restored_tablet_is_a_new_device_and_writes_from_number_one(tablet, store, stick, other):
    record_cases(store, 3)
    case_id = store.summaries()[0].case_id
    file = stick.write(tablet, store)

    restored = stick.restore(file, other)
    entry = restored.record(case_id, EntryKind.FOLLOW_UP, {"fever_ge_38": True})

    assert restored.device != store.device
    assert restored.outbox.public_key() != store.outbox.public_key()
    assert (entry.id.device, entry.id.seq) == (restored.device, 1)
    assert entry.parents == store.log(case_id).heads
    assert restored.outbox.enrolment() is None
    with restored.database.reading() as session:
        former = session.get_one(FormerDeviceRow, store.device)
        assert (former.last_seq, former.acknowledged_seq) == (3, 0)
    for number in (1, 2, 3):
        recorded = next(e for c in store.summaries() for e in store.log(c.case_id) if e.id.seq == number)
        assert restored.sent_form(recorded.id) == store.sent_form(recorded.id)
    restored.close()


def test_a_restored_tablet_can_be_backed_up_and_restored_again(tablet, store, stick, other, tmp_path):
    record_cases(store, 2)
    second = stick.restore(stick.write(tablet, store), other)
    record_cases(second, 2, prefix="e")
    file = stick.write(other, second)

    with a_tablet(tmp_path / "third") as third:
        restored = stick.restore(file, third)
        with restored.database.reading() as session:
            assert set(session.exec(select(FormerDeviceRow.device))) == {store.device, second.device}
        assert len(restored.summaries()) == 4
        restored.close()
    second.close()


@pytest.mark.parametrize("version", [1, 2])
def test_a_tablet_of_an_earlier_release_can_be_backed_up_and_comes_back(version, tmp_path, other):
    shutil.copytree(FROZEN / f"tablet-{version}", tmp_path / "old")
    with a_tablet(tmp_path / "old") as old:
        store = old.open()
        stick = a_stick(old, store, tmp_path / "stick")
        restored = stick.restore(stick.write(old, store), other)
        assert everything(restored) == everything(store)
        assert restored.device != store.device
        restored.close()
        store.close()


# What it gives away


def test_a_backup_is_opaque_without_its_code(tablet, store, stick):
    for number in range(20):
        store.save_draft(a_draft(10, draft_id=f"d{number}", case_id=store.new_case_id(), local=LOCAL))
    content = stick.write(tablet, store).read_bytes()

    for canary in CANARIES:
        for form in forms_of(canary):
            assert form not in content
    for word in (b"SQLite format", b"CREATE TABLE", b"calcinosis", b"Ana Sample", store.device.encode()):
        assert word not in content
    assert store.database.key.raw() not in content
    assert stick.code.text.encode() not in content
    assert bits_per_byte(content) > 7.9


def test_its_name_says_when_it_was_made_and_nothing_else(tablet, store, stick):
    record_cases(store, 1)

    names = [stick.write(tablet, store).name for _ in range(3)]

    assert names == [
        "handwise-2026-11-21-0930.hwb",
        "handwise-2026-11-21-0930-2.hwb",
        "handwise-2026-11-21-0930-3.hwb",
    ]
    assert {path.stat().st_mode & 0o777 for path in stick.files} == {0o600}


def test_another_code_opens_nothing_and_the_new_tablet_stays_new(tablet, store, stick, other):
    file = stick.write(tablet, store)
    backups = stick.backups_of(other)

    for use in (
        lambda: backups.check_code(str(file), RecoveryCode.generate()),
        lambda: backups.restore(str(file), RecoveryCode.generate(), "Ben Sample", "Doctor", NEW_PIN),
    ):
        with pytest.raises(WrongRecoveryCode):
            use()

    assert other.bytes_on_disk() == {}
    assert other.vault.users() == ()


def test_a_new_code_is_needed_for_new_backups_and_the_old_one_for_old_ones(tablet, store, stick, other):
    before = stick.write(tablet, store)
    newer = RecoveryCode.generate()
    tablet.vault.set_recovery_code(store, newer)
    after = stick.write(tablet, store)
    backups = stick.backups_of(other)

    backups.check_code(str(before), stick.code)
    backups.check_code(str(after), newer)
    with pytest.raises(WrongRecoveryCode):
        backups.check_code(str(after), stick.code)


def test_without_a_recovery_code_there_is_no_backup(tablet, store, tmp_path):
    stick = a_stick(tablet, store, tmp_path / "first")
    with a_tablet(tmp_path / "without") as without:
        opened = without.set_up()
        with pytest.raises(BackupNotMade, match="recovery code"):
            stick.write(without, opened)
        opened.close()
    assert stick.files == []


# Damage


def test_a_flipped_byte_anywhere_is_found_before_a_code_is_asked_for(tablet, store, stick):
    record_cases(store, 5)
    file = stick.write(tablet, store)
    backups, content = stick.backups_of(tablet), file.read_bytes()
    foot = range(len(content) - 600, len(content))
    places = {*range(0, len(content), len(content) // FLIPS), *foot}

    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 0x20
        file.write_bytes(damaged)
        with pytest.raises(BackupUnusable):
            backups.check(str(file))

    file.write_bytes(content)
    assert backups.check(str(file)) == tablet.clock.now().date()


def test_a_file_that_ends_early_or_late_is_no_backup(tablet, store, stick):
    file = stick.write(tablet, store)
    backups, content = stick.backups_of(tablet), file.read_bytes()
    lengths = [*range(0, len(content), len(content) // 40), len(content) - 1]

    for length in lengths:
        file.write_bytes(content[:length])
        with pytest.raises(BackupUnusable):
            backups.check(str(file))
    for more in (b"\0", content[-64:], content):
        file.write_bytes(content + more)
        with pytest.raises(BackupUnusable):
            backups.check_code(str(file), stick.code)


def test_somebody_who_changes_a_backup_and_its_checksum_is_found_by_the_seal(tablet, store, stick, other):
    from hashlib import sha256

    record_cases(store, 3)
    file = stick.write(tablet, store)
    content = bytearray(file.read_bytes()[:-32])
    content[5000] ^= 1
    file.write_bytes(content + sha256(content).digest())
    backups = stick.backups_of(other)

    backups.check(str(file))
    with pytest.raises(BackupUnusable, match="damaged"):
        backups.check_code(str(file), stick.code)
    with pytest.raises(BackupUnusable, match="damaged"):
        backups.restore(str(file), stick.code, "Ben Sample", "Doctor", NEW_PIN)
    assert other.vault.users() == ()


def test_a_backup_of_a_newer_handwise_is_left_alone(tablet, store, stick, other, monkeypatch):
    with monkeypatch.context() as newer:
        newer.setattr(backup_file, "VERSION", 2)
        file = stick.write(tablet, store)

    with pytest.raises(BackupUnusable, match="newer Handwise"):
        stick.backups_of(other).check(str(file))


def test_a_backup_with_the_tables_of_a_newer_handwise_is_left_alone(tablet, store, stick, other):
    with store.database.writing() as session:
        session.connection().exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    file = stick.write(tablet, store)

    with pytest.raises(StoreUnusable, match="newer Handwise"):
        stick.restore(file, other)

    assert not other.store_folder.exists()
    assert list(other.folder.glob("store*")) == []


@pytest.mark.parametrize("content", [b"", b"x", b"holiday picture" * 1000, bytes(4096)])
def test_any_other_file_is_no_backup(tablet, stick, content):
    file = stick.folder / "some.hwb"
    file.write_bytes(content)

    with pytest.raises(BackupUnusable, match="no backup of Handwise"):
        stick.backups_of(tablet).check(str(file))


def test_a_file_that_is_gone_is_a_sentence(tablet, stick):
    with pytest.raises(StoreUnusable, match="still there"):
        stick.backups_of(tablet).check(str(stick.folder / "gone.hwb"))


# Disks


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.9, 0.995, 0.9999])
def test_a_disk_that_takes_no_more_is_a_sentence_and_older_backups_stay(tablet, store, stick, share):
    record_cases(store, 10)
    older = stick.write(tablet, store)
    content = older.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(len(content) * share), hard))
    try:
        with pytest.raises(BackupNotMade):
            stick.write(tablet, store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert stick.files == [older]
    assert older.read_bytes() == content
    assert stick.write(tablet, store) != older


def test_too_little_room_is_said_before_anything_is_written(tablet, store, stick, monkeypatch):
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 100_000))

    with pytest.raises(BackupNotMade, match="not enough room"):
        stick.write(tablet, store)

    assert stick.files == []


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_error_at_any_step_of_the_folder_leaves_no_half_backup(tablet, store, stick, monkeypatch, number, kind):
    name = ("open", "fsync", "rename", "fsync")[number]
    seen = 0
    real = getattr(os, name)

    def failing(*arguments, **more):
        nonlocal seen
        seen += 1
        if seen == (2 if number == 3 else 1):
            raise OSError(kind, os.strerror(kind))
        return real(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(backup.os, name, failing)
        with pytest.raises(BackupNotMade, match="room" if kind == errno.ENOSPC else "cannot be written"):
            stick.write(tablet, store)

    assert [path for path in stick.files if path.suffix == ".part"] == []
    if number < 3:
        assert stick.files == []


def test_what_cannot_be_read_back_is_not_called_a_backup(tablet, store, stick, monkeypatch):
    """A stick that swallows what is written: the check reads the file again before it gets its name."""
    finish = backup.finish_backup

    def lose_a_page(file, header, key):
        finish(file, header, key)
        file.seek(8192)
        file.write(bytes(512))
        file.flush()

    monkeypatch.setattr(backup, "finish_backup", lose_a_page)

    with pytest.raises(BackupNotMade, match="cannot be read again"):
        stick.write(tablet, store)

    assert stick.files == []


# Beside the work


def test_a_backup_beside_a_writer_is_of_one_moment(tablet, store, stick, other):
    record_cases(store, 60)
    stop, written = threading.Event(), []

    def write():
        number = 0
        while not stop.is_set():
            name = f"w{number}"
            store.save_draft(a_draft(10, draft_id=name, case_id=store.new_case_id()))
            written.append(store.record_draft(name, None).id.seq)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [stick.write(tablet, store) for _ in range(3)]
    finally:
        stop.set()
        writer.join()

    assert len(written) > 3
    counts = []
    for number, file in enumerate(files):
        with a_tablet(other.folder / str(number)) as fresh:
            restored = stick.restore(file, fresh)
            counts.append(len(restored.summaries(100_000)))
            # No case without its entry, no entry without its sent form.
            last = counts[-1]
            with restored.database.reading() as session:
                run = session.connection().exec_driver_sql
                assert run("SELECT count(*) FROM entry").scalar_one() == last
                assert run("SELECT count(*), max(seq) FROM former_sent_form").one() == (last, last)
                assert run("SELECT last_seq FROM former_device").scalar_one() == last
            restored.close()
    assert counts == sorted(counts)


def test_locking_ends_a_backup_that_is_under_way(tablet, store, stick, monkeypatch):
    record_cases(store, 120)
    begun = threading.Event()
    outside = Database.outside_transactions

    def slow(database):
        begun.set()
        return outside(database)

    monkeypatch.setattr(Database, "outside_transactions", slow)
    monkeypatch.setattr("mobile_app.storage.database._STEPS_BETWEEN_LOOKS", 1)
    ended = []

    def run():
        try:
            stick.write(tablet, store)
        except Locked:
            ended.append("locked")

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()
    store.close()
    thread.join()

    assert ended == ["locked"]
    assert stick.files == []


def test_the_last_backup_is_noted_with_its_cases(tablet, store, stick):
    record_cases(store, 4)
    backups = stick.backups_of(tablet)
    assert backups.last(store) is None

    file = stick.write(tablet, store)

    last = backups.last(store)
    assert last is not None
    assert (last.name, last.cases, last.made_at, last.size) == (file.name, 4, tablet.clock.now(), file.stat().st_size)


def test_backups_are_found_the_newest_first(tablet, store, stick):
    first = stick.write(tablet, store)
    tablet.clock.pass_time(86_400)
    second = stick.write(tablet, store)
    (stick.folder / "letter.pdf").write_bytes(b"")

    assert [found.file for found in stick.backups_of(tablet).found()] == [str(second), str(first)]


# An occupied tablet


def test_an_occupied_tablet_is_not_overwritten(tablet, store, stick, other):
    occupied = other.set_up()
    record_cases(occupied, 2)
    occupied.close()
    before = other.bytes_on_disk()
    file = stick.write(tablet, store)

    assert stick.backups_of(other).holds_cases()
    with pytest.raises(StoreUnusable, match="holds cases already"):
        stick.restore(file, other)

    assert other.bytes_on_disk() == before


def test_what_is_put_aside_on_request_is_kept_whole(tablet, store, stick, other):
    occupied = other.set_up()
    record_cases(occupied, 2)
    occupied.close()
    before = {path.name: path.read_bytes() for path in other.store_folder.iterdir()}
    file = stick.write(tablet, store)

    stick.restore(file, other, put_aside=True).close()

    (aside,) = other.folder.glob("store.put-aside-*")
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before


@pytest.mark.parametrize("content", [None, b"", bytes(20)])
def test_a_tablet_whose_secret_is_lost_takes_a_backup_when_asked_to(tablet, store, stick, content):
    record_cases(store, 2)
    file = stick.write(tablet, store)
    store.close()
    secret = tablet.folder / "device" / "secret"
    secret.unlink() if content is None else secret.write_bytes(content)

    restored = stick.restore(file, tablet, put_aside=True)

    assert len(restored.summaries()) == 2
    restored.close()


@pytest.mark.parametrize(("name", "pin"), [("", NEW_PIN), ("Ben Sample", "123456"), ("Ben Sample", "12")])
def test_a_user_that_cannot_be_is_refused_and_nothing_is_made(tablet, store, stick, other, name, pin):
    file = stick.write(tablet, store)

    with pytest.raises(InvalidInput):
        stick.backups_of(other).restore(str(file), stick.code, name, "Doctor", pin)

    assert other.bytes_on_disk() == {}


def test_a_restore_that_the_disk_has_no_room_for_leaves_a_new_tablet(tablet, store, stick, other):
    record_cases(store, 10)
    file = stick.write(tablet, store)
    size = file.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for share in (0.0, 0.3, 0.9):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size * share), hard))
        try:
            with pytest.raises(StoreUnusable):
                stick.restore(file, other)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert other.vault.users() == ()
        assert list(other.folder.glob("store*")) == []

    stick.restore(file, other).close()


def test_the_old_pin_does_not_open_the_restored_tablet(tablet, store, stick, other):
    stick.restore(stick.write(tablet, store), other).close()

    with pytest.raises(WrongPin):
        other.vault.unlock(other.vault.users()[0].user_id, PIN)


def test_the_files_of_a_restored_tablet_are_for_this_account_only(tablet, store, stick, other):
    restored = stick.restore(stick.write(tablet, store), other)
    modes = {path.stat().st_mode & 0o777 for path in other.folder.rglob("*") if path.is_file()}
    restored.close()

    assert modes == {0o600}


def test_only_sticks_that_can_be_written_to_are_offered(tmp_path, monkeypatch):
    from mobile_app.device.backup_places import DeviceBackupPlaces

    for name in ("STICK", "not mounted"):
        (tmp_path / "media" / name).mkdir(parents=True)
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "STICK")

    places = DeviceBackupPlaces(tmp_path / "own", mounted_under=(str(tmp_path / "media"), "/no/such")).places()

    assert [(place.name, place.is_removable) for place in places] == [("STICK", True), ("own", False)]
    assert [place.others_see_names for place in places] == [True, False]
    (shared,) = DeviceBackupPlaces(tmp_path / "own", mounted_under=(), is_shared=True).places()
    assert shared.others_see_names


@pytest.mark.parametrize("place", ["\0", "a\0b", "stick", "~nobody-of-this-name/stick"])
def test_a_place_that_no_system_takes_or_nobody_would_find_is_a_sentence(tablet, store, stick, place):
    with pytest.raises(BackupNotMade, match="cannot be written there"):
        stick.backups_of(tablet).write(store, place)
    with pytest.raises(StoreUnusable, match="cannot be read"):
        stick.backups_of(tablet).check(place)


def test_a_place_in_the_home_folder_is_found_by_its_short_name(tablet, store, stick, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    made = stick.backups_of(tablet).write(store, "~/stick")

    assert (stick.folder / made.name).is_file()
    assert stick.backups_of(tablet).check(f"~/stick/{made.name}") == tablet.clock.now().date()


def test_a_pipe_in_the_place_of_a_backup_is_no_backup(tablet, store, stick):
    pipe = stick.folder / "a.hwb"
    os.mkfifo(pipe)

    with pytest.raises(StoreUnusable, match="cannot be read"):
        stick.backups_of(tablet).check(str(pipe))


def test_a_backup_whose_name_is_in_another_encoding_can_be_shown(tablet, store, stick):
    file = stick.write(tablet, store)
    odd = os.fsdecode(os.fsencode(stick.folder) + b"/caf\xe9" + os.fsencode(file.suffix))
    os.rename(file, odd)

    (found,) = stick.backups_of(tablet).found()

    assert found.name.encode() == b"caf?" + file.suffix.encode()
    assert stick.backups_of(tablet).check(found.file) == tablet.clock.now().date()


@pytest.mark.parametrize("killed_at", [1, 2], ids=["before the old store is put aside", "just after"])
def test_killed_while_the_stores_change_places_the_next_start_has_one_of_them(
    tablet, store, stick, monkeypatch, killed_at
):
    record_cases(store, 2)
    file = stick.write(tablet, store)
    record_cases(store, 1, prefix="later")
    store.close()
    renames = []

    def rename(source, target, real=os.rename):
        renames.append(source)
        if len(renames) == killed_at:
            # What a killed app leaves: nothing is cleaned up.
            monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        stick.restore(file, tablet, put_aside=True)
    monkeypatch.undo()

    (user,) = tablet.vault.users()
    expected = {1: ("Ana Sample", PIN, 3), 2: ("Ben Sample", NEW_PIN, 2)}[killed_at]
    opened = tablet.vault.unlock(user.user_id, expected[1])
    assert (user.name, opened.count_cases()) == (expected[0], expected[2])
    opened.close()
    if killed_at == 2:
        (aside,) = tablet.folder.glob("store.put-aside-*")
        assert (aside / "cases.db").is_file()


def test_a_restore_that_was_cut_short_before_it_was_whole_is_not_taken_for_a_store(tablet, store, stick):
    stick.write(tablet, store)
    store.close()
    tablet.store_folder.rename(tablet.folder / "elsewhere")
    half = tablet.folder / "store.01234567.half"
    half.mkdir()
    (half / "cases.db").write_bytes(b"half of it")

    assert tablet.vault.users() == ()
    assert not tablet.store_folder.exists()
