"""The digits typed so far on a PIN pad. They are shown as filled rings, never as digits."""

from __future__ import annotations

PIN_LENGTH = 6


class PinPad:
    """Collects the digits of one PIN."""

    def __init__(self) -> None:
        self.digits = ""

    @property
    def filled(self) -> int:
        return len(self.digits)

    @property
    def is_complete(self) -> bool:
        return len(self.digits) == PIN_LENGTH

    def press(self, digit: str) -> None:
        """Take one more digit; a full pad and anything but 0 to 9 change nothing."""
        if len(digit) == 1 and digit in "0123456789" and not self.is_complete:
            self.digits += digit

    def delete(self) -> None:
        self.digits = self.digits[:-1]

    def clear(self) -> None:
        self.digits = ""
