"""The states of the settings that are pictured: every section, who may open the tablet, what it rests on, unlocking.

The tablet shows its home screen before; it is locked and unlocked on the way, and shows its home screen again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mobile_app.commands.demo_tablet import DemoTablet
from shared.sync.enrolment_link import make_enrolment_link

SECTIONS = ("look", "clinic", "units", "lock", "connection")
ANOTHER_PIN = "271828"
WRONG_PIN = "135792"
FREE_TRIES = 4


def settings_states(window: Any, shown: DemoTablet, pin: str) -> Iterator[tuple[Any, str]]:
    """Yield the window and the name of what it shows."""
    flow = shown.flow
    flow.home.settings()
    settings = flow.settings
    for section in SECTIONS:
        settings.choose_section(section)
        if section == "clinic":
            settings.type("clinic", "Children's clinic")
            for ward in ("Newborns", "Ward 3"):
                settings.type("wards", ward)
                settings.add()
            for resource in ("lab", "xray"):
                settings.choose("resources", resource)
        yield window, f"13-settings-{section}"
    yield from _users(window, shown, pin)
    settings.choose_section("about")
    yield window, "15-about"
    flow.about.type("calcinosis 2019")
    yield window, "15-about-found"
    flow.about.back()
    if shown.store.sync_overview().is_enrolled:
        settings.press_other_button()
    else:
        settings.press_button()
    flow.connect.paste(make_enrolment_link("https://handwise.example.org", "7K2M9-QXA7D"))
    yield window, "16-connect-pasted"
    flow.connect.back()
    yield from _locked(window, shown, pin)


def _users(window: Any, shown: DemoTablet, pin: str) -> Iterator[tuple[Any, str]]:
    flow = shown.flow
    flow.settings.choose_section("users")
    users = flow.users
    users.add()
    _type(users, pin[:3])
    yield window, "14-users-own-pin"
    _type(users, pin[3:])
    users.go_on()
    users.type_name("Dr A")
    users.choose_role("Doctor")
    yield window, "14-users-who"
    users.go_on()
    for _ in range(2):
        _type(users, ANOTHER_PIN)
        users.go_on()
    yield window, "14-users"
    users.remove(window.screen.view.users[-1].user_id)
    yield window, "14-users-remove"
    users.cancel()
    users.back()


def _locked(window: Any, shown: DemoTablet, pin: str) -> Iterator[tuple[Any, str]]:
    flow = shown.flow
    flow.lock()
    flow.unlock.press_language()
    yield window, "01-unlock-language"
    flow.unlock.press_language()
    # The other user's tries, so that the pictures after this one need not wait.
    flow.unlock.choose_user(window.screen.view.tiles[-1].user_id)
    for _ in range(FREE_TRIES):
        _type(flow.unlock, WRONG_PIN)
        flow.unlock.unlock()
    yield window, "01-unlock-wrong"
    flow.unlock.choose_user(window.screen.view.tiles[0].user_id)
    _type(flow.unlock, pin)
    flow.unlock.unlock()


def _type(pad: Any, digits: str) -> None:
    for digit in digits:
        pad.press(digit)
