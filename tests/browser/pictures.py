"""Pictures of the review pages over the made-up district, to be looked at beside the drawings.

    python -m tests.browser.pictures OUTDIR [PATH ...] [--as NAME] [--language CODE] [--width PIXELS ...]
                                     [--database sqlite|postgresql] [--reading]

Every page of the user's navigation, or the given paths, each once 1280 wide (whole page, at least 900 high) and once
800 wide, or as wide as `--width` says (390: a phone). `--as` takes a user of `tests/desk_world.py`: "Huda Saleh"
(district lead), "Omar Aziz" (coordinator), "Sena Okoye" (administrator). {case} in a path is the case on which two
tablets disagree. `--reading`: what is shown instead by a server that has just started and still reads its cases.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By

from shared.language.languages import LANGUAGES
from sync_server.api.navigation import places_of
from sync_server.repositories import users
from tests.browser.driving import new_chromium, sign_in
from tests.databases import KINDS, new_database
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk, a_district
from tests.server_world import running_server

WIDTHS = (1280, 800)
_HEIGHT = 900


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pictures, and say where each one is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--as", dest="user", default=LEAD, choices=(LEAD, COORDINATOR, ADMINISTRATOR))
    parser.add_argument("--language", default="en", choices=[one.code for one in LANGUAGES])
    parser.add_argument("--width", type=int, nargs="+", default=WIDTHS)
    parser.add_argument("--database", default=KINDS[0], choices=KINDS)
    parser.add_argument("--reading", action="store_true")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_server(new_database(given.database, Path(folder))) as server:
        desk = a_district(server)
        chromium = new_chromium(Path(folder) / "profile")
        try:
            sign_in(chromium, server, given.user)
            _speak(desk, given.user, given.language)
            with still_reading(desk) if given.reading else nullcontext(desk) as shown:
                for path in given.paths or _places(desk, given.user):
                    for width in given.width:
                        print(_take(chromium, shown, path, width, given.folder), flush=True)
        finally:
            chromium.quit()


@contextmanager
def still_reading(desk: Desk) -> Iterator[Desk]:
    """Give the district on a second server, which does not get to the end of reading its cases before the block ends.

    A browser that is signed in at the first one is so here too: it sends its cookies to every port of a machine.
    """
    with running_server(desk.server.database_url) as server, server.services.case_list.index.store.as_it_is():
        yield replace(desk, server=server)


def _speak(desk: Desk, name: str, language: str) -> None:
    with desk.server.services.database.writing() as session:
        account = users.find(session, name)
        assert account is not None
        users.set_language(session, account.user.user_no, language)


def _places(desk: Desk, name: str) -> list[str]:
    with desk.server.services.database.reading() as session:
        account = users.find(session, name)
    assert account is not None
    return [place.path for place in places_of(account.user)]


def _take(chromium: webdriver.Chrome, desk: Desk, path: str, width: int, folder: Path) -> Path:
    size = {"width": width, "height": _HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    chromium.get(desk.server.url + path.replace("{case}", desk.differing[0].case_id))
    chromium.find_element(By.TAG_NAME, "h1")
    # Before its fonts are there a page is of another height.
    chromium.execute_async_script("document.fonts.ready.then(arguments[arguments.length - 1])")
    high = chromium.execute_script("return Math.ceil(document.documentElement.scrollHeight)")
    # A window as high as the page: what Chromium takes beyond its window stands beside its place where one reads from
    # the right.
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "height": max(high, _HEIGHT)})
    taken = chromium.execute_cdp_cmd("Page.captureScreenshot", {})
    name = re.sub(r"[^a-z0-9]+", "-", path.removeprefix("/review").lower()).strip("-") or "today"
    picture = folder / f"{name}-{width}.png"
    picture.write_bytes(b64decode(taken["data"]))
    return picture


if __name__ == "__main__":
    main()
