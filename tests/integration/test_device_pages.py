"""The page of tablets: what it says of each, a code that is shown once, and a right that is taken away at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from sqlalchemy import update

from shared.sync.enrolment_link import read_enrolment_link
from sync_server.repositories import audit
from sync_server.tables.device_row import DeviceRow
from tests.databases import KINDS
from tests.desk_browser import DeskBrowser
from tests.desk_kept import a_desk
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, SILENT, Desk
from tests.server_world import Tablet, new_case


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(request.param, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def lead(desk: Desk) -> DeskBrowser:
    return DeskBrowser(desk.server, LEAD)


@pytest.fixture(scope="module")
def coordinator(desk: Desk) -> DeskBrowser:
    return DeskBrowser(desk.server, COORDINATOR)


def tablets(browser: DeskBrowser) -> dict[tuple[str, int], dict[str, object]]:
    found = browser.get("/review/api/devices").json()["tablets"]
    return {(one["site"], one["tablet_no"]): one for one in found}


def test_each_tablet_says_when_it_was_heard_of_what_waits_and_that_its_chain_holds(
    desk: Desk, lead: DeskBrowser
) -> None:
    found = tablets(lead)
    assert found.keys() >= desk.tablets.keys()
    assert found["Clinic A", 2]["waiting"] == 3
    assert {one["knowledge_version"] for place, one in found.items() if place in desk.tablets} == {"1.1"}
    assert {one["chain"] for place, one in found.items() if place in desk.tablets} == {"holds"}
    silent = {site for (site, _), one in found.items() if one["is_silent"]}
    assert silent == {SILENT}
    page = lead.get("/review/devices").text
    assert page.count("Silent: ask the clinic") == 1
    assert "9 days ago, 12 Nov 2026" in page


def test_a_coordinator_sees_the_tablets_of_his_sites_and_cannot_change_them(
    coordinator: DeskBrowser, desk: Desk
) -> None:
    assert {site for site, _ in tablets(coordinator)} == {"Clinic A", "Clinic B"}
    page = coordinator.get("/review/devices").text
    assert "Make a code" not in page
    assert ">Revoke<" not in page
    assert coordinator.post("/review/devices/codes", {"site": "Clinic A"}).status_code == 403
    assert coordinator.post("/review/devices/revoke", {"site": "1", "tablet": "1"}).status_code == 403
    assert not tablets(coordinator)["Clinic A", 1]["is_revoked"]


def test_an_administrator_sees_every_tablet(desk: Desk) -> None:
    assert tablets(DeskBrowser(desk.server, ADMINISTRATOR)).keys() >= desk.tablets.keys()


def test_a_tablet_joins_by_the_drawn_code_which_is_good_once_and_shown_once(desk: Desk, lead: DeskBrowser) -> None:
    shown = lead.post("/review/devices/codes", {"site": "Clinic A", "new_site": "Clinic E"})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    read = read_enrolment_link(_read_drawing(shown.text))
    assert read is not None
    address, code = read
    assert address == desk.server.url
    assert code in shown.text
    new = Tablet(address).enrol(code)
    new.push(new.entry(new_case()))
    assert ("Clinic E", 1) in tablets(lead)
    assert Tablet(address).post_enrolment(code).status_code == 403
    assert code not in lead.get("/review/devices").text


def test_a_revoked_tablet_is_refused_at_its_next_request_and_joins_again_by_a_new_code(
    desk: Desk, lead: DeskBrowser
) -> None:
    tablet = Tablet(desk.server.url).enrol(desk.server.code("Clinic F"))
    tablet.push(tablet.entry(new_case()))
    site = str(tablets(lead)["Clinic F", 1]["site_no"])
    assert lead.post("/review/devices/revoke", {"site": site, "tablet": "1"}).status_code == 303
    assert tablet.post(tablet.batch([tablet.entry(new_case())])).status_code == 403
    assert tablets(lead)["Clinic F", 1]["is_revoked"]
    assert "may go on recording and no longer send" in lead.get("/review/devices?done=revoked").text
    shown = lead.post("/review/devices/codes", {"site": "Clinic F"}).text
    read = read_enrolment_link(_read_drawing(shown))
    assert read is not None
    tablet.enrol(read[1])
    assert not tablets(lead)["Clinic F", 1]["is_revoked"]


def test_a_chain_whose_end_nobody_signed_is_said(desk: Desk, lead: DeskBrowser) -> None:
    tablet = Tablet(desk.server.url).enrol(desk.server.code("Clinic G"))
    tablet.push(tablet.entry(new_case()))
    with desk.server.services.database.writing() as session:
        session.execute(update(DeviceRow).where(DeviceRow.device == tablet.device).values(public_key=bytes(32)))  # type: ignore[arg-type]
    assert tablets(lead)["Clinic G", 1]["chain"] == "broken"
    assert "The signature does not hold" in lead.get("/review/devices").text


@pytest.mark.parametrize("fields", [{"site": "999", "tablet": "1"}, {"site": "1", "tablet": "0"}, {"site": "x"}])
def test_a_tablet_that_is_not_there_cannot_be_revoked(lead: DeskBrowser, fields: dict[str, str]) -> None:
    refused = lead.post("/review/devices/revoke", fields)
    assert refused.status_code == 404
    assert "There is no such tablet." in refused.text


def test_a_name_that_is_none_is_refused_in_one_sentence(lead: DeskBrowser) -> None:
    refused = lead.post("/review/devices/codes", {"site": "", "new_site": "a" * 61})
    assert refused.status_code == 422
    assert "must be a name of 1 to 60 characters" in refused.text


def test_who_made_a_code_and_who_revoked_is_in_the_log_and_no_code_is(desk: Desk, lead: DeskBrowser) -> None:
    code = _code(lead.post("/review/devices/codes", {"site": "Clinic A"}).text)
    with desk.server.services.database.reading() as session:
        said = [(row.actor, row.action, row.object) for row in audit.every(session)]
    assert said[-1][1:] == ("made an enrolment code", "site 1")
    assert re.fullmatch("user [0-9]+", said[-1][0])
    assert code not in str(said)


def test_the_drawing_needs_no_style_of_its_own(lead: DeskBrowser) -> None:
    shown = lead.post("/review/devices/codes", {"site": "Clinic A"}).text
    assert "style=" not in shown
    assert "<script" not in shown


def _code(page: str) -> str:
    found = re.search(r'class="code-letters">([0-9A-Z]{5}-[0-9A-Z]{5})<', page)
    assert found is not None
    return found[1]


def _read_drawing(page: str) -> str:
    """Return what a camera reads from the code on the page."""
    drawn = re.search(r'viewBox="0 0 (\d+) \d+"[^>]*><rect[^>]*/><path d="([^"]+)"', page[page.index("code-drawing") :])
    assert drawn is not None
    size, scale = int(drawn[1]), 6
    picture = Image.new("L", (size * scale, size * scale), 255)
    pen = ImageDraw.Draw(picture)
    for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn[2]):
        left, top = int(column) * scale, int(row) * scale
        pen.rectangle((left, top, left + scale - 1, top + scale - 1), fill=0)
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)
