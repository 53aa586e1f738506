"""The recovery code: shown once, written on paper, and confirmed by typing two of its groups back.

    own PIN (if there is a code already) ─▶ shown ─▶ two groups typed ─▶ it holds, the one before no longer

Until the groups are typed nothing has changed: who is interrupted begins again with another code. It is never kept;
what is stored is the key that it opens.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.vault import Vault
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.own_pin import OwnPin
from mobile_app.presenters.pin_pad import PinPad, TypesPin
from mobile_app.presenters.steps import FieldView, GroupView, NoteView, StepMark, StepView, marks_of
from mobile_app.presenters.wording import in_words, say
from shared.crypto.recovery_code import GROUPS, RecoveryCode, plain_characters
from shared.errors import HandwiseError

OWN, SHOWN, CONFIRM, DONE = "own", "shown", "confirm", "done"
_ASKED = 2


@dataclass(frozen=True, slots=True)
class RecoveryCodeView:
    """One step under the app bar. `can_leave`: it is not part of setting the tablet up."""

    app_bar: AppBarView
    page: StepView
    can_leave: bool


class RecoveryCodePresenter(TypesPin):
    """What a finger can do on the screen of the recovery code. `is_set_up` is set while the tablet is being set up."""

    _step: str
    _code: RecoveryCode
    _typed: dict[str, str]

    def __init__(
        self, desk: Desk, vault: Vault, show: Callable[[RecoveryCodeView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._vault = vault
        self._show = show
        self._go = go
        self._own = OwnPin(desk, vault)
        self.is_set_up = False
        self._begin(SHOWN)

    def open(self) -> None:
        self._begin(OWN if self._vault.has_recovery_code() else SHOWN)
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with the same code."""
        self._draw()

    def tick(self) -> None:
        """Called once a second while the pad is off."""
        if self._wait_s():
            self._draw()

    def type_field(self, name: str, text: str) -> None:
        if name in self._typed:
            self._typed[name] = text[:20]
        self._draw()

    def go_on(self) -> None:
        if not self._can_go_on():
            return
        try:
            self._take_step()
        except HandwiseError as error:
            self._draw(in_words(error))

    def back(self) -> None:
        """Look at the code again, or leave."""
        if self._step == CONFIRM:
            self._step = SHOWN
            self._typed = dict.fromkeys(self._typed, "")
            self._draw()
        elif self._step == DONE or not self.is_set_up:
            self._leave(Way.HOME if self.is_set_up else Way.BACK)

    def other(self) -> None:
        """Do without a server for now."""
        if self._step == DONE:
            self._leave(Way.HOME)

    def lock(self) -> None:
        self._leave(Way.LOCK)

    def _pin_pad(self) -> PinPad:
        return self._own.pad

    def _is_pad_on(self) -> bool:
        return not self._wait_s()

    def _begin(self, step: str) -> None:
        self._step = step
        self._code = RecoveryCode.generate()
        asked = sorted(secrets.SystemRandom().sample(range(GROUPS), _ASKED))
        self._typed = {str(place + 1): "" for place in asked}
        self._own.pad.clear()

    def _leave(self, way: Way) -> None:
        # The code is nowhere from now on but on paper.
        self._begin(SHOWN)
        self.is_set_up = False
        self._go(way)

    def _take_step(self) -> None:
        match self._step:
            case "own":
                self._own.confirm()
                self._step = SHOWN
            case "shown":
                self._step = CONFIRM
            case "confirm":
                wrong = [number for number, text in self._typed.items() if not self._fits(number, text)]
                if wrong:
                    self._draw(say("Group {number} is not what was shown. Look at the paper.", number=wrong[0]))
                    return
                self._vault.set_recovery_code(self._desk.store, self._code)
                self._step = DONE
            case _:
                self._leave(Way.BACK if not self.is_set_up else Way.HOME if self._is_enrolled else Way.CONNECT)
                return
        self._draw()

    def _fits(self, number: str, text: str) -> bool:
        return plain_characters(text) == self._code.groups[int(number) - 1]

    @property
    def _is_enrolled(self) -> bool:
        return self._desk.sync.is_enrolled

    def _wait_s(self) -> int:
        return self._own.wait_s if self._step == OWN else 0

    def _can_go_on(self) -> bool:
        if self._step == OWN:
            return self._own.is_complete
        return self._step != CONFIRM or all(map(plain_characters, self._typed.values()))

    def _draw(self, error: str = "") -> None:
        under = say("For a lost PIN or a lost tablet")
        self._show(
            RecoveryCodeView(
                app_bar=self._desk.plain_app_bar(say("Recovery code"), under),
                page=self._page(error),
                can_leave=not self.is_set_up,
            )
        )

    def _page(self, error: str) -> StepView:
        match self._step:
            case "own":
                return self._own.step(
                    say("So that nobody else makes a new code for this tablet."),
                    say("The new code replaces the one before."),
                    error,
                )
            case "shown":
                return StepView(
                    step=SHOWN,
                    title=say("Write this code on paper"),
                    hint=say("With it a forgotten PIN is replaced, and a backup opened on another tablet."),
                    button=say("It is on paper"),
                    can_go_on=True,
                    marks=self._marks(),
                    groups=tuple(GroupView(str(place + 1), text) for place, text in enumerate(self._code.groups)),
                    notes=(
                        NoteView("lock", say("Keep the paper locked away, and not beside the tablet.")),
                        NoteView("info", say("It is shown only now. There is no letter O and no letter I in it.")),
                    ),
                    error=error,
                )
            case "confirm":
                return StepView(
                    step=CONFIRM,
                    title=say("Type two groups from the paper"),
                    hint=say("So that the paper is right on the day when it is needed."),
                    button=say("Confirm"),
                    can_go_on=self._can_go_on(),
                    marks=self._marks(),
                    fields=tuple(
                        FieldView(number, say("Group {number}", number=number), text)
                        for number, text in self._typed.items()
                    ),
                    back_button=say("Show the code again"),
                    error=error,
                )
        return self._done_page()

    def _done_page(self) -> StepView:
        connects = self.is_set_up and not self._is_enrolled
        return StepView(
            step=DONE,
            title=say("The recovery code holds"),
            hint=say("Connect this tablet to the coordinator's server now?")
            if connects
            else say("A code from before opens this tablet no more."),
            button=say("Connect now") if connects else say("Done"),
            can_go_on=True,
            marks=self._marks(),
            notes=(
                NoteView("cloud_off", say("Without a server, cases stay on this tablet, encrypted."))
                if connects
                else NoteView("info", say("A backup from before still needs the code that it was made under.")),
            ),
            other_button=say("Later") if connects else "",
        )

    def _marks(self) -> tuple[StepMark, ...]:
        if self.is_set_up:
            setting_up = (say("Language"), say("Clinic"), say("You"), say("PIN"), say("Recovery code"), say("Server"))
            return marks_of(setting_up, 5 if self._step == DONE else 4)
        names = (say("Write it down"), say("Type two groups"), say("Done"))
        return marks_of(names, (SHOWN, CONFIRM, DONE).index(self._step))
