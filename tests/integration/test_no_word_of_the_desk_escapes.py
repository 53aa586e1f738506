"""No word of the desk escapes translation: every page over the made-up district, in English between brackets.

The brackets come from the lookup (`shared/language/pseudo.py`), and only for words that translators are given. So this
fails on a sentence that is put together, on one that nobody has marked, and on an English word shown as it is. Outside
the brackets stand only what people typed, names, codes and measured values.
"""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import requests

from shared.crypto.totp import code_at
from shared.language.languages import LANGUAGES, PSEUDO
from sync_server.repositories import users
from sync_server.repositories.users import Role
from sync_server.services.alerts.advice import EXPERTS, checks
from tests import desk_story
from tests.book import the_book
from tests.desk_browser import DeskBrowser
from tests.desk_kept import a_desk
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk
from tests.server_world import PASSWORD

NAMES = (
    *(one.own_name for one in LANGUAGES),
    *desk_story.SITES,
    *("FreeOTP", "Aegis", "2FAS", "Handwise", "handwise-server", "trust-knowledge-key", "PUBLIC_KEY"),
    *(LEAD, COORDINATOR, ADMINISTRATOR),
    *("SHA-256", "handwise knowledge new-key KEY", "DiszpKrYNg8"),
    "n",
)
"""Languages in themselves, sites, programs and what is typed for them, users, and what statistics calls a number."""
NEW_USER = "Nura"
TYPED_IN = {"textarea", "code"}
TYPED_AS = {"object", "said", "code-letters", "code-link", "export-sum", "address"}
"""Elements and classes with what people typed, or what is the same for everybody: the objects of the audit log."""
READ = ("title", "aria-label", "placeholder", "alt")
"""Attributes that are read by people."""
CODE = re.compile(
    r"\b[0-9A-HJKMNP-TV-Z]{4}\b|\b(?:\d{4}[- ])?W\d\d\b|\b(?:user|tablet|case|site) [0-9a-f]+\b"
    r"|handwise-[\w.-]+|\bC[123]\b|(?<!\w)[A-D](?!\w)"
)
"""Of a case, of a week, in the audit log, a file's name, what the rules of alerts are called, grades of evidence."""
UNIT = re.compile(r"\d[\d.,–]* ?(?:mg/L|× 10⁹/L|mmol/L|°C|cm|mm|U/L|KB|%)|\b(?:mg/L|mmol/L|U/L|mm|cm)\b|KB\b")
LETTER = re.compile(r"[^\W\d_]{1,}")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")


