"""A week is written in one way for people on every page; machines are given those of ISO 8601."""

from __future__ import annotations

import re
from html import unescape

from sync_server.api.navigation import places_of
from sync_server.repositories import users
from tests.desk_browser import DeskBrowser
from tests.desk_world import LEAD, Desk

_OF_MACHINES = re.compile(r"\bW\d\d\b")


def test_no_page_shows_a_week_as_machines_write_it(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    with desk.server.services.database.reading() as session:
        account = users.find(session, LEAD)
    assert account is not None
    paths = [
        *(place.path for place in places_of(account.user)), "/review/alerts/1", "/review/charts?by=diagnosis",
        f"/review/cases/{desk.differing[0].case_id}", "/review/cases?from_week=2026-W40",
    ]  # fmt: skip

    # What stands in an attribute is read by nobody.
    shown = {path: unescape(re.sub(r"<[^>]*>", " ", browser.get(path).text)) for path in paths}

    assert {path: _OF_MACHINES.findall(text) for path, text in shown.items() if _OF_MACHINES.search(text)} == {}
    assert "Weeks 43 to 45 of 2026" in shown["/review/alerts"]
    assert "Week 43 of 2026" in shown["/review/alerts/1"]
    assert "Week 43 of 2026" in shown["/review/charts"]


def test_the_weeks_of_the_charts_are_chosen_from_a_list_and_files_keep_them_as_machines_write_them(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)

    page = browser.get("/review/charts?first=2026-W40&last=2026-W45").text

    assert '<option value="2026-W40" selected>Week 40 of 2026</option>' in page
    assert '<option value="2026-W45" selected>Week 45 of 2026</option>' in page
    assert browser.get("/review/charts/curve.csv?first=2026-W40&last=2026-W45").text.count("2026-W4") == 6
    assert browser.get("/review/api/alerts/1").json()["row"]["first_week"] == "2026-W43"
