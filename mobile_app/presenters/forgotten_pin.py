"""A forgotten PIN: the recovery code from the paper, then a new PIN typed twice. The tablet is open after it.

recovery code, for whom ─▶ PIN ─▶ again ─▶ open
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mobile_app.locked_ports import UserAccount
from mobile_app.navigation import Way
from mobile_app.ports.store import CaseStore
from mobile_app.ports.vault import Vault
from mobile_app.presenters.code_field import CodeField
from mobile_app.presenters.pin_pad import PinPad, TypesPin
from mobile_app.presenters.roles import role_in_words
from mobile_app.presenters.steps import NoteView, StepView, TileView, TwicePin, marks_of
from mobile_app.presenters.unlock import next_try_in_words
from mobile_app.presenters.wording import in_words, say
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import HandwiseError, WrongRecoveryCode

CODE, PIN = "code", "pin"


class ForgottenPinPresenter(TypesPin):
    """What a finger can do on the screen of a forgotten PIN. `tick` is called once a second while a wait runs."""

    _step: str
    _field: CodeField
    _code: RecoveryCode | None
    _pin: TwicePin
    _who: str

    def __init__(
        self,
        vault: Vault,
        show: Callable[[StepView], None],
        opened: Callable[[CaseStore], None],
        go: Callable[[Way], None],
    ) -> None:
        self._vault = vault
        self._show = show
        self._opened = opened
        self._go = go
        self._reset()

    def open(self) -> None:
        self._reset()
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def choose(self, user_id: str) -> None:
        """Choose who gets a new PIN."""
        self._who = user_id
        self._draw()

    def type_field(self, _name: str, text: str) -> None:
        self._field.type(text)
        self._draw()

    def tick(self) -> None:
        if self._wait_s():
            self._draw()

    def go_on(self) -> None:
        if not self._can_go_on():
            return
        try:
            self._take_step()
        except WrongRecoveryCode:
            # The seconds left are counted down, so they are said anew each time.
            self._draw(say("This is another recovery code. Compare it with the one on paper."))
        except HandwiseError as error:
            self._draw(in_words(error))

    def back(self) -> None:
        if self._step == CODE:
            self._reset()
            self._go(Way.BACK)
        else:
            self._step, self._pin = CODE, TwicePin()
            self._draw()

    def _pin_pad(self) -> PinPad:
        return self._pin.pad

    def _take_step(self) -> None:
        if self._step == CODE:
            code = self._field.read()
            if code is None:
                self._draw(self._field.fault())
                return
            self._vault.check_code(code)
            self._code, self._step = code, PIN
            self._draw()
            return
        pin = self._pin.take()
        if pin is None:
            self._draw()
            return
        assert self._code is not None
        self._vault.recover(self._code, self._who, pin)
        store = self._vault.unlock(self._who, pin)
        self._reset()
        self._opened(store)

    def _reset(self) -> None:
        self._step = CODE
        self._field = CodeField()
        self._code = None
        self._pin = TwicePin()
        users = self._users()
        self._who = users[0].user_id if users else ""

    def _users(self) -> tuple[UserAccount, ...]:
        try:
            return tuple(self._vault.users())
        except HandwiseError:
            return ()

    def _wait_s(self) -> int:
        try:
            return self._vault.seconds_until_next_code()
        except HandwiseError:
            return 0

    def _can_go_on(self) -> bool:
        if self._step == PIN:
            return self._pin.pad.is_complete
        return bool(self._who) and self._field.is_long_enough and not self._wait_s()

    def _draw(self, error: str = "") -> None:
        wait_s = self._wait_s()
        if wait_s and self._step == CODE:
            error = " ".join((say("This is another recovery code."), next_try_in_words(wait_s)))
        names = (say("Recovery code"), say("New PIN"))
        step = StepView(
            step=self._step,
            title=say("Enter the recovery code"),
            hint=say("It is on the paper that was written when this tablet was set up."),
            button=say("Go on"),
            can_go_on=self._can_go_on(),
            marks=marks_of(names, 0 if self._step == CODE else 1),
            back_button=say("Back"),
            error=error,
        )
        self._show(self._code_step(step) if self._step == CODE else self._pin_step(step))

    def _code_step(self, step: StepView) -> StepView:
        users = self._users()
        tiles = tuple(
            TileView(user.user_id, user.name, role_in_words(user.role), "", user.user_id == self._who) for user in users
        )
        return replace(
            step,
            fields=(self._field.view(),),
            tiles=tiles if len(users) > 1 else (),
            notes=(
                NoteView("info", say("Spaces and small letters do not matter.")),
                NoteView("shield", say("Without the code, only a known PIN opens this tablet.")),
            ),
        )

    def _pin_step(self, step: StepView) -> StepView:
        return replace(
            step,
            title=self._pin.title,
            hint=self._pin.hint,
            shows_pad=True,
            is_pad_on=True,
            rings_filled=self._pin.pad.filled,
            clear_key=say("Clear"),
            button=say("Open this tablet") if self._pin.is_repeating else say("Go on"),
            notes=(NoteView("info", say("If another PIN fails afterwards, give that person a new one, too.")),),
        )
