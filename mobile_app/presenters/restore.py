"""Restoring a backup onto this tablet: the file, the code that opens it, one user and a PIN.

    file ─▶ recovery code ─▶ who ─▶ PIN ─▶ again ─▶ the store, open; to be connected anew

The file is read whole when it is chosen, so a damaged one is known before anybody types a code. A tablet that holds
something already keeps it under another name, and says so before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from mobile_app.locked_ports import FoundBackup
from mobile_app.navigation import Way
from mobile_app.ports.backups import Backups
from mobile_app.ports.store import CaseStore
from mobile_app.ports.vault import Vault
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.code_field import CodeField
from mobile_app.presenters.pin_pad import PinPad, TypesPin
from mobile_app.presenters.roles import ROLES
from mobile_app.presenters.setting_lines import MAX_NAME
from mobile_app.presenters.steps import FieldView, NoteView, StepView, TileView, TwicePin, marks_of, role_choices
from mobile_app.presenters.wording import day_in_words, in_words, say
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import HandwiseError

FILE, CODE, WHO, PIN = STEPS = ("file", "code", "who", "pin")
_PATH, _NAME = "path", "name"


class RestorePresenter(TypesPin):
    """What a finger can do on the restore screen."""

    _step: str
    _found: tuple[FoundBackup, ...]
    _file: str
    _path: str
    _name: str
    _role: str
    _made_on: date | None
    _field: CodeField
    _code: RecoveryCode | None
    _pin: TwicePin

    def __init__(
        self,
        vault: Vault,
        backups: Backups,
        in_background: InBackground,
        show: Callable[[StepView], None],
        opened: Callable[[CaseStore], None],
        go: Callable[[Way], None],
    ) -> None:
        self._vault = vault
        self._backups = backups
        self._in_background = in_background
        self._show = show
        self._opened = opened
        self._go = go
        self._is_busy = False
        self._reset()

    def open(self) -> None:
        if not self._is_busy:
            self._reset()
            self._found = self._look_for_backups()
            self._file = self._found[0].file if self._found else ""
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def choose(self, file: str) -> None:
        """Choose one of the backups that were found."""
        self._file, self._path = file, ""
        self._draw()

    def type_field(self, name: str, text: str) -> None:
        if name == _PATH:
            self._path = text
        elif name == _NAME:
            self._name = text[:MAX_NAME]
        else:
            self._field.type(text)
        self._draw()

    def choose_role(self, role: str) -> None:
        if role in ROLES:
            self._role = role
        self._draw()

    def go_on(self) -> None:
        if not self._can_go_on():
            return
        match self._step:
            case "file":
                self._work(lambda: self._backups.check(self._chosen_file()), self._take_file)
            case "code":
                self._take_code()
            case "who":
                self._to(PIN)
            case _:
                self._take_pin()

    def back(self) -> None:
        if self._is_busy:
            return
        is_second_time = self._step == PIN and self._pin.is_repeating
        self._pin = TwicePin()
        if self._step == FILE:
            self._reset()
            self._go(Way.BACK)
        elif is_second_time:
            self._draw()
        else:
            self._to(STEPS[STEPS.index(self._step) - 1])

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _pin_pad(self) -> PinPad:
        return self._pin.pad

    def _take_file(self, made_on: object) -> None:
        assert isinstance(made_on, date)
        self._made_on = made_on
        self._to(CODE)

    def _take_code(self) -> None:
        code = self._field.read()
        if code is None:
            self._draw(self._field.fault())
            return

        def check() -> RecoveryCode:
            self._backups.check_code(self._chosen_file(), code)
            return code

        self._work(check, self._keep_code)

    def _keep_code(self, code: object) -> None:
        assert isinstance(code, RecoveryCode)
        self._code = code
        self._to(WHO)

    def _take_pin(self) -> None:
        try:
            pin = self._pin.take()
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        if pin is None:
            self._draw()
            return
        code, put_aside = self._code, self._backups.holds_cases()
        assert code is not None

        def restore() -> CaseStore:
            user = self._backups.restore(
                self._chosen_file(), code, self._name.strip(), self._role, pin, put_aside=put_aside
            )
            return self._vault.unlock(user.user_id, pin)

        self._work(restore, self._finish)

    def _finish(self, store: object) -> None:
        self._reset()
        self._opened(store)  # type: ignore[arg-type]

    def _work(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Do what takes seconds away from the window, then go on or say what is wrong."""

        def safely() -> object:
            try:
                return work()
            except HandwiseError as error:
                return error

        def done(result: object) -> None:
            self._is_busy = False
            if isinstance(result, HandwiseError):
                self._draw(in_words(result))
                return
            try:
                then(result)
            except HandwiseError as error:
                self._draw(in_words(error))

        self._is_busy = True
        self._draw()
        self._in_background(safely, done)

    def _to(self, step: str) -> None:
        self._step = step
        self._draw()

    def _reset(self) -> None:
        self._step = FILE
        self._found = ()
        self._file = self._path = self._name = ""
        self._made_on = None
        self._field = CodeField()
        self._code = None
        self._role = ROLES[0]
        self._pin = TwicePin()

    def _look_for_backups(self) -> tuple[FoundBackup, ...]:
        try:
            return tuple(self._backups.found())
        except HandwiseError:
            return ()

    def _chosen_file(self) -> str:
        return self._path.strip() or self._file

    def _can_go_on(self) -> bool:
        if self._is_busy:
            return False
        match self._step:
            case "file":
                return bool(self._chosen_file())
            case "code":
                return self._field.is_long_enough
            case "who":
                return bool(self._name.strip())
        return self._pin.pad.is_complete

    # --- the view -----------------------------------------------------------------------------------------------------

    def _draw(self, error: str = "") -> None:
        names = (say("Backup"), say("Recovery code"), say("You"), say("PIN"))
        step = StepView(
            step=self._step,
            title="",
            hint="",
            button=say("Go on"),
            can_go_on=self._can_go_on(),
            marks=marks_of(names, STEPS.index(self._step)),
            back_button=say("Back"),
            error=error,
            is_busy=self._is_busy,
        )
        self._show(self._with_words(step))

    def _with_words(self, step: StepView) -> StepView:
        match self._step:
            case "file":
                return self._file_step(step)
            case "code":
                made_on = day_in_words(self._made_on) if self._made_on is not None else ""
                return replace(
                    step,
                    title=say("Enter the recovery code"),
                    hint=say("The backup of {day} is whole. It opens with the code on paper.", day=made_on),
                    fields=(self._field.view(),),
                    notes=(
                        NoteView("info", say("Spaces and small letters do not matter.")),
                        NoteView(
                            "info",
                            say("An old backup can hold cases that were withdrawn since. The next sync removes them."),
                        ),
                    ),
                )
            case "who":
                return replace(
                    step,
                    title=say("Who will use this tablet?"),
                    hint=say("The PINs of the other tablet do not come along."),
                    fields=(FieldView(_NAME, say("Name"), self._name),),
                    role_label=say("Role"),
                    roles=role_choices(self._role),
                )
        return replace(
            step,
            title=self._pin.title,
            hint=self._pin.hint,
            shows_pad=True,
            is_pad_on=not self._is_busy,
            rings_filled=self._pin.pad.filled,
            clear_key=say("Clear"),
            button=say("Restore") if self._pin.is_repeating else say("Go on"),
            notes=(
                NoteView("info", say("This tablet becomes a new one for the server. Connect it anew afterwards.")),
                NoteView("cloud_sent", say("What the other tablet had not sent is sent from here.")),
            ),
        )

    def _file_step(self, step: StepView) -> StepView:
        notes = [NoteView("info", say("A backup is a file whose name begins with handwise."))]
        if self._backups.holds_cases():
            notes.append(NoteView("lock", say("What is on this tablet now is kept beside it, under another name.")))
        chosen = "" if self._path.strip() else self._file
        return replace(
            step,
            title=say("Which backup?"),
            hint=say("Put in the stick, then choose the newest.") if self._found else say("No backup was found here."),
            tiles=tuple(
                TileView(one.file, one.name, one.folder, "document", one.file == chosen) for one in self._found
            ),
            fields=(FieldView(_PATH, say("Or the place of the file"), self._path),),
            notes=tuple(notes),
            other_button=say("Look again"),
        )

    def other(self) -> None:
        """Look for backups again, for example after putting a stick in."""
        if self._step == FILE and not self._is_busy:
            self._found = self._look_for_backups()
            self._file = self._found[0].file if self._found else ""
            self._draw()
