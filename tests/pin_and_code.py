"""What a finger does with a PIN and with the recovery code, wherever the tablet asks for them."""

from __future__ import annotations

from typing import Protocol

from mobile_app.navigation import Screen
from tests.presenter_world import Finger
from tests.tablet_world import PIN

NEW_PIN = "385201"
"""For who forgot his."""


class PinPad(Protocol):
    """What has a pad for a PIN."""

    def press(self, digit: str) -> object: ...

    def go_on(self) -> object: ...


def type_pin(pad: PinPad, pin: str = PIN, *, times: int = 1) -> None:
    """Type a PIN and go on, so often."""
    for _ in range(times):
        for digit in pin:
            pad.press(digit)
        pad.go_on()


def code_of(finger: Finger) -> str:
    """Make a new recovery code on an unlocked tablet and return it."""
    finger.flow.home.settings()
    finger.flow.settings.choose_section("backup")
    finger.flow.backup.make_code()
    if finger.view.page.shows_pad:
        type_pin(finger.flow.recovery_code)
    code = finger.confirm_recovery_code()
    finger.flow.recovery_code.go_on()
    assert finger.screen is Screen.BACKUP
    return code


def code_of_case_in_hand(finger: Finger) -> str:
    """Lock and unlock the tablet, which keeps the case in hand, and make a new recovery code."""
    finger.flow.lock()
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    return code_of(finger)


def switched_on_again(finger: Finger) -> Finger:
    """Return the same tablet after its app was killed."""
    if finger.flow.store is not None:
        finger.flow.store.close()
    again = Finger(finger.tablet)
    again.flow.start()
    return again
