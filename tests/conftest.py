"""What every test may rely on: no outside network, no settings of the person who runs it, reproducible examples."""

from __future__ import annotations

import gc
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.quick_folder import quick_folder

# Deadlines would make slow machines fail; derandomised examples make every run of the suite the same run.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# Before anybody asks for a folder: tmp_path, tempfile, and the programs that tests start.
if (_quick := quick_folder()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _quick)
    os.environ.setdefault("TMPDIR", _quick)
    tempfile.tempdir = None

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


LONGEST = (
    "simulation/test_histories.py", "browser/test_desk_in_chromium.py", "screens/test_structure.py",
    "integration/test_tablets_converge.py", "screens/test_whole_path.py", "integration/test_both_sides_end_equal.py",
    "screens/test_nothing_lost.py", "integration/test_no_word_escapes.py", "integration/test_sync_survives_cuts.py",
    "integration/test_openapi_document.py", "screens/test_ready_behind.py", "screens/test_emergency_room.py",
    "browser/test_review_in_chromium.py", "unit/mobile_app/presenters/test_knowledge_news.py",
    "unit/sync_server/test_schema.py", "unit/mobile_app/storage/test_database.py",
    "unit/mobile_app/storage/test_migrations.py", "screens/test_room_for_units.py", "power_loss/test_power_loss.py",
    "integration/test_markup_is_inert.py", "screens/test_camera.py", "properties/test_merge_is_a_union.py",
)  # fmt: skip
"""Files that take half a minute and more. Begun last, one of them would keep the others waiting at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Let several workers take the files in the order in which they are collected, not those with most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never through all that was imported: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine, so no test can come to depend on one."""
    connect = socket.socket.connect

    def connect_on_loopback(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):  # type: ignore[index]
            raise AssertionError("A test tried to leave this machine.")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_on_loopback)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Point the app's data folder at an empty one."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("HANDWISE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HANDWISE_HOME", str(home))
    return home


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database for the server: every test that asks for it runs once on SQLite and once on PostgreSQL."""
    # Imported here: most tests need no server.
    from tests.databases import drop_database, new_database

    url = new_database(request.param, tmp_path)
    yield url
    drop_database(url)
