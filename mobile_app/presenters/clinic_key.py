"""The clinic's key: made on the first tablet, shown to the others as one code, and asked about before it is replaced.

no key ──make, PIN──▶ key ──show, PIN──▶ code on the screen ──read by another tablet's Receive──▶ the same key there
                  └──renew, asked──▶ a new key          another key came in, asked──▶ that one, or ours stays
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mobile_app.navigation import Way
from mobile_app.paper.qr import Modules, modules_of
from mobile_app.ports.vault import Vault
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.own_pin import OwnPin
from mobile_app.presenters.pin_pad import PinPad, TypesPin
from mobile_app.presenters.steps import StepView
from mobile_app.presenters.wording import in_words, say
from shared.errors import HandwiseError
from shared.sync.clinic_key import name_of_key, write_clinic_key
from shared.sync.qr_frames import CLINIC_KEY, frames_of


class _Step(StrEnum):
    LOOK = "look"
    PIN = "pin"
    SHOW = "show"
    RENEW = "renew"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class ClinicKeyView:
    """`modules` is the key's code while it is shown, `page` the PIN while it is asked. A button without a word is not
    there."""

    app_bar: AppBarView
    title: str
    hint: str
    name: str
    modules: Modules
    news: str
    notes: tuple[str, ...]
    back_button: str
    second_button: str
    first_button: str
    error: str
    page: StepView | None


class ClinicKeyPresenter(TypesPin):
    """What a finger can do about the clinic's key."""

    def __init__(
        self, desk: Desk, vault: Vault, show: Callable[[ClinicKeyView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._pin = OwnPin(desk, vault)
        self._then = self._show_code
        self._show = show
        self._go = go
        self._step = _Step.LOOK
        self._modules: Modules = ()
        self._texts: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What the shown code says: for a tablet without a camera."""
        return self._texts

    def open(self) -> None:
        offered, own = self._desk.offered_key, self._own
        if offered is None:
            # Drawn again, perhaps in another language: what is shown or asked stands where it stood.
            self._draw()
            return
        self._look()
        if own is None:
            self._take(offered)
        elif own == offered:
            self._desk.offered_key = None
            self._draw(news=say("This tablet has that key already."))
        else:
            self._step = _Step.REPLACE
            self._draw()

    def first(self) -> None:
        """Make the key, show it, hide it again, or say yes to what is asked."""
        match self._step:
            case _Step.REPLACE:
                if self._desk.offered_key is not None:
                    self._take(self._desk.offered_key)
            case _Step.RENEW:
                self._ask_pin(self._make)
            case _Step.SHOW:
                self._look()
                self._draw()
            case _Step.LOOK:
                self._ask_pin(self._make if self._own is None else self._show_code)
            case _Step.PIN:
                self.go_on()

    def second(self) -> None:
        """Go to where another tablet's key is read, ask for a new key, or say no to what is asked."""
        if self._step in (_Step.REPLACE, _Step.RENEW):
            self._desk.offered_key = None
            self._look()
            self._draw(news=say("The key stays as it was."))
        elif self._own is None:
            self._go(Way.RECEIVE)
        else:
            self._look()
            self._step = _Step.RENEW
            self._draw()

    def tick(self) -> None:
        """Called once a second while the pad is off."""
        if self._step is _Step.PIN:
            self._draw()

    def go_on(self) -> None:
        """Show the key, or make it, if the PIN is right."""
        if self._step is not _Step.PIN or not self._pin.is_complete:
            return
        try:
            self._pin.confirm()
        except HandwiseError as error:
            self._draw(error=in_words(error))
            return
        self._then()

    def back(self) -> None:
        if self._step is _Step.PIN:
            self._look()
            self._draw()
            return
        self._desk.offered_key = None
        self._look()
        self._go(Way.BACK)

    def lock(self) -> None:
        self._desk.offered_key = None
        self._look()
        self._go(Way.LOCK)

    def _pin_pad(self) -> PinPad:
        return self._pin.pad

    def _is_pad_on(self) -> bool:
        return not self._pin.wait_s

    @property
    def _own(self) -> bytes | None:
        return self._desk.store.links.clinic_key()

    def _look(self) -> None:
        self._step, self._modules, self._texts = _Step.LOOK, (), ()
        self._pin.pad.clear()

    def _ask_pin(self, then: Callable[[], None]) -> None:
        """Whoever finds the tablet unlocked must not be able to photograph the key."""
        self._look()
        self._step, self._then = _Step.PIN, then
        self._draw()

    def _make(self) -> None:
        try:
            self._desk.store.links.make_key()
        except HandwiseError as error:
            self._draw(error=in_words(error))
            return
        self._show_code()

    def _take(self, key: bytes) -> None:
        try:
            self._desk.store.links.take_key(key)
        except HandwiseError as error:
            self._draw(error=in_words(error))
            return
        self._desk.offered_key = None
        self._look()
        self._draw(news=say("This tablet now has the clinic’s key."))

    def _show_code(self) -> None:
        own = self._own
        assert own is not None
        self._step = _Step.SHOW
        self._texts = frames_of(write_clinic_key(own), CLINIC_KEY)
        (self._modules,) = modules_of(self._texts)
        self._draw()

    def _draw(self, *, news: str = "", error: str = "") -> None:
        own = self._own
        title, hint, second, first = self._words(own)
        self._show(
            ClinicKeyView(
                app_bar=self._desk.plain_app_bar(say("Several tablets"), say("The same child, recognised")),
                title=title,
                hint=hint,
                name=say("Key {name}", name=name_of_key(own)) if own is not None else "",
                modules=self._modules,
                news=news,
                notes=self._notes(),
                back_button=say("Settings"),
                second_button=second,
                first_button=first,
                error=error,
                page=self._pin.step(
                    say("So that nobody else takes the key of this clinic with a camera."),
                    say("Show it to the tablets of this clinic only, and to nobody’s telephone."),
                    error,
                )
                if self._step is _Step.PIN
                else None,
            )
        )

    def _words(self, own: bytes | None) -> tuple[str, str, str, str]:
        """Return title, hint, and what the second and the first button say."""
        match self._step:
            case _Step.REPLACE:
                assert self._desk.offered_key is not None
                hint = say(
                    "The other tablet has key {name}. Only tablets with the same key recognise the same child.",
                    name=name_of_key(self._desk.offered_key),
                )
                return say("Replace the key of this tablet?"), hint, say("Keep mine"), say("Replace it")
            case _Step.RENEW:
                hint = say("After a tablet was lost. Then show the new key to every other tablet of this clinic.")
                return say("Make a new key?"), hint, say("Keep this one"), say("Make a new key")
            case _Step.SHOW:
                hint = say("On the other tablet choose: Receive from a tablet. It reads this code, too.")
                return say("Show this to the other tablet"), hint, "", say("Hide the code")
        hint = say("Tablets with the same key find the same child by its record number.")
        if own is None:
            return say("Recognise the same child on several tablets"), hint, say("Receive a key"), say("Make the key")
        return say("Recognise the same child on several tablets"), hint, say("Renew the key"), say("Show the key")

    def _notes(self) -> tuple[str, ...]:
        if self._step is _Step.SHOW:
            return (
                say("Show it to the tablets of this clinic only, and to nobody’s telephone."),
                say("Both tablets must show the same letters under the name of the key."),
            )
        if self._step in (_Step.RENEW, _Step.REPLACE):
            return (
                say("Cases that are linked already stay linked."),
                say("What was recorded under the old key is not found by tablets that have only the new one."),
            )
        return (
            say("The record number stays on this tablet. A code made from it is sent with each visit."),
            say("The key never goes to the server. Without it the code says nothing."),
            say("Make it on one tablet only, and show it to the others."),
        )
