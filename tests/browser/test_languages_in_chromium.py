"""The desk in other languages, in a real browser: axe finds nothing, from right to left it is mirrored, nothing is cut
off in the narrowest column of any window."""

from __future__ import annotations

from selenium import webdriver
from selenium.webdriver.common.by import By

from sync_server.language import languages
from sync_server.repositories import users
from tests.browser.driving import sign_in
from tests.browser.test_desk_in_chromium import faults
from tests.desk_world import LEAD, Desk

WIDTHS = (1440, 1024, 768, 390)
WIDE_ENOUGH_FOR_TABLES = 768
LISTS = ("", "/cases?urgency=routine")
"""Their rows are blocks on a phone, which nobody has to move to and fro."""
CUT_OFF = """
const found = [], pen = document.createElement("canvas").getContext("2d");
const shown = [...document.querySelectorAll("main *")]
  .filter(one => one.checkVisibility() && !one.closest("svg, .hidden"));
const is_wider = one => one.scrollWidth > one.clientWidth + 1;
const room = (one, style) => one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
for (const one of shown) {
  const style = getComputedStyle(one);
  pen.font = style.font;
  const said = one.matches("select") ? [...one.options].map(option => option.text)
    : one.matches("input[type=text]") ? [one.value, one.placeholder] : [];
  found.push(...said.filter(words => pen.measureText(words.trim()).width > room(one, style) + 0.5));
  const is_shown = style.clipPath === "none";
  if (["hidden", "clip"].includes(style.overflowX) && is_shown && is_wider(one)) found.push(one.textContent);
  if (arguments[0] && one.matches(".scroll") && is_wider(one)) found.push(one.textContent);
  const words = [...one.childNodes].filter(node => node.nodeType === 3 && node.data.trim());
  for (const node of one.closest(".scroll, option") ? [] : words) {
    const range = document.createRange(), page = document.documentElement.clientWidth;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.left < -1 || box.right > page + 1) found.push(node.data);
  }
}
return found.map(words => words.trim().replace(/\\s+/g, " ").slice(0, 60));
"""


def speak(desk: Desk, code: str) -> None:
    """Let the district lead read the desk in a language."""
    with desk.server.services.database.writing() as session:
        account = users.find(session, LEAD)
        assert account is not None
        users.set_language(session, account.user.user_no, code)


def test_the_desk_is_whole_and_mirrored_in_the_languages_that_are_least_like_english(
    desk: Desk, chromium: webdriver.Chrome
) -> None:
    assert {"ar", "fr", "es", "ko"} <= {one.code for one in languages()}
    speak(desk, "en")
    sign_in(chromium, desk.server, LEAD)
    found = {}
    for code in ("ar", "ko"):
        speak(desk, code)
        for path in ("/review/cases", f"/review/cases/{desk.differing[0].case_id}", "/review/performance"):
            found[f"{code} {path}"] = faults(chromium, desk.server.url + path)
        navigation = chromium.find_element(By.CSS_SELECTOR, ".side").rect
        content = chromium.find_element(By.CSS_SELECTOR, "main").rect
        assert (navigation["x"] > content["x"]) == (code == "ar")
        # Drawings run from left to right, as their axes do.
        assert chromium.find_element(By.CSS_SELECTOR, ".chart").value_of_css_property("direction") == "ltr"

    assert {page: told for page, told in found.items() if told} == {}


def test_in_no_language_are_words_cut_off_in_a_narrow_column(desk: Desk, chromium: webdriver.Chrome) -> None:
    """Nor any of the words that can be chosen, wherever a line cannot break; reports' tables scroll on a phone only."""
    speak(desk, "en")
    sign_in(chromium, desk.server, LEAD)
    pages = (*LISTS, f"/cases/{desk.linked[0].case_id}", "/alerts/1", "/devices", "/audit", "/cohort")
    found = {}
    for code in ("fr", "es", "ar", "ko"):
        speak(desk, code)
        for path in pages:
            chromium.get(f"{desk.server.url}/review{path}")
            chromium.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
            for width in WIDTHS:
                size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
                chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                found[code, path, width] = chromium.execute_script(
                    CUT_OFF, width >= WIDE_ENOUGH_FOR_TABLES or path in LISTS
                )

    assert {where: words for where, words in found.items() if words} == {}