class _Words(HTMLParser):
    """Collects what people read: texts, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ and value]
        classes = set((dict(attrs).get("class") or "").split())
        if tag in TYPED_IN or classes & TYPED_AS or self._open and tag == self._open[-1]:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.found.append(" ".join(data.split()))


def escaped(page: str, names: tuple[str, ...]) -> set[str]:
    """Return the texts of a page in which a word stands outside brackets."""
    reader = _Words()
    reader.feed(page)
    return {text for text in reader.found if LETTER.search(outside_brackets(text, names))}


def outside_brackets(text: str, names: tuple[str, ...]) -> str:
    rest = text
    while (shorter := INNERMOST.sub(" ", rest)) != rest:
        rest = shorter
    for name in sorted(names, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", rest)
    return UNIT.sub("", CODE.sub("", rest))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One district for every page: nothing here depends on the database."""
    with a_desk("sqlite", tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def _between_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_server.language.voice.languages", lambda: (*LANGUAGES, PSEUDO))


def pages_of(desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield every page of the desk with its address, and refusals of every kind."""
    lead, administrator = DeskBrowser(desk.server, LEAD), DeskBrowser(desk.server, ADMINISTRATOR)
    for one in (lead, administrator):
        one.tongue = PSEUDO.code
    case = desk.differing[0].case_id
    alert = lead.get("/review/api/alerts").json()["open"][0]["alert_no"]
    export = lead.post("/review/exports", {"form": "cases.csv"}).headers["location"]
    lead.get(f"{export}/file")
    for path in (
        "/review",
        "/review?reminded=7F3K",
        "/review/cases",
        "/review/cases?urgency=emergency&sort=late",
        "/review/cases?code=0000",
        "/review/cases?region=nowhere",
        f"/review/cases/{case}?saved=yes",
        *(f"/review/cases/{one.case_id}" for one in (*desk.differing[1:], desk.linked[0], desk.rejected)),
        "/review/cases/nothing",
        "/review/alerts",
        f"/review/alerts/{alert}?saved=yes",
        "/review/charts",
        "/review/charts?by=diagnosis",
        "/review/charts?first=2026-W60",
        "/review/cohort",
        "/review/cohort?diagnosis=cellulitis&state=confirmed&first=2026-10&last=2026-11",
        "/review/cohort?first=2026-11&last=2026-10",
        "/review/performance",
        "/review/performance?counted=last&first=2026-11",
        "/review/performance?first=2030-01",
        "/review/exports?saved=yes",
        export,
        "/review/devices",
        "/review/audit",
        "/review/audit/check",
        "/review/account?saved=yes",
        "/review/users",
    ):
        yield path, lead.get(path).text
    for path in (
        "/review",
        "/review/exports",
        "/review/devices?done=revoked",
        "/review/knowledge",
        "/review/users",
        "/review/users/1?saved=yes",
        "/review/users/2",
        "/review/users/99",
        "/review/cases",
        "/nothing",
        "/review/sign-in",
    ):
        yield path, administrator.get(path).text
    for path, fields in (
        (f"/review/cases/{case}", {"state": "confirmed", "seen": "0", "message": "2004"}),
        (f"/review/alerts/{alert}", {"act": "closed"}),
        ("/review/cases/views", {"name": "", "query": ""}),
        ("/review/account/password", {"old": "x", "new": "short", "again": "other"}),
        ("/review/account/second-step", {"password": "x"}),
    ):
        yield f"POST {path}", lead.post(path, fields).text
    for path, fields in (
        ("/review/users", {"name": "", "role": "coordinator"}),
        ("/review/users", {"name": "Amal", "role": "administrator"}),
        ("/review/devices/codes", {"new_site": "Clinic Z"}),
        ("/review/devices/codes", {"new_site": ""}),
        ("/review/org-units", {"site_1": "nonsense"}),
        ("/review/knowledge/decide", {"digest": "0" * 64, "word": "publish"}),
    ):
        yield f"POST {path}", administrator.post(path, fields).text


def pages_of_a_first_sign_in(desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield the pages on which a new user signs in for the first time, with what can go wrong, and for the second."""
    password = one_time_password(desk)
    browser = requests.Session()
    browser.cookies.set("handwise_language", PSEUDO.code)
    url = f"{desk.server.url}/review"

    def sent(path: str, **fields: str) -> requests.Response:
        page = browser.get(f"{url}{path}", timeout=30).text
        token = re.search(r'name="form_token" value="(\w+)"', page)
        assert token is not None
        return browser.post(f"{url}{path}", {"form_token": token[1], **fields}, timeout=30)

    yield "wrong password", sent("/sign-in", name=NEW_USER, password="wrong").text
    yield "right password", sent("/sign-in", name=NEW_USER, password=password).text
    yield "two passwords", sent("/sign-in/password", new="one", again="other").text
    yield "short password", sent("/sign-in/password", new="one", again="one").text
    yield "old password", sent("/sign-in/password", new=password, again=password).text
    page = sent("/sign-in/password", new=PASSWORD, again=PASSWORD).text
    yield "own password", page
    yield "wrong code", sent("/sign-in/set-up", code="1").text
    key = re.search(r'<code class="key"[^>]*>([^<]+)</code>', page)
    assert key is not None
    code = code_at(b32decode(key[1].replace(" ", "")), desk.server.services.sign_in.now())
    yield "recovery codes", sent("/sign-in/set-up", code=code).text
    yield "again", sent("/sign-in", name=NEW_USER, password=PASSWORD).text
    yield "wrong code again", sent("/sign-in/code", code="1").text


def one_time_password(desk: Desk) -> str:
    """Add a user as an administrator does."""
    services = desk.server.services
    with services.database.reading() as session:
        administrator = users.find(session, ADMINISTRATOR)
    assert administrator is not None
    return services.users.add(NEW_USER, Role.ADMINISTRATOR, (), administrator.user)[1]


@pytest.mark.usefixtures("_between_brackets")
def test_every_word_of_every_page_was_looked_up(desk: Desk) -> None:
    book = the_book()
    sources = {one.source for condition in book.conditions for one in checks(book, condition)} - {"", EXPERTS}
    names = (*NAMES, *sources, "Amal", NEW_USER, "Clinic Z")
    pages = (*pages_of(desk), *pages_of_a_first_sign_in(desk))
    found = {(path, text) for path, page in pages for text in escaped(page, names)}

    assert not found, "\n".join(f"{path}: {text}" for path, text in sorted(found))


def test_what_was_not_looked_up_is_noticed() -> None:
    assert outside_brackets("⟦Case 7F3K⟧ · ⟦⟦Boy⟧, ⟦9 months⟧⟧", ()).strip() == "·"
    assert LETTER.search(outside_brackets("⟦Case⟧ of a boy", ()))
    assert not LETTER.search(outside_brackets("0.36 mg/L ⟦yes⟧ 12–97% 7F3K", ()))
