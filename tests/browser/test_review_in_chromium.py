"""A coordinator's morning in a real browser: sign in, read the list, open a case, decide, sign out."""

from __future__ import annotations

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from shared.case.entry import CaseId, EntryKind
from shared.case.short_code import short_code
from tests.browser.conftest import requested_addresses
from tests.browser.driving import sign_in, text_of, wait_for_heading
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case


@pytest.fixture
def first(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code("Clinic A"))


@pytest.fixture
def case(server: RunningServer, first: Tablet) -> CaseId:
    """A case of two tablets that do not agree how the swelling feels."""
    server.services.sign_in.create_user("Huda Saleh", PASSWORD)
    second = Tablet(server.url).enrol(server.code("Clinic A"))
    case = new_case()
    visit = first.entry(
        case,
        {"age_group": "3_11_mo", "sex": "male", "region": ("hand",), "side": "left", "fever_ge_38": False},
        concluded=conclusion(),
    )
    first.push(visit)
    second.exchange()
    first.push(first.entry(case, {"swelling_consistency": "firm_indurated"}, kind=EntryKind.FOLLOW_UP, parents=[visit]))
    second.push(
        second.entry(case, {"swelling_consistency": "rock_hard_nodular"}, kind=EntryKind.FOLLOW_UP, parents=[visit])
    )
    return case


def test_a_coordinator_signs_in_decides_a_case_and_signs_out(
    chromium: webdriver.Chrome, server: RunningServer, first: Tablet, case: CaseId
) -> None:
    sign_in(chromium, server, "Huda Saleh")
    chromium.find_element(By.LINK_TEXT, "Cases").click()
    wait_for_heading(chromium, "Cases")
    row = text_of(chromium, ".cases tbody tr")
    for words in (short_code(case), "Clinic A", "Left hand", "3–11 months", "Iatrogenic calcinosis cutis", "Same day"):
        assert words in row

    chromium.find_element(By.LINK_TEXT, short_code(case)).click()
    wait_for_heading(chromium, f"Case {short_code(case)}")
    assert "Two answers differ" in text_of(chromium, ".differs-card")
    assert len(chromium.find_elements(By.CSS_SELECTOR, ".graph .node")) == 3
    assert "signature verified" in text_of(chromium, ".pair")

    chromium.find_element(By.CSS_SELECTOR, "input[value=confirmed]").click()
    Select(chromium.find_element(By.ID, "diagnosis")).select_by_visible_text("Iatrogenic calcinosis cutis")
    chromium.find_element(By.CSS_SELECTOR, "input[value=xray]").click()
    chromium.find_element(By.ID, "message").send_keys("Proven by the film. No antibiotics, please.")
    chromium.find_element(By.CSS_SELECTOR, ".review-form button").click()
    assert "Saved." in text_of(chromium, "[role=status]")
    assert "Huda Saleh" in text_of(chromium, ".history")

    (review,) = first.exchange().reviews
    assert (review.state, review.diagnosis, review.proven_by) == ("confirmed", "calcinosis_cutis_iatrogenic", ("xray",))
    assert review.message == "Proven by the film. No antibiotics, please."

    chromium.find_element(By.CSS_SELECTOR, ".who button").click()
    wait_for_heading(chromium, "Sign in")
    chromium.get(f"{server.url}/review/cases/{case}")
    assert text_of(chromium, "h1") == "Sign in"


# What a browser makes of a page is the same whichever database its words came from.
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@one_database
def test_the_pages_load_nothing_from_elsewhere_and_break_no_rule_of_their_own(
    chromium: webdriver.Chrome, server: RunningServer, case: CaseId
) -> None:
    requested_addresses(chromium)
    sign_in(chromium, server, "Huda Saleh")
    chromium.get(f"{server.url}/review/cases/{case}")

    # chrome: is the browser's own start page, which may still be loading; no page of ours can ask for it.
    asked = {address for address in requested_addresses(chromium) if not address.startswith(("data:", "chrome"))}

    assert f"{server.url}/review/files/review.css" in asked
    assert f"{server.url}/review/files/NotoSans-Regular.ttf" in asked
    assert all(address.startswith(f"{server.url}/") for address in asked), asked
    assert chromium.execute_script("return document.fonts.check('15px \"Noto Sans\"')")
    # That nobody was signed in yet is an answer, which the browser notes, and no fault of a page.
    noted = [line["message"] for line in chromium.get_log("browser")]
    assert [words for words in noted if not words.startswith(f"{server.url}/review - ") or "403" not in words] == []


@one_database
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1024, 600), (700, 900)])
def test_no_page_is_wider_than_the_window(
    chromium: webdriver.Chrome, server: RunningServer, case: CaseId, width: int, height: int
) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    sign_in(chromium, server, "Huda Saleh")

    for path in ("/review", "/review/cases", f"/review/cases/{case}"):
        chromium.get(server.url + path)
        assert chromium.execute_script("return document.documentElement.scrollWidth") <= width


@one_database
def test_the_keyboard_reaches_everything_and_the_focus_is_seen(
    chromium: webdriver.Chrome, server: RunningServer, case: CaseId
) -> None:
    sign_in(chromium, server, "Huda Saleh")
    chromium.get(f"{server.url}/review/cases/{case}")
    reached = []
    for _ in range(40):
        chromium.switch_to.active_element.send_keys(Keys.TAB)
        element = chromium.switch_to.active_element
        reached.append(element.get_attribute("name") or element.text.split("\n")[0])
        outline = element.value_of_css_property("outline-style")
        assert outline != "none", reached
        if element.text == "Save and send":
            break

    for name in ("Skip to the content", "Cases", "Sign out", "state", "diagnosis", "proven_by", "message"):
        assert name in reached
    assert reached[-1] == "Save and send"


_CONTRAST = """
const channel = value => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
const rgba = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.querySelectorAll("main *, header *")) {
  const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!hasText || element.closest("svg")) continue;
  const [one, two] = [light(rgba(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
  if ((one + 0.05) / (two + 0.05) < 4.5) poor.push(element.className + ": " + element.textContent);
}
return poor;
"""


@one_database
def test_every_text_has_the_contrast_of_wcag_aa(
    chromium: webdriver.Chrome, server: RunningServer, case: CaseId
) -> None:
    sign_in(chromium, server, "Huda Saleh")

    lists = ("/review", "/review/cases", "/review/cases?urgency=routine")
    for path in (*lists, f"/review/cases/{case}", "/review/cases/none"):
        chromium.get(server.url + path)
        assert chromium.execute_script(_CONTRAST) == []
