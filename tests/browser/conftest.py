"""A real browser, one for the tests of a file: `driving.py`. A missing browser makes these tests fail, never skip."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from selenium import webdriver

from tests.browser.driving import new_chromium
from tests.desk_kept import a_desk
from tests.desk_world import Desk
from tests.server_world import RunningServer, running_server


@pytest.fixture(scope="module")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    driver = new_chromium(tmp_path_factory.mktemp("chromium") / "profile")
    yield driver
    driver.quit()


@pytest.fixture
def chromium(_started: webdriver.Chrome) -> webdriver.Chrome:
    """Give a browser in which nobody is signed in, of the usual size. Each server is another origin to it."""
    _started.get("about:blank")
    _started.execute_cdp_cmd("Network.clearBrowserCookies", {})
    _started.execute_cdp_cmd("Network.clearBrowserCache", {})
    _started.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    for kind in ("performance", "browser"):
        _started.get_log(kind)
    return _started


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
