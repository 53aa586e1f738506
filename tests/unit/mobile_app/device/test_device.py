"""The device secret is made once, is never replaced, and is for this account only."""

from __future__ import annotations

import os

import pytest

from mobile_app.device.clock import SystemClock, SystemStopwatch
from mobile_app.device.device_secret import FileDeviceSecret
from shared.errors import StoreUnusable


def test_a_secret_is_made_once_and_read_again(tmp_path):
    store = FileDeviceSecret(tmp_path / "device" / "secret")
    assert store.load() is None

    secret = store.create()

    assert len(secret) == 32
    assert store.load() == secret
    assert (tmp_path / "device" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "device").iterdir()] == ["secret"]


def test_a_secret_is_never_replaced(tmp_path):
    store = FileDeviceSecret(tmp_path / "secret")
    secret = store.create()

    with pytest.raises(StoreUnusable):
        store.create()

    assert store.load() == secret


def test_two_tablets_have_different_secrets(tmp_path):
    assert FileDeviceSecret(tmp_path / "one").create() != FileDeviceSecret(tmp_path / "two").create()


def test_a_secret_that_cannot_be_read_or_written_is_a_sentence(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnusable):
        FileDeviceSecret(tmp_path / "secret").load()
    with pytest.raises(StoreUnusable):
        FileDeviceSecret(tmp_path / "file" / "secret").create()


def test_a_secret_that_was_written_in_part_is_not_taken_and_leaves_no_trace(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", lambda handle, content: len(content) - 1)

    with pytest.raises(StoreUnusable):
        FileDeviceSecret(tmp_path / "secret").create()

    assert list(tmp_path.iterdir()) == []


def test_the_stopwatch_only_goes_forward_and_names_one_start():
    stopwatch = SystemStopwatch()

    assert 0 < stopwatch.elapsed() <= stopwatch.elapsed()
    assert stopwatch.boot() == SystemStopwatch().boot() != ""


def test_the_clock_knows_its_time_zone():
    assert SystemClock().now().tzinfo is not None
