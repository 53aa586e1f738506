"""The desk in Arabic, from right to left, and in Korean, in a real browser: axe finds nothing, nothing is cut off."""

from __future__ import annotations

from selenium import webdriver
from selenium.webdriver.common.by import By

from sync_server.language import languages
from sync_server.repositories import users
from tests.browser.driving import sign_in
from tests.browser.test_desk_in_chromium import faults
from tests.desk_world import LEAD, Desk


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
