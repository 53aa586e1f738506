"""What was changed, cut or is of another kind is found to be no backup before anything is touched."""

from __future__ import annotations

import pytest

from mobile_app.storage import backup_file
from mobile_app.storage.tables import SCHEMA_VERSION
from shared.errors import (
    BackupUnusable,
    StoreUnusable,
)
from tests.backup_world import NEW_PIN, record_cases

FLIPS = 60


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
