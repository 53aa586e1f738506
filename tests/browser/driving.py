"""Debian's Chromium, without a window, and how somebody signs in with it."""

from __future__ import annotations

import os
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from mobile_app.config import ASSETS
from tests.second_step import Phone
from tests.server_world import PASSWORD, RunningServer

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FONTS = ASSETS / "fonts"
_SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
)  # fmt: skip


def new_chromium(profile: Path, *, has_script: bool = True) -> webdriver.Chrome:
    """Start it, with our fonts. A missing browser makes whoever needs it fail, never skip."""
    for program in (CHROMIUM, DRIVER):
        assert program.exists(), f"{program} is missing: apt-get install chromium chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    if not has_script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER), env=_with_our_fonts(profile)))
    driver.implicitly_wait(10)
    return driver


def _with_our_fonts(profile: Path) -> dict[str, str]:
    """Return an environment in which there are fonts for every language: a machine without one shows empty boxes."""
    profile.mkdir(parents=True, exist_ok=True)
    told = profile / "fonts.conf"
    told.write_text(
        "<fontconfig><include ignore_missing='yes'>/etc/fonts/fonts.conf</include>"
        f"<dir>{FONTS}</dir><cachedir>{profile / 'fonts'}</cachedir></fontconfig>"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(told)}


def sign_in(chromium: webdriver.Chrome, server: RunningServer, name: str) -> None:
    """Sign in as a user whose password is that of the tests, and wait for the first page."""
    chromium.get(server.url)
    chromium.find_element(By.ID, "name").send_keys(name)
    chromium.find_element(By.ID, "password").send_keys(PASSWORD, Keys.ENTER)
    phone = Phone.of(server.services, name)
    if phone.paper:
        wait_for_heading(chromium, "Your code")
        chromium.find_element(By.ID, "code").send_keys(phone.code(), Keys.ENTER)
    else:
        wait_for_heading(chromium, "Set up the second step")
        key = text_of(chromium, ".key")
        chromium.find_element(By.ID, "code").send_keys(phone.take_over(key), Keys.ENTER)
        wait_for_heading(chromium, "Your recovery codes")
        phone.paper = [one.text for one in chromium.find_elements(By.CSS_SELECTOR, ".recovery-codes code")]
        chromium.find_element(By.LINK_TEXT, "I have written them down").click()
    wait_for_heading(chromium, "Today")


def wait_for_heading(chromium: webdriver.Chrome, words: str) -> None:
    """Wait until the page that was asked for is there."""
    stale = (StaleElementReferenceException, NoSuchElementException)
    WebDriverWait(chromium, 20, poll_frequency=0.05, ignored_exceptions=stale).until(
        lambda driver: text_of(driver, "h1") == words
    )


def wait_for_address(chromium: webdriver.Chrome, part: str) -> None:
    """Wait until the browser is at an address with this part: the same page with other choices has the same heading."""
    WebDriverWait(chromium, 20, poll_frequency=0.05).until(lambda driver: part in driver.current_url)


def text_of(chromium: webdriver.Chrome, selector: str) -> str:
    """Return the text of the first element that fits."""
    return chromium.find_element(By.CSS_SELECTOR, selector).text
