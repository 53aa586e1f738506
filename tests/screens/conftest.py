"""The real window under an X server of its own, once for all tests here. Without Xvfb these tests fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobile_app.bootstrap import build_tablet
from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.virtual_screen import virtual_screen
from mobile_app.config import Config
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.compiled_once import books_checked_once, files_parsed_once, statements_compiled_once
from tests.presenter_world import copy_a_tablet
from tests.screens.fingers import Fingers
from tests.tablet_world import TestTablet


@pytest.fixture(scope="session", autouse=True)
def _screen() -> Iterator[None]:
    """Bring a display."""
    with virtual_screen():
        yield


@pytest.fixture(scope="session", autouse=True)
def _once_a_process() -> Iterator[None]:
    """Pay once what no test is about: every window reads the book and opens a database."""
    with files_parsed_once(), books_checked_once(), statements_compiled_once():
        yield


@pytest.fixture
def tablet(tmp_path: Path) -> TestTablet:
    """A tablet that was set up and is locked: a copy of one, as no test of its screens is about its keys."""
    copy_a_tablet(tmp_path / "tablet")
    return TestTablet(tmp_path / "tablet")


@pytest.fixture(autouse=True)
def _cheap_pins() -> Iterator[None]:
    """Let a PIN cost little, so that tests can unlock often."""
    with TESTONLY_weak_kdf():
        yield


@pytest.fixture
def clock() -> DemoClock:
    return DemoClock(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


@pytest.fixture
def open_window(tmp_path: Path, clock: DemoClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Fingers]]:
    """Open the app on one tablet's folder; called again, it is as if the app were started again."""
    # As developers do, so that a test fails where a clinician would read that something went wrong.
    monkeypatch.setenv("HANDWISE_DEBUG", "1")
    opened: list[Fingers] = []

    def start() -> Fingers:
        for earlier in opened:
            earlier.close()
        opened.clear()
        opened.append(Fingers(build_tablet(Config(tmp_path), clock)))
        return opened[0]

    yield start
    for fingers in opened:
        fingers.close()
