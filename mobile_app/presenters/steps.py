"""An act that is done step by step, one thing a step: setting up, a forgotten PIN, a restore, the recovery code.

All of them are drawn alike, so they share one view: what is asked at the start; at the end the PIN pad where a PIN is
typed, otherwise the steps with the one in hand, and the way on under both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mobile_app.locked_ports import expect_good_pin
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.pin_pad import PIN_LENGTH, PinPad
from mobile_app.presenters.roles import ROLES, role_in_words
from mobile_app.presenters.wording import say
from shared.errors import InvalidInput
from shared.sentence import sentence


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step of the list: `state` is done, now or later."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class TileView:
    """Something to choose, in one tile: a language, a person, a backup. `icon` may be empty."""

    value: str
    title: str
    detail: str
    icon: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A text that is typed."""

    name: str
    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Four characters of the recovery code, with their place in it."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A line with an icon before it."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step. What a step does not have is empty."""

    step: str
    title: str
    hint: str
    button: str
    can_go_on: bool
    marks: tuple[StepMark, ...] = ()
    tiles: tuple[TileView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    role_label: str = ""
    roles: tuple[ChoiceView, ...] = ()
    groups: tuple[GroupView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    shows_pad: bool = False
    is_pad_on: bool = False
    rings_filled: int = 0
    rings_total: int = PIN_LENGTH
    clear_key: str = ""
    back_button: str = ""
    other_button: str = ""
    error: str = ""
    is_busy: bool = False


def marks_of(names: Sequence[str], now: int) -> tuple[StepMark, ...]:
    """Return the list of steps with the one in hand."""
    return tuple(
        StepMark(name, "done" if place < now else "now" if place == now else "later")
        for place, name in enumerate(names)
    )


def role_choices(chosen: str) -> tuple[ChoiceView, ...]:
    return tuple(ChoiceView(role, role_in_words(role), role == chosen) for role in ROLES)


class TwicePin:
    """A new PIN, typed twice. `is_repeating` from the second time on."""

    def __init__(self) -> None:
        self.pad = PinPad()
        self._first = ""
        self.is_repeating = False

    @property
    def title(self) -> str:
        return say("Type the PIN again") if self.is_repeating else say("Choose a PIN")

    @property
    def hint(self) -> str:
        if self.is_repeating:
            return say("So that a slip of the finger locks nobody out.")
        return say("{count} digits. Not a birthday, not 123456.", count=PIN_LENGTH)

    def take(self) -> str | None:
        """Take what is on the pad; return the PIN when both times were the same, None if it is to be typed again.

        Raises:
            InvalidInput: it is none that may be chosen, or the two differ; the PIN is chosen anew.
        """
        typed, self.pad = self.pad.digits, PinPad()
        if not self.is_repeating:
            expect_good_pin(typed)
            self._first, self.is_repeating = typed, True
            return None
        first = self._first
        self._first, self.is_repeating = "", False
        if typed != first:
            raise InvalidInput("pin", "differs", sentence("The two PINs differ. Choose the PIN again."))
        return typed
