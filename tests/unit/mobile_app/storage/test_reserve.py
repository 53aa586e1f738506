"""A full disk keeps nobody out, and the case in hand can be ended."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mobile_app.storage import files
from mobile_app.storage.reserve import RESERVE, Reserve
from shared.errors import StoreUnusable
from tests.presenter_world import a_full_disk
from tests.tablet_world import PIN, TestTablet, a_draft, a_tablet


@contextmanager
def a_disk_that_the_reserve_fills(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the operating system refuse every write for as long as the reserve stands in the folder."""
    real_write = os.write

    def write(handle: int, content: bytes) -> int:
        if not (folder / RESERVE).exists():
            return real_write(handle, content)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            return real_write(handle, content)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "write", write)
        yield


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[TestTablet]:
    """A tablet that was unlocked once, so that it has its reserve."""
    with a_tablet(tmp_path) as tablet:
        tablet.set_up().close()
        yield tablet


def test_unlocking_takes_two_mebibytes_and_no_more_the_next_time(locked: TestTablet) -> None:
    reserve = locked.store_folder / RESERVE
    written = reserve.stat()

    locked.open().close()
    assert written.st_blocks * 512 >= 2 * 1024 * 1024
    assert reserve.stat().st_ino == written.st_ino
    assert oct(written.st_mode)[-3:] == "600"


def test_a_full_disk_keeps_nobody_out(locked: TestTablet, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_disk_that_the_reserve_fills(locked.store_folder, monkeypatch):
        user = locked.vault.users()[0]
        locked.vault.unlock(user.user_id, PIN).close()

        assert locked.vault.seconds_until_next_try(user.user_id) == 0


def test_an_answer_that_a_full_disk_refuses_frees_the_reserve_for_the_next_try(locked: TestTablet) -> None:
    store = locked.open()
    store.save_draft(a_draft(1))
    with a_full_disk(), pytest.raises(StoreUnusable):
        store.save_draft(a_draft(draft_id="d2"))
    assert not (locked.store_folder / RESERVE).exists()
    store.save_draft(a_draft(draft_id="d2"))
    store.close()

    assert len(locked.open().drafts()) == 2
    assert (locked.store_folder / RESERVE).exists()


def test_a_disk_without_room_gets_no_reserve_and_no_fault(tmp_path: Path) -> None:
    with a_full_disk():
        Reserve(tmp_path).take()

    assert list(tmp_path.iterdir()) == []
    assert not Reserve(tmp_path).give_back()
