"""Every page of the desk in a real browser: axe finds nothing, the keyboard is enough, script is not needed.

One made-up district serves all of these tests; those that change something change each their own case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
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
from tests.browser.driving import new_chromium, sign_in, text_of, wait_for_address, wait_for_heading
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk
from tests.xss_payloads import PAYLOADS

FIRST_PAGE_BYTES = 60 * 1024
CLIPBOARD = ("clipboardReadWrite", "clipboardSanitizedWrite")
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
    chromium.execute_script((files("axe_playwright_python") / "axe.min.js").read_text())
    found: list[str] = chromium.execute_async_script(AXE)
    return found


def faults(chromium: webdriver.Chrome, address: str) -> list[str]:
    """Return what axe finds, with everything unfolded, and where a page 320 wide (1280 at 400 %) is wider than that."""
    chromium.get(address)
    chromium.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    found = violations(chromium)
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page, window = chromium.execute_script(
        "const all = document.documentElement; return [all.scrollWidth, all.clientWidth]"
    )
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return found if page <= window else [*found, f"reaches to {page} of {window}"]


def test_axe_does_find_what_is_wrong(desk: Desk, signed_in: webdriver.Chrome) -> None:
    signed_in.get(f"{desk.server.url}/review/cases")
    signed_in.execute_script("document.querySelector('main').append(document.createElement('img'))")
    signed_in.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    signed_in.execute_script("document.querySelector('#from_week').removeAttribute('id')")
    # What a finger cannot hit is a rule of WCAG 2.2.
    signed_in.execute_script(
        "for (const word of ['a', 'b']) { const one = document.createElement('button'); one.textContent = word;"
        "one.style = 'min-height: 0; width: 10px; height: 10px; padding: 0; border: 0';"
        "document.querySelector('main').append(one) }"
    )

    assert {told.partition(":")[0] for told in violations(signed_in)} >= {"image-alt", "select-name", "target-size"}


def places(desk: Desk, name: str) -> list[str]:
    with desk.server.services.database.reading() as session:
        account = users.find(session, name)
    assert account is not None
    return [place.path for place in places_of(account.user)]


def test_axe_finds_nothing_on_any_page_of_the_navigation_however_narrow(
    desk: Desk, signed_in: webdriver.Chrome
) -> None:
    others = (f"/review/cases/{desk.differing[0].case_id}", "/review/alerts/1", "/review/account", "/review/cases/none")
    found = {path: faults(signed_in, desk.server.url + path) for path in (*places(desk, LEAD), *others)}

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
    # Not looked for: a page that has none would be waited for.
    signed_in.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")

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
        for path in (*places(desk, ADMINISTRATOR), "/review/users/1"):
            found[path] = faults(chromium, desk.server.url + path)
    finally:
        chromium.quit()
    assert {path: told for path, told in found.items() if told} == {}


def test_on_black_and_white_paper_an_emergency_can_be_read_and_nothing_asks_to_be_pressed(
    desk: Desk, signed_in: webdriver.Chrome
) -> None:
    signed_in.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for path in ("", "/cases"):
        signed_in.get(f"{desk.server.url}/review{path}")
        badge = signed_in.find_element(By.CSS_SELECTOR, "main .badge.emergency")
        assert badge.value_of_css_property("color") == "rgba(0, 0, 0, 1)"
        for pressed in ("nav a", "main button", "main .button", "main input"):
            assert not any(one.is_displayed() for one in signed_in.find_elements(By.CSS_SELECTOR, pressed)), pressed
    signed_in.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


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
    wait_for_address(signed_in, "review=received")

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
        wait_for_address(chromium, "urgency=same_day")
        chromium.find_element(By.CSS_SELECTOR, ".cases tbody th a").click()
        chromium.find_element(By.CSS_SELECTOR, ".review-form textarea").send_keys("Seen without script.")
        chromium.find_element(By.CSS_SELECTOR, ".review-form button[type=submit]").click()
        assert "Saved." in text_of(chromium, "[role=status]")
        # What only a script could do is not offered.
        chromium.get(f"{desk.server.url}/review/cohort?diagnosis=cellulitis")
        buttons = chromium.find_elements(By.CSS_SELECTOR, "button[data-prints], button[data-copies]")
        assert [one.is_displayed() for one in buttons] == [False, False]
    finally:
        chromium.quit()


def test_a_report_is_printed_and_its_sentences_are_copied_by_a_button(desk: Desk, signed_in: webdriver.Chrome) -> None:
    signed_in.execute_cdp_cmd("Browser.grantPermissions", {"permissions": CLIPBOARD})
    signed_in.get(f"{desk.server.url}/review/cohort?diagnosis=cellulitis")
    signed_in.execute_script("window.print = () => { document.body.dataset.printed = 'yes' }")
    signed_in.find_element(By.CSS_SELECTOR, "button[data-prints]").click()
    assert signed_in.execute_script("return document.body.dataset.printed") == "yes"

    signed_in.find_element(By.CSS_SELECTOR, "button[data-copies]").click()
    signed_in.find_element(By.XPATH, "//button[normalize-space()='Copied']")
    read = "const done = arguments[arguments.length - 1]; navigator.clipboard.readText().then(done)"
    assert signed_in.execute_async_script(read).split() == text_of(signed_in, ".methods").split()


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


def test_the_navigation_says_on_every_page_what_waits_for_the_user(desk: Desk) -> None:
    lead, coordinator = DeskBrowser(desk.server, LEAD), DeskBrowser(desk.server, COORDINATOR)
    deciding = re.search(r"(\d+) cases need a decision", lead.get("/review").text)
    assert deciding is not None

    said = lead.get("/review/account").text

    assert f"{deciding[1]} cases need a decision" in said
    assert "1 alert<" in said
    assert "1 has not been heard of for more than a week" in said
    # He has Clinic A and B; the alert and the silent tablet are of other sites.
    of_his = coordinator.get("/review/account").text
    assert "need a decision" in of_his or "needs a decision" in of_his
    assert f", {deciding[1]} cases" not in of_his
    assert " alert<" not in of_his
    assert "heard of" not in of_his
    # An administrator sees no case.
    of_administrator = DeskBrowser(desk.server, ADMINISTRATOR).get("/review/account").text
    assert "decision" not in of_administrator
    assert "1 has not been heard of for more than a week" in of_administrator


def test_what_is_chosen_in_the_list_can_be_exported(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    page = browser.get("/review/cases?urgency=routine&sort=oldest").text

    link = re.search(r'href="(/review/exports\?[^"]+)"', page)

    assert link is not None
    chosen = re.search(r"(\d+) cases?</p>|<span>(\d+) case", page)
    assert chosen is not None
    assert f"<b>{chosen[1] or chosen[2]} case" in browser.get(unescape(link[1])).text
