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


def pytest_collection_finish() -> None:
    """Do not look through all that was imported for garbage, again and again: it took a tenth of the time."""
    gc.collect()
    gc.freeze()


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
