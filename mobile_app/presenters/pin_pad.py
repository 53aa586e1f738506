"""The digits typed so far on a PIN pad. They are shown as filled rings, never as digits."""

from __future__ import annotations

from abc import ABC, abstractmethod

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


class TypesPin(ABC):
    """What a finger can do on a screen with a PIN pad: each touch is shown at once."""

    @abstractmethod
    def _pin_pad(self) -> PinPad: ...

    def _is_pad_on(self) -> bool:
        """Tell whether digits are taken: not while the delay after a wrong PIN runs."""
        return True

    @abstractmethod
    def _draw(self) -> None: ...

    def press(self, digit: str) -> None:
        if self._is_pad_on():
            self._pin_pad().press(digit)
        self._draw()

    def delete(self) -> None:
        self._pin_pad().delete()
        self._draw()

    def clear(self) -> None:
        self._pin_pad().clear()
        self._draw()
