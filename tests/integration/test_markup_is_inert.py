"""Whatever people type, no page takes it for markup: sixty payloads in each field, beside the page with plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from shared.case.entry import CaseId
from tests.desk_browser import DeskBrowser
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case
from tests.xss_payloads import PAYLOADS

PLAIN = "plain words"
NAME = "Huda Saleh"


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))


def elements(page: str) -> set[tuple[str, tuple[str, ...]]]:
    """Return every kind of element of a page, with the names of its attributes."""
    found = _Found()
    found.feed(page)
    return found.elements


@pytest.fixture
def browser(server: RunningServer) -> DeskBrowser:
    server.services.sign_in.create_user(NAME, PASSWORD)
    return DeskBrowser(server, NAME)


@pytest.fixture
def case(server: RunningServer) -> CaseId:
    tablet = Tablet(server.url).enrol(server.code("Clinic A"))
    case = new_case()
    tablet.push(tablet.entry(case, {"region": ("hand",)}, concluded=conclusion()))
    return case


def pages_with(browser: DeskBrowser, case: CaseId, text: str) -> Iterator[tuple[str, str]]:
    """Fill every field with a text; give the name of each page that follows, and the page."""
    number = re.search(r'name="seen" value="(\d+)"', browser.get(f"/review/cases/{case}").text)
    assert number is not None
    filled = {"state": "needs_information", "seen": number[1], "message": text}
    browser.post(f"/review/cases/{case}", filled)
    yield "saved review", browser.get(f"/review/cases/{case}").text
    yield "refused review", browser.post(f"/review/cases/{case}", {**filled, "state": "confirmed"}).text
    yield "unknown values", browser.post(f"/review/cases/{case}", {**filled, "state": text, "diagnosis": text}).text
    browser.post("/review/cases/views", {"name": text[:40], "query": "urgency=same_day"})
    page = browser.get("/review/cases?urgency=same_day").text
    yield "saved view", page
    view_no = re.search(r"/review/cases/views/(\d+)", page)
    if view_no is None:
        # What turns the direction of writing round is no name.
        assert "\u202e" in text
    else:
        long = {"name": text + 40 * "x", "word": "rename"}
        yield "refused name", browser.post(f"/review/cases/views/{view_no[1]}", long).text
        browser.post(f"/review/cases/views/{view_no[1]}", {"word": "delete"})
    yield "refused view", browser.post("/review/cases/views", {"name": "", "query": text}).text
    typed = quote(text, safe="")
    for address in ("cases?code=", "cases?condition=", "cases?from_week=", "cases?after=", "cases/", "?reminded=", ""):
        yield address, browser.get(f"/review/{address}{typed}").text
    yield "reminder", browser.post("/review/reminders", {"case": text}).text


# What a page escapes is the same whichever database its words came from.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_field_takes_markup(browser: DeskBrowser, case: CaseId) -> None:
    plain = {name: elements(page) for name, page in pages_with(browser, case, PLAIN)}

    for payload in PAYLOADS:
        for name, page in pages_with(browser, case, payload):
            assert elements(page) <= plain[name] | plain["refused review"], (name, payload)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_name_of_a_site_or_a_user_takes_markup(server: RunningServer, browser: DeskBrowser) -> None:
    Tablet(server.url).enrol(server.code(PLAIN))
    addresses = ("/review", "/review/cases", "/review/devices", "/review/charts", "/review/exports", "/review/alerts")
    plain = {address: elements(browser.get(address).text) for address in addresses}

    for payload in PAYLOADS:
        name = " ".join(payload[:60].split()).replace("\u202e", "")
        Tablet(server.url).enrol(server.code(name))
    for address, before in plain.items():
        assert elements(browser.get(address).text) <= before | {("option", ("value",)), ("option", ())}, address
