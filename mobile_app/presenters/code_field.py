"""The recovery code as it is typed from paper: what it is read as, and what is wrong with it."""

from __future__ import annotations

from mobile_app.presenters.steps import FieldView
from mobile_app.presenters.wording import count_of, say
from shared.crypto.recovery_code import LENGTH, RecoveryCode, read_code

FIELD = "code"


class CodeField:
    """One field; spaces, hyphens and case do not count."""

    def __init__(self) -> None:
        self.text = ""

    def type(self, text: str) -> None:
        self.text = text[:200]

    @property
    def is_long_enough(self) -> bool:
        return read_code(self.text).typed >= LENGTH

    def read(self) -> RecoveryCode | None:
        return read_code(self.text).code

    def fault(self) -> str:
        """Return what is wrong with a code that does not fit, so that it can be mended without typing all of it."""
        reading = read_code(self.text)
        if reading.code is not None:
            return ""
        if reading.typed != LENGTH:
            return count_of(
                reading.typed,
                "The code has {all} characters. There is {count} here.",
                "The code has {all} characters. There are {count} here.",
                all=LENGTH,
            )
        if reading.doubtful_group is not None:
            return say("One character is wrong. Compare group {number} with the paper.", number=reading.doubtful_group)
        return say("Some characters are wrong. Compare every group with the paper.")

    def view(self) -> FieldView:
        return FieldView(FIELD, say("Recovery code"), self.text, say("7 groups of 4"))
