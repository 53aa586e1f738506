"""Whoever asks is answered in his own language: the one he chose, the one of the door, or what his browser asks for."""

from __future__ import annotations

import contextvars
import re
import threading

import pytest
import requests

from shared.language.languages import LANGUAGES
from shared.sentence import counted, sentence
from sync_server.api.templates import make_environment
from sync_server.language import chosen_from, current, in_words, level, prefer, say, speaking
from tests.desk_browser import DeskBrowser
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case

NAME = "Huda Saleh"


@pytest.fixture(autouse=True)
def _all_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    # A language is offered when nothing of it is missing; here it is enough that it is one.
    monkeypatch.setattr("sync_server.language.voice.languages", lambda: LANGUAGES)


@pytest.fixture
def browser(server: RunningServer) -> DeskBrowser:
    server.services.sign_in.create_user(NAME, PASSWORD)
    return DeskBrowser(server, NAME)


def tongue_of(page: str) -> tuple[str, str]:
    found = re.search(r'<html lang="(\w+)" dir="(\w+)">', page)
    assert found is not None
    return found[1], found[2]


def test_the_users_own_choice_comes_before_the_browsers_and_the_door(browser: DeskBrowser) -> None:
    asks = {"accept-language": "ko, en;q=0.5"}
    browser.tongue = "tlh"
    assert tongue_of(browser.get("/review", headers=asks).text) == ("ko", "ltr")
    browser.tongue = "fr"
    assert tongue_of(browser.get("/review", headers=asks).text) == ("fr", "ltr")

    assert browser.post("/review/account/language", {"language": "ar"}).status_code == 303
    page = browser.get("/review", headers=asks).text
    assert tongue_of(page) == ("ar", "rtl")

    assert browser.post("/review/account/language", {"language": "tlh"}).status_code == 303
    assert tongue_of(browser.get("/review", headers=asks).text) == ("fr", "ltr")


def test_a_language_is_chosen_at_the_door_and_kept_by_the_browser(server: RunningServer) -> None:
    door = requests.Session()
    assert tongue_of(door.get(f"{server.url}/review/sign-in", timeout=9).text) == ("en", "ltr")
    assert tongue_of(door.get(f"{server.url}/review/sign-in?language=ar", timeout=9).text) == ("ar", "rtl")
    assert tongue_of(door.get(f"{server.url}/review", timeout=9).text) == ("ar", "rtl")
    assert tongue_of(door.get(f"{server.url}/review/sign-in?language=tlh", timeout=9).text) == ("ar", "rtl")


def test_a_page_in_arabic_says_what_the_book_and_the_tablets_say(browser: DeskBrowser) -> None:
    tablet = Tablet(browser.server.url).enrol(browser.server.code("Clinic A"))
    case = new_case()
    tablet.push(tablet.entry(case, {"region": ("hand",), "side": "left"}, concluded=conclusion()))
    browser.tongue = "ar"
    page = browser.get(f"/review/cases/{case}").text
    condition = browser.server.services.case_page.wording.knowledge.conditions["calcinosis_cutis_iatrogenic"].label

    with speaking("ar"):
        book = in_words(sentence(condition))
        assert book != condition
        assert book in page
        assert say("Translation not yet reviewed by a clinician") in page
        assert say("left hand") in page
    assert f"{condition}<" not in page


def test_programs_and_files_are_answered_in_english_whoever_asks(browser: DeskBrowser) -> None:
    tablet = Tablet(browser.server.url).enrol(browser.server.code("Clinic A"))
    case = new_case()
    tablet.push(tablet.entry(case, {"region": ("hand",)}, concluded=conclusion()))
    browser.post("/review/account/language", {"language": "ar"})

    seen = browser.get(f"/review/api/cases/{case}").json()
    assert seen["conclusions"][0]["first"] == "Iatrogenic calcinosis cutis"
    assert browser.get("/review/api/cases/nothing").json()["error"]["message"].startswith("There is no such case.")
    assert not re.search("[\u0600-\u06ff]", browser.get("/review/charts/curve.csv").text)
    export = browser.post("/review/exports", {"form": "bundle.json"}).headers["location"]
    assert not re.search("[\u0600-\u06ff]", browser.get(f"{export}/file").text)


@pytest.mark.parametrize(
    ("cookie", "wishes", "code"),
    [
        ("", "", "en"),
        ("", "fr", "fr"),
        ("", "de, fr-CA;q=0.4, AR;q=0.9", "ar"),
        ("", "ko;q=0, es;q=0.1", "es"),
        ("", "tlh, *;q=0.5", "en"),
        ("", "fr;q=nonsense,, ;", "en"),
        ("ko", "fr", "ko"),
        ("qps", "fr", "fr"),
        ("../ar", "", "en"),
    ],
)
def test_a_browser_is_understood_and_nonsense_is_english(cookie: str, wishes: str, code: str) -> None:
    assert chosen_from(cookie, wishes) == code


def test_two_requests_at_once_do_not_disturb_each_other() -> None:
    met, heard = threading.Barrier(2), {}

    def ask(code: str) -> None:
        with speaking(code):
            met.wait(9)
            heard[code] = current().code, say("Yes")
            met.wait(9)

    others = [threading.Thread(target=ask, args=(code,)) for code in ("fr", "ar")]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert heard["fr"][0] == "fr"
    assert heard["ar"][0] == "ar"
    assert heard["fr"][1] == "Oui" != heard["ar"][1]
    assert current().code == "en"


def test_a_choice_that_was_found_in_another_thread_counts_for_the_whole_request() -> None:
    with speaking("en"):
        there = contextvars.copy_context()
        other = threading.Thread(target=there.run, args=(prefer, "ko"))
        other.start()
        other.join()
        assert current().code == "ko"
    with speaking("en", is_fixed=True):
        prefer("ko")
        assert current().code == "en"
    prefer("ko")
    assert current().code == "en"


def test_values_do_not_turn_the_order_of_what_stands_beside_them() -> None:
    with speaking("ar"):
        assert level("12–97%") == "\u206612–97%\u2069"
        assert "\u2066CRP 5\u2069" in say("{first}, {second}", first="CRP 5", second="x")
        # Not by its first letter, which is of the other direction, or by none, as a number has none.
        assert "\u20675 أيام\u2069" in say("{first}, {second}", first="5 أيام", second="x")
        assert in_words(counted(3, "{count} day", "{count} days")).startswith("3")
    assert level("12–97%") == "12–97%"


def test_what_a_translation_says_is_escaped_as_everything_is() -> None:
    pages = make_environment()
    made = pages.from_string(
        "{% trans n=x %}{{ n }} case{% pluralize n %}{{ n }} cases{% endtrans %}|{{ _(y) }}|{{ z }}"
    )
    said = made.render(x=2, y="<b>", z=sentence("{name} & co", name="<i>"))

    assert said == "2 cases|&lt;b&gt;|&lt;i&gt; &amp; co"
