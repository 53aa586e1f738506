"""The review pages over HTTP: who gets in, what is shown, and how a review reaches the tablet."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import requests
from sqlmodel import select

from shared.case.entry import EntryKind
from shared.case.short_code import short_code
from sync_server.repositories import cases
from sync_server.services.sign_in import IDLE_S, LONGEST_S
from sync_server.tables.entry_row import EntryRow
from tests.form_browser import FormBrowser
from tests.second_step import finish
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case

XSS = (
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "<!--",
    "]]><x>",
    "&lt;script&gt;",
    "\u202egnp.exe",
    "<a href=//evil.example>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example/>",
    "<iframe srcdoc='<script>'>",
)  # fmt: skip


@pytest.fixture
def browser(server: RunningServer) -> FormBrowser:
    server.services.sign_in.create_user("Huda", PASSWORD)
    return FormBrowser(server)


@pytest.fixture
def tablet(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


@pytest.mark.parametrize("path", ["/review", "/review/cases/" + "0" * 32, "/review/cases?urgency=emergency"])
def test_without_signing_in_there_is_only_the_sign_in_page(browser: FormBrowser, path: str) -> None:
    answer = browser.http.get(browser.url + path, allow_redirects=False, timeout=9)

    assert answer.status_code == 403
    # The other one chooses a language.
    assert answer.text.count('method="post"') == answer.text.count('method="post" action="/review/sign-in"') == 1
    assert "<table" not in answer.text
    assert "Case " not in answer.text


def test_signing_in_leads_to_the_cases_and_signing_out_ends_the_session_on_the_server(browser: FormBrowser) -> None:
    page = browser.sign_in()
    stolen = dict(browser.http.cookies)

    assert page.url.endswith("/review")
    assert "No case waits" in page.text
    out = browser.post("/review/sign-out", {"form_token": browser.token(page.text)})

    assert out.url.endswith("/review/sign-in")
    again = requests.get(f"{browser.url}/review", cookies=stolen, allow_redirects=False, timeout=9)
    assert again.status_code == 403


def test_cookies_are_closed_to_scripts_and_to_other_sites(browser: FormBrowser) -> None:
    token = browser.token(browser.get("/review/sign-in").text)

    answer = browser.http.post(
        f"{browser.url}/review/sign-in",
        data={"form_token": token, "name": "Huda", "password": PASSWORD},
        allow_redirects=False,
        timeout=30,
    )

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("handwise_session=")
    assert all(part in cookie for part in ("; HttpOnly", "; Path=/", "; SameSite=strict"))


def test_a_user_that_does_not_exist_gets_the_same_page_as_a_wrong_password(browser: FormBrowser) -> None:
    wrong, unknown = browser.sign_in(password="x"), browser.sign_in(name="Nobody")

    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text
    assert "User or password is wrong." in wrong.text


def test_failed_sign_ins_have_to_wait_longer_and_longer_even_with_the_right_password(
    server: RunningServer, browser: FormBrowser
) -> None:
    service = server.services.sign_in
    now = service.now()
    object.__setattr__(service, "now", lambda: now)
    seen = [re.findall(r"in (\d+) seconds", browser.sign_in(password="x").text) for _ in range(4)]

    assert seen == [[], [], ["2"], ["2"]]
    too_soon = browser.sign_in()
    assert (too_soon.status_code, too_soon.headers["retry-after"]) == (429, "2")
    object.__setattr__(service, "now", lambda: now + 3)
    assert "Cases" in browser.sign_in().text


def test_a_session_ends_when_idle_and_after_eight_hours(server: RunningServer, browser: FormBrowser) -> None:
    service = server.services.sign_in
    start = service.now()
    browser.sign_in()
    token = browser.http.cookies["handwise_session"]

    for minutes in range(0, 8 * 60, 10):
        object.__setattr__(service, "now", lambda now=start + minutes * 60: now)
        assert service.user_of(token) is not None
    object.__setattr__(service, "now", lambda: start + LONGEST_S + 5)
    assert service.user_of(token) is None

    object.__setattr__(service, "now", lambda: start)
    token = finish(server.services, service.sign_in("Huda", PASSWORD))
    object.__setattr__(service, "now", lambda: start + IDLE_S + 1)
    assert service.user_of(token) is None


def test_a_new_password_ends_all_sessions(server: RunningServer, browser: FormBrowser) -> None:
    browser.sign_in()

    server.services.sign_in.create_user("Huda", "another correct battery staple")

    assert browser.get("/review").status_code == 403


def test_the_database_holds_neither_password_nor_session(server: RunningServer, browser: FormBrowser) -> None:
    browser.sign_in()

    stored = server.stored_bytes()
    assert PASSWORD.encode() not in stored
    assert browser.http.cookies["handwise_session"].encode() not in stored


@pytest.mark.parametrize("path", ["/review/sign-in", "/review/sign-out", "/review/cases/{case}"])
@pytest.mark.parametrize(
    "attack",
    [
        {"token": ""},
        {"token": "0" * 64},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_that_our_own_page_did_not_send_changes_nothing(
    server: RunningServer, browser: FormBrowser, tablet: Tablet, path: str, attack: dict[str, str]
) -> None:
    case = new_case()
    tablet.push(tablet.entry(case))
    browser.get("/review/sign-in")
    page = browser.sign_in()
    own = browser.token(browser.get("/review/sign-in").text) if path == "/review/sign-in" else browser.token(page.text)
    fields = {
        "form_token": attack.get("token", own), "seen": "0", "state": "rejected", "diagnosis": "", "message": "",
        "name": "Huda", "password": PASSWORD,
    }  # fmt: skip

    answer = browser.post(
        path.format(case=case), fields, **{name: value for name, value in attack.items() if name != "token"}
    )

    assert answer.status_code == 403
    assert "This form is no longer valid." in answer.text
    assert tablet.exchange().reviews == ()
    assert browser.get("/review").url.endswith("/review")


def test_a_review_reaches_every_tablet_of_the_site_at_its_next_sync(
    server: RunningServer, browser: FormBrowser, tablet: Tablet
) -> None:
    other, elsewhere = Tablet(server.url).enrol(server.code()), Tablet(server.url).enrol(server.code("Clinic B"))
    case = new_case()
    tablet.push(tablet.entry(case, concluded=conclusion()))
    browser.sign_in()

    page = browser.review(
        case,
        state="confirmed",
        diagnosis="calcinosis_cutis_iatrogenic",
        proven_by=["xray", "course"],
        message="Well held back.\r\nFilm at 8 weeks, please.",
    )

    assert "Saved. The tablets of Clinic A get it with their next sync." in page.text
    for reader in (tablet, other):
        (review,) = reader.exchange().reviews
        assert (review.case_id, review.state, review.diagnosis) == (case, "confirmed", "calcinosis_cutis_iatrogenic")
        assert review.proven_by == ("xray", "course")
        assert review.message == "Well held back.\nFilm at 8 weeks, please."
        assert reader.exchange().reviews == ()
    assert elsewhere.exchange().reviews == ()
    assert "Huda" in page.text
    assert page.text.count("Confirmed") >= 3


def test_of_two_coordinators_who_save_at_once_the_second_is_told_and_keeps_the_text(
    browser: FormBrowser, tablet: Tablet
) -> None:
    case = new_case()
    tablet.push(tablet.entry(case))
    browser.sign_in()
    browser.review(case, state="needs_information", message="first")

    second = browser.review(case, state="rejected", message="second thoughts", seen="0")

    assert second.status_code == 422
    assert "Somebody else reviewed this case meanwhile." in second.text
    assert "second thoughts</textarea>" in second.text
    assert [review.message for review in tablet.exchange().reviews] == ["first"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "confirmed"}, "Choose the final diagnosis before you confirm the case."),
        ({"state": "zuleika"}, "Choose one of the four states."),
        ({"diagnosis": "zuleika"}, "Choose a diagnosis from the list."),
        ({"message": "x" * 2001}, "The message is longer than 2000 characters. Shorten it."),
        ({"message": "a\x00b"}, "The message holds characters that cannot be shown. Type it again."),
    ],
)
def test_a_review_that_cannot_be_saved_says_what_to_do(
    browser: FormBrowser, tablet: Tablet, fields: dict[str, str], says: str
) -> None:
    case = new_case()
    tablet.push(tablet.entry(case))
    browser.sign_in()

    answer = browser.review(case, **fields)

    assert answer.status_code == 422
    assert says in answer.text
    assert "zuleika" not in answer.text
    assert tablet.exchange().reviews == ()


def test_the_case_page_shows_disagreement_origin_and_what_was_concluded(
    server: RunningServer, browser: FormBrowser
) -> None:
    first, second = Tablet(server.url).enrol(server.code()), Tablet(server.url).enrol(server.code())
    case = new_case()
    visit = first.entry(case, {"swelling_consistency": "soft_oedematous"}, concluded=conclusion())
    first.push(visit)
    first.push(first.entry(case, {"swelling_consistency": "firm_indurated"}, kind=EntryKind.FOLLOW_UP, parents=[visit]))
    emergency = conclusion("septic_arthritis", 0.61, "emergency", ("RF04_septic_arthritis",))
    second.push(
        second.entry(
            case,
            {"swelling_consistency": "rock_hard_nodular"},
            kind=EntryKind.FOLLOW_UP,
            parents=[visit],
            concluded=emergency,
        )
    )
    browser.sign_in()

    listed, page = browser.get("/review/cases").text, browser.get(f"/review/cases/{case}").text

    assert short_code(case) in listed
    assert "Emergency" in listed
    assert listed.count("Answers differ</span></span>") == 1
    for words in (
        "Two answers differ", "Tablet 1, Visit", "Tablet 2, Visit", "Firm", "Hard like rock", "12–97%",
        "Septic arthritis",
        "Tablet 1: 2 entries · signature verified", "Tablet 2: 1 entry · signature verified",
    ):  # fmt: skip
        assert words in page


def test_a_stored_entry_that_somebody_changed_is_shown_as_not_verified(
    server: RunningServer, browser: FormBrowser
) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    case = new_case()
    tablet.push(tablet.entry(case, {"fever_ge_38": False}))
    with server.services.database.writing() as session:
        row = session.exec(select(EntryRow)).one()
        row.payload = (row.payload or b"").replace(b"false", b"true")
        session.add(row)
    browser.sign_in()

    page = browser.get(f"/review/cases/{case}").text

    assert "signature does not hold" in page
    assert "signature verified" not in page


def test_a_withdrawn_case_is_gone_from_list_and_page(browser: FormBrowser, tablet: Tablet) -> None:
    case = new_case()
    entry = tablet.entry(case)
    tablet.push(entry)
    browser.sign_in()
    browser.review(case, state="needs_information", message="How was the birth?")
    tablet.push(tablet.entry(case, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[entry]))

    assert short_code(case) not in browser.get("/review/cases").text
    assert browser.get(f"/review/cases/{case}").status_code == 404
    assert browser.post(f"/review/cases/{case}", {"form_token": "x"}).status_code == 403


def test_filters_and_older_pages_show_each_case_once(browser: FormBrowser, tablet: Tablet) -> None:
    urgent = [new_case() for _ in range(3)]
    calm = [new_case() for _ in range(45)]
    tablet.push(*(tablet.entry(case, concluded=conclusion(disposition="routine")) for case in calm))
    tablet.push(*(tablet.entry(case, concluded=conclusion(disposition="emergency")) for case in urgent))
    browser.sign_in()

    shown: list[str] = []
    path = "/review/cases"
    while path:
        page = browser.get(path).text
        shown += re.findall(r'href="/review/cases/([0-9a-f]{32})"', page)
        older = re.search(r'href="(/review/cases\?after=[^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""

    assert shown == [*reversed(urgent), *reversed(calm)]
    filtered = browser.get("/review/cases?urgency=emergency").text
    assert re.findall(r'href="/review/cases/([0-9a-f]{32})"', filtered) == list(reversed(urgent))
    assert "No case is like that" in browser.get("/review/cases?urgency=emergency&review=rejected").text
    assert "No case is like that" in browser.get("/review/cases?differs=yes").text


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.structure: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.structure.append((tag, tuple(name for name, _ in attrs)))


def structure(page: str) -> list[tuple[str, tuple[str, ...]]]:
    found = _Found()
    found.feed(page)
    return found.structure


def test_no_text_from_outside_becomes_markup(server: RunningServer, browser: FormBrowser) -> None:
    """Site names, user names and messages are the texts that people type; everything else is a known code."""
    pages = []
    for text in ("plain words", *XSS):
        site = text[:60].replace("\u202e", "")
        tablet = Tablet(server.url).enrol(server.code(site))
        case = new_case()
        tablet.push(tablet.entry(case, concluded=conclusion()))
        server.services.sign_in.create_user(site, PASSWORD)
        reader = replace_browser(browser, server)
        reader.sign_in(name=site)
        page = reader.review(case, state="needs_information", message=text).text
        refused = reader.review(case, state="confirmed", message=text).text
        pages.append((structure(page), structure(refused)))
        with server.services.database.writing() as session:
            stored = cases.find(session, case)
            assert stored is not None
            shown = replace(stored.digest, region=text, side=text, condition=text)
            cases.keep_digests(session, {stored.case_no: shown})
        assert structure(reader.get(f"/review/cases/{case}").text)
        assert ("script", ()) not in structure(reader.get("/review/cases").text)

    assert all(page == pages[0] for page in pages[1:])


def replace_browser(browser: FormBrowser, server: RunningServer) -> FormBrowser:
    browser.http.close()
    return FormBrowser(server)
