"""First start: who uses this tablet, and a PIN typed twice. It makes the encrypted store and opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.ports import CaseStore, Vault
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.pin_pad import PIN_LENGTH, PinPad
from mobile_app.presenters.wording import say
from shared.errors import HandwiseError

ROLES = ("Nurse", "Doctor", "Clinical officer", "Other")
NOTES = (
    "Everything on this tablet is encrypted.",
    "Nobody can open the cases without a user's PIN. Write it down only where it is safe.",
)


@dataclass(frozen=True, slots=True)
class SetUpView:
    """`step` is `who`, `pin` or `repeat`; the PIN pad belongs to the last two."""

    step: str
    title: str
    hint: str
    name: str
    roles: tuple[ChoiceView, ...]
    rings_filled: int
    rings_total: int
    button: str
    can_go_on: bool
    can_go_back: bool
    notes: tuple[str, ...]
    error: str


class SetUpPresenter:
    """What a finger can do on the set-up screen."""

    def __init__(self, vault: Vault, show: Callable[[SetUpView], None], opened: Callable[[CaseStore], None]) -> None:
        self._vault = vault
        self._show = show
        self._opened = opened
        self._step = "who"
        self._name = ""
        self._role = ROLES[0]
        self._first_pin = ""
        self._pad = PinPad()

    def open(self) -> None:
        self._reset()
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def type_name(self, text: str) -> None:
        self._name = text
        self._draw()

    def choose_role(self, role: str) -> None:
        self._role = role
        self._draw()

    def press(self, digit: str) -> None:
        self._pad.press(digit)
        self._draw()

    def delete(self) -> None:
        self._pad.delete()
        self._draw()

    def clear(self) -> None:
        self._pad.clear()
        self._draw()

    def go_on(self) -> None:
        if not self._can_go_on():
            return
        if self._step == "who":
            self._step = "pin"
        elif self._step == "pin":
            self._first_pin = self._pad.digits
            self._pad = PinPad()
            self._step = "repeat"
        elif self._pad.digits != self._first_pin:
            self._start_pin_again("The two PINs differ. Choose the PIN again.")
            return
        else:
            self._create()
            return
        self._draw()

    def back(self) -> None:
        self._pad = PinPad()
        self._step = "pin" if self._step == "repeat" else "who"
        self._draw()

    def _create(self) -> None:
        pin = self._pad.digits
        try:
            user = self._vault.create(self._name.strip(), self._role, pin)
            self._opened(self._vault.unlock(user.user_id, pin))
        except HandwiseError as error:
            self._start_pin_again(str(error))
            return
        self._reset()

    def _start_pin_again(self, error: str) -> None:
        self._pad = PinPad()
        self._step = "pin"
        self._draw(error)

    def _reset(self) -> None:
        self._step = "who"
        self._name = ""
        self._role = ROLES[0]
        self._first_pin = ""
        self._pad = PinPad()

    def _can_go_on(self) -> bool:
        return bool(self._name.strip()) if self._step == "who" else self._pad.is_complete

    def _draw(self, error: str = "") -> None:
        titles = {"who": "Who will use this tablet?", "pin": "Choose a PIN", "repeat": "Type the PIN again"}
        hints = {
            "who": "Your name stays on this tablet.",
            "pin": say("{count} digits. Not a birthday, not 123456.", count=PIN_LENGTH),
            "repeat": "So that a slip of the finger does not lock you out.",
        }
        self._show(
            SetUpView(
                step=self._step,
                title=titles[self._step],
                hint=hints[self._step],
                name=self._name,
                roles=tuple(ChoiceView(role, role, role == self._role) for role in ROLES),
                rings_filled=self._pad.filled,
                rings_total=PIN_LENGTH,
                button="Make this tablet ready" if self._step == "repeat" else "Go on",
                can_go_on=self._can_go_on(),
                can_go_back=self._step != "who",
                notes=NOTES,
                error=error,
            )
        )
