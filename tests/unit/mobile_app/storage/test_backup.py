"""A backup is made whole or not at all, beside the work, and says nothing without its code."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import threading
from pathlib import Path

import pytest

from mobile_app.storage import backup
from mobile_app.storage.database import Database
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import (
    BackupNotMade,
    Locked,
    StoreUnusable,
    WrongRecoveryCode,
)
from tests.backup_world import NEW_PIN, a_stick, record_cases
from tests.tablet_world import a_draft, a_tablet, forms_of
from tests.unit.mobile_app.storage.test_database import CANARIES, LOCAL, bits_per_byte


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
