"""A server for each test that asks for one, empty or with the made-up district on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compiled_once import files_parsed_once, statements_compiled_once
from tests.databases import KINDS
from tests.desk_kept import a_desk
from tests.desk_world import Desk
from tests.freezing import fill_server
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.kept import a_copy_of
from tests.server_world import RunningServer, running_server


@pytest.fixture(scope="session", autouse=True)
def _once_a_process() -> Iterator[None]:
    """Pay once what no test is about."""
    with files_parsed_once(), statements_compiled_once():
        yield


@pytest.fixture
def server(database_url: str) -> Iterator[RunningServer]:
    with running_server(database_url) as running:
        yield running


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Give the district of `desk_world.py` on a server of its own."""
    with a_desk(request.param, tmp_path) as desk:
        yield desk


@pytest.fixture(params=KINDS)
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with something in every table."""
    with a_copy_of(request.param, fill_server, tmp_path) as (url, _):
        yield url


@pytest.fixture
def two(server: RunningServer, tmp_path: Path) -> Iterator[tuple[JoinedTablet, JoinedTablet]]:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    carrier = an_enrolled_tablet(tmp_path / "carrier", server, site="Clinic B")
    yield writer, carrier
    writer.close()
    carrier.close()
