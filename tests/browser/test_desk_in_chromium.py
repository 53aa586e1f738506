"""Every page of the desk in a real browser: axe finds nothing, the keyboard is enough, script is not needed.

One made-up district serves all of these tests; those that change something change each their own case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from sync_server.api.navigation import places_of
from sync_server.repositories import users
from tests.browser.driving import new_chromium, sign_in, text_of, wait_for_heading
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, LEAD, Desk
from tests.xss_payloads import PAYLOADS

FIRST_PAGE_BYTES = 60 * 1024
AXE = """
const done = arguments[arguments.length - 1];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, {runOnly: rules}).then(
  found => done(found.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "))));
"""


@pytest.fixture(scope="module")
def signed_in(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    driver = new_chromium(tmp_path_factory.mktemp("chromium") / "profile")
    sign_in(driver, desk.server, LEAD)
    yield driver
    driver.quit()


def violations(chromium: webdriver.Chrome) -> list[str]:
    chromium.execute_script((files("axe_core_python") / "axe.min.js").read_text())
    found: list[str] = chromium.execute_async_script(AXE)
    return found


def test_axe_does_find_what_is_wrong(desk: Desk, signed_in: webdriver.Chrome) -> None:
    signed_in.get(f"{desk.server.url}/review/cases")
    signed_in.execute_script("document.querySelector('main').append(document.createElement('img'))")
    signed_in.execute_script("document.querySelector('.filters select').removeAttribute('id')")

    assert {told.partition(":")[0] for told in violations(signed_in)} >= {"image-alt", "select-name"}


def places(desk: Desk, name: str) -> list[str]:
    with desk.server.services.database.reading() as session:
        account = users.find(session, name)
    assert account is not None
    return [place.path for place in places_of(account.user)]


def test_axe_finds_nothing_on_any_page_of_the_navigation(desk: Desk, signed_in: webdriver.Chrome) -> None:
    found = {}
    for path in (*places(desk, LEAD), f"/review/cases/{desk.differing[0].case_id}", "/review/account"):
        signed_in.get(desk.server.url + path)
        found[path] = violations(signed_in)

    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize(
    "query",
    [
        "condition=cellulitis&age=1_4_y&from_week=2026-W40&sort=late", "urgency=routine&review=rejected", "code=ZZZZ",
        "from_week=2026-W99", "urgency=emergency&region=hand", "overdue=yes&sort=late",
    ],
)  # fmt: skip
def test_axe_finds_nothing_on_the_list_whatever_is_chosen(desk: Desk, signed_in: webdriver.Chrome, query: str) -> None:
    signed_in.get(f"{desk.server.url}/review/cases?{query}")
    for summary in signed_in.find_elements(By.CSS_SELECTOR, "details > summary"):
        signed_in.execute_script("arguments[0].parentElement.open = true", summary)

    assert violations(signed_in) == []


def test_axe_finds_nothing_where_a_view_or_a_review_was_not_saved(desk: Desk, signed_in: webdriver.Chrome) -> None:
    signed_in.get(f"{desk.server.url}/review/cases?condition=cellulitis")
    signed_in.find_element(By.CSS_SELECTOR, ".save-view summary").click()
    signed_in.find_element(By.CSS_SELECTOR, ".save-view button").click()
    assert "Give the view a name" in text_of(signed_in, "#view-error")
    assert violations(signed_in) == []

    signed_in.get(f"{desk.server.url}/review/cases/{desk.differing[1].case_id}")
    signed_in.find_element(By.CSS_SELECTOR, "input[value=confirmed]").click()
    signed_in.find_element(By.CSS_SELECTOR, ".review-form button[type=submit]").click()
    assert "final diagnosis" in text_of(signed_in, "main [role=alert]")
    assert violations(signed_in) == []


def test_axe_finds_nothing_on_what_an_administrator_sees(desk: Desk, tmp_path: Path) -> None:
    chromium = new_chromium(tmp_path / "profile")
    try:
        chromium.get(f"{desk.server.url}/review/sign-in")
        assert violations(chromium) == []
        sign_in(chromium, desk.server, ADMINISTRATOR)
        found = {}
        for path in places(desk, ADMINISTRATOR):
            chromium.get(desk.server.url + path)
            found[path] = violations(chromium)
    finally:
        chromium.quit()
    assert {path: told for path, told in found.items() if told} == {}


def tab_to(chromium: webdriver.Chrome, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    wanted = chromium.find_element(By.CSS_SELECTOR, selector)
    for _ in range(120):
        if chromium.switch_to.active_element == wanted:
            return
        chromium.switch_to.active_element.send_keys(Keys.TAB)
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_with_the_keyboard_alone_somebody_filters_opens_a_case_and_saves_a_review(
    desk: Desk, signed_in: webdriver.Chrome
) -> None:
    signed_in.get(f"{desk.server.url}/review/cases")
    tab_to(signed_in, "input[name=review][value=received]")
    signed_in.switch_to.active_element.send_keys(Keys.SPACE)
    tab_to(signed_in, ".filters button")
    signed_in.switch_to.active_element.send_keys(Keys.ENTER)
    wait_for_heading(signed_in, "Cases")
    assert "review=received" in signed_in.current_url

    tab_to(signed_in, ".cases tbody th a")
    code = signed_in.switch_to.active_element.text
    signed_in.switch_to.active_element.send_keys(Keys.ENTER)
    wait_for_heading(signed_in, f"Case {code}")
    tab_to(signed_in, ".review-form textarea")
    signed_in.switch_to.active_element.send_keys("Please see the child again.")
    tab_to(signed_in, ".review-form button[type=submit]")
    signed_in.switch_to.active_element.send_keys(Keys.ENTER)
    assert "Saved." in text_of(signed_in, "[role=status]")
    assert "Please see the child again." in text_of(signed_in, ".history")


def test_without_script_somebody_signs_in_filters_opens_a_case_and_saves_a_review(desk: Desk, tmp_path: Path) -> None:
    chromium = new_chromium(tmp_path / "profile", has_script=False)
    try:
        chromium.get("data:text/html,<title>off</title><script>document.title='on'</script>")
        assert chromium.title == "off"
        sign_in(chromium, desk.server, LEAD)
        chromium.find_element(By.CSS_SELECTOR, "nav a[href='/review/cases']").click()
        wait_for_heading(chromium, "Cases")
        chromium.find_element(By.CSS_SELECTOR, "input[name=urgency][value=same_day]").click()
        chromium.find_element(By.CSS_SELECTOR, ".filters button").click()
        wait_for_heading(chromium, "Cases")
        assert "urgency=same_day" in chromium.current_url
        chromium.find_element(By.CSS_SELECTOR, ".cases tbody th a").click()
        chromium.find_element(By.CSS_SELECTOR, ".review-form textarea").send_keys("Seen without script.")
        chromium.find_element(By.CSS_SELECTOR, ".review-form button[type=submit]").click()
        assert "Saved." in text_of(chromium, "[role=status]")
    finally:
        chromium.quit()


def test_no_payload_runs_in_a_real_browser(desk: Desk, signed_in: webdriver.Chrome) -> None:
    browser, case = DeskBrowser(desk.server, LEAD), desk.differing[2].case_id
    seen = re.search(r'name="seen" value="(\d+)"', browser.get(f"/review/cases/{case}").text)
    assert seen is not None
    browser.post(f"/review/cases/{case}", {"state": "received", "seen": seen[1], "message": "\n".join(PAYLOADS)[:1990]})
    for payload in PAYLOADS[:6]:
        browser.post("/review/cases/views", {"name": payload[:40], "query": "urgency=routine"})
    signed_in.get_log("browser")

    for path in (f"/review/cases/{case}", "/review/cases?urgency=routine", "/review"):
        signed_in.get(desk.server.url + path)
        assert signed_in.title.endswith("Handwise review")
    for payload in PAYLOADS:
        signed_in.get(f"{desk.server.url}/review/cases?code={quote(payload, safe='')}")
        assert text_of(signed_in, "h1") in ("That did not work", "Cases")

    # Neither did a window open, nor did the policy have to stop anything.
    noted = [line["message"] for line in signed_in.get_log("browser")]
    assert [words for words in noted if "422" not in words and "400" not in words] == []


def test_the_first_pages_are_at_most_60_kb_with_their_styles_and_pictures(desk: Desk) -> None:
    """All that is transferred but the two fonts, which a browser fetches once and keeps."""
    browser = DeskBrowser(desk.server, LEAD)
    for path in ("/review", "/review/cases"):
        page = browser.get(path)
        linked = set(re.findall(r'(?:href|src)="(/review/files/[^"]+)"', page.text))
        sizes = {address: len(requests.get(desk.server.url + address, timeout=30).content) for address in linked}
        assert len(page.content) + sum(sizes.values()) <= FIRST_PAGE_BYTES, (path, len(page.content), sizes)
