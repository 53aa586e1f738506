"""Whatever people type, no page takes it for markup: sixty payloads in each field, beside the page with plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from shared.case.entry import CaseId
from shared.sync.batch import Batch
from shared.sync.messages import SyncRequest
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, LEAD, Desk
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


def name_of(text: str) -> str:
    """Return what may be a name of it: no line's end, and nothing that turns the writing round."""
    return " ".join(text[:60].split()).replace("\u202e", "")


class SpeakingTablet(Tablet):
    """A tablet that says something of itself, as a changed app may."""

    words = ""

    def request(self, *batches: Batch) -> SyncRequest:
        return replace(super().request(*batches), app_version=self.words[:32], knowledge_version=self.words[:32])


def elsewhere_with(desk: Desk, text: str) -> Iterator[tuple[str, str]]:
    """Fill the fields of the other pages with a text; give the name of each page that follows, and the page."""
    lead, administrator = DeskBrowser(desk.server, LEAD), DeskBrowser(desk.server, ADMINISTRATOR)
    lead.post("/review/alerts/1", {"act": "looked_at", "reason": "watched", "note": text})
    yield "alert", lead.get("/review/alerts/1").text
    yield "refused act", lead.post("/review/alerts/1", {"act": text, "reason": text, "note": 9 * text}).text
    yield "user", administrator.post("/review/users", {"name": text, "role": "district_lead"}).text
    too_long = {"name": 61 * "x" + text, "role": text, "site": text}
    yield "refused user", administrator.post("/review/users", too_long).text
    yield "users", administrator.get("/review/users").text
    yield "audit log", administrator.get("/review/audit").text
    yield "refused rights", administrator.post("/review/users/2/rights", {"role": text, "site": text}).text
    yield "unit", administrator.post("/review/org-units", {"site_1": text}).text
    yield "joining", administrator.post("/review/devices/codes", {"new_site": 9 * text}).text
    yield "revoked", administrator.post("/review/devices/revoke", {"site": text, "tablet": text}).text
    yield "release", administrator.post("/review/knowledge/decide", {"word": text, "digest": text}).text
    yield "export", lead.post("/review/exports", {"form": text}).text
    yield "apart", lead.post(f"/review/cases/{desk.linked[0].case_id}/same-child", {"other": text, "word": text}).text
    yield "password", lead.post("/review/account/password", {"old": text, "new": text, "again": text + "x"}).text
    yield "language", lead.post("/review/account/language", {"language": text}).text
    typed = quote(text, safe="")
    for address in (
        *("charts?site=", "charts?first=", "charts?diagnosis=", "cohort?diagnosis=", "cohort?first=", "cohort?age="),
        *("performance?site=", "performance?knowledge=", "performance?first=", "exports?condition=", "exports?code="),
        *("audit?actor=", "audit?word=", "audit?before=", "alerts/", "exports/", "users/", "nothing/"),
    ):
        yield address, (administrator if address[:2] in ("au", "us") else lead).get(f"/review/{address}{typed}").text


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_no_field_of_the_other_pages_takes_markup(desk: Desk) -> None:
    # Alerts are noted when somebody looks.
    DeskBrowser(desk.server, LEAD).get("/review/alerts")
    plain = {name: elements(page) for name, page in elsewhere_with(desk, PLAIN)}
    anything = set().union(*plain.values())

    # Five in each field at once; those that are cut stand first in another round, or in the names of the next test.
    for first in range(12):
        several = " ".join(PAYLOADS[first::12])
        for name, page in elsewhere_with(desk, several):
            # A page may answer with another one of ours, but with no element that none of them has.
            assert elements(page) <= anything, (name, several)


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_nothing_that_a_tablet_or_a_user_is_called_by_takes_markup(desk: Desk) -> None:
    server, lead = desk.server, DeskBrowser(desk.server, LEAD)
    addresses = ("/review/devices", "/review/users", "/review/audit", f"/review/cases/{desk.cases[0].case_id}")
    administrator = DeskBrowser(server, ADMINISTRATOR)
    before = {one: elements(administrator.get(one).text) | elements(lead.get(one).text) for one in addresses}
    tablet = SpeakingTablet(server.url)
    tablet.enrol(server.code("Clinic A"))

    for payload in PAYLOADS:
        tablet.words = payload
        tablet.push(tablet.entry(new_case()))
        assert elements(lead.get("/review/devices").text) <= before["/review/devices"], payload
        if name := name_of(payload):
            server.services.sign_in.create_user(f"{name} {PAYLOADS.index(payload)}"[-60:], PASSWORD)
    for one, plain in before.items():
        for browser in (administrator, lead):
            assert elements(browser.get(one).text) <= plain | {("option", ("value",))}, one
