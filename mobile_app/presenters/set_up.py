"""First start, step by step: language, clinic, who uses the tablet, and a PIN typed twice. Then the store is made.

    language ─▶ clinic ─▶ who ─▶ PIN ─▶ again ─▶ the encrypted store, open ─▶ the recovery code (a screen of its own)
        └─▶ restore a backup

Nothing is written before the PIN was typed twice; from then on the tablet is a finished one, whatever happens. If it is
switched off before the recovery code was confirmed, the start screen asks for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mobile_app.navigation import Way
from mobile_app.ports.store import CaseStore
from mobile_app.ports.vault import Vault
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.pin_pad import PinPad, TypesPin
from mobile_app.presenters.roles import ROLES
from mobile_app.presenters.setting_lines import MAX_NAME
from mobile_app.presenters.steps import FieldView, NoteView, StepView, TileView, TwicePin, marks_of, role_choices
from mobile_app.presenters.wording import in_words, say
from shared.errors import HandwiseError

LANGUAGE, CLINIC, WHO, PIN = STEPS = ("language", "clinic", "who", "pin")


class SetUpPresenter(TypesPin):
    """What a finger can do on the set-up screen."""

    _step: str
    _clinic: str
    _name: str
    _role: str
    _pin: TwicePin

    def __init__(
        self,
        vault: Vault,
        manner: Manner,
        show: Callable[[StepView], None],
        opened: Callable[[CaseStore], None],
        go: Callable[[Way], None],
    ) -> None:
        self._vault = vault
        self._manner = manner
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

    def choose(self, value: str) -> None:
        """Speak a language from now on."""
        self._draw(self._manner.speak(value))

    def type_field(self, name: str, text: str) -> None:
        if name == CLINIC:
            self._clinic = text[:MAX_NAME]
        else:
            self._name = text[:MAX_NAME]
        self._draw()

    def type_name(self, text: str) -> None:
        self.type_field(WHO, text)

    def choose_role(self, role: str) -> None:
        if role in ROLES:
            self._role = role
        self._draw()

    def go_on(self) -> None:
        if not self._can_go_on():
            return
        if self._step != PIN:
            self._step = STEPS[STEPS.index(self._step) + 1]
            self._draw()
            return
        try:
            pin = self._pin.take()
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        if pin is None:
            self._draw()
        else:
            self._create(pin)

    def back(self) -> None:
        is_second_time = self._step == PIN and self._pin.is_repeating
        self._pin = TwicePin()
        if self._step != LANGUAGE and not is_second_time:
            self._step = STEPS[STEPS.index(self._step) - 1]
        self._draw()

    def other(self) -> None:
        """Restore a backup instead."""
        if self._step == LANGUAGE:
            self._go(Way.RESTORE)

    def _pin_pad(self) -> PinPad:
        return self._pin.pad

    def _create(self, pin: str) -> None:
        try:
            user = self._vault.create(self._name.strip(), self._role, pin)
            store = self._vault.unlock(user.user_id, pin)
            clinic = " ".join(self._clinic.split())
            if clinic:
                store.settings.keep(replace(store.settings.read(), clinic=clinic))
            self._opened(store)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._reset()

    def _reset(self) -> None:
        self._step = LANGUAGE
        self._clinic = self._name = ""
        self._role = ROLES[0]
        self._pin = TwicePin()

    def _can_go_on(self) -> bool:
        if self._step == PIN:
            return self._pin.pad.is_complete
        return self._step != WHO or bool(self._name.strip())

    def _draw(self, error: str = "") -> None:
        names = (say("Language"), say("Clinic"), say("You"), say("PIN"), say("Recovery code"))
        step = StepView(
            step=self._step,
            title="",
            hint="",
            button=say("Go on"),
            can_go_on=self._can_go_on(),
            marks=marks_of(names, STEPS.index(self._step)),
            back_button="" if self._step == LANGUAGE else say("Back"),
            error=error,
        )
        self._show(self._with_words(step))

    def _with_words(self, step: StepView) -> StepView:
        match self._step:
            case "language":
                return replace(
                    step,
                    title=say("Which language?"),
                    hint=say("It can be changed at any time."),
                    tiles=tuple(
                        TileView(one.value, one.label, "", "", one.is_chosen) for one in self._manner.languages()
                    ),
                    other_button=say("Restore a backup"),
                )
            case "clinic":
                return replace(
                    step,
                    title=say("What is your clinic called?"),
                    hint=say("The name stands on letters. It can be left empty."),
                    fields=(FieldView(CLINIC, say("Name of the clinic"), self._clinic),),
                    notes=(NoteView("shield", say("The name stays on this tablet.")),),
                )
            case "who":
                return replace(
                    step,
                    title=say("Who will use this tablet?"),
                    hint=say("More people can be added later."),
                    fields=(FieldView(WHO, say("Name"), self._name),),
                    role_label=say("Role"),
                    roles=role_choices(self._role),
                    notes=(NoteView("shield", say("Your name stays on this tablet.")),),
                )
        return replace(
            step,
            title=self._pin.title,
            hint=self._pin.hint,
            notes=(
                NoteView("lock", say("The PIN opens everything on this tablet. It is encrypted.")),
                NoteView("info", say("A forgotten PIN is replaced with the recovery code, which comes next.")),
            ),
            shows_pad=True,
            is_pad_on=True,
            rings_filled=self._pin.pad.filled,
            clear_key=say("Clear"),
            button=say("Make this tablet ready") if self._pin.is_repeating else say("Go on"),
        )
