"""A backup comes back as another tablet with every case, and overwrites none that is in use."""

from __future__ import annotations

import os
import resource
import shutil

import pytest
from sqlmodel import select

from mobile_app.storage.tables import FormerDeviceRow
from shared.case.entry import EntryKind
from shared.errors import (
    InvalidInput,
    StoreUnusable,
    WrongPin,
)
from tests.backup_world import NEW_PIN, PIN, a_stick, record_cases
from tests.freezing import FROZEN
from tests.tablet_world import a_draft, a_tablet
from tests.unit.mobile_app.storage.test_database import LOCAL


def everything(store):
    """Return all that a tablet shows of its cases and drafts."""
    cases = [case.case_id for case in store.summaries(1000)]
    return (
        {case: [(r.entry, r.author, r.recorded_at, r.local) for r in store.timeline(case)] for case in cases},
        [(draft.draft_id, dict(draft.answers), draft.local) for draft in store.drafts()],
        store.settings.read(),
    )


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
