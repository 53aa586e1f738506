"""A real browser for each test: `driving.py`. A missing browser makes these tests fail, never skip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser.driving import new_chromium
from tests.desk_kept import a_desk
from tests.desk_world import Desk
from tests.server_world import RunningServer, running_server


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    driver = new_chromium(tmp_path / "profile")
    yield driver
    driver.quit()


@pytest.fixture
def server(database_url: str) -> Iterator[RunningServer]:
    with running_server(database_url) as running:
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give the district of `desk_world.py`, once for the tests of a file. No browser sees which database it is."""
    with a_desk("sqlite", tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def requested_addresses(driver: webdriver.Chrome) -> set[str]:
    """Return every address that the pages asked for since the last call."""
    found = set()
    for line in driver.get_log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.add(message["params"]["request"]["url"])
    return found
