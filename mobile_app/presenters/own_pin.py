"""Who is at work types the own PIN once more, before something is shown that an unlocked tablet alone must not give."""

from __future__ import annotations

from mobile_app.ports.vault import Vault
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.pin_pad import PinPad
from mobile_app.presenters.steps import NoteView, StepView
from mobile_app.presenters.unlock import next_try_in_words
from mobile_app.presenters.wording import say


class OwnPin:
    """The pad, its delay after wrong PINs, and the step that shows it."""

    def __init__(self, desk: Desk, vault: Vault) -> None:
        self._desk = desk
        self._vault = vault
        self.pad = PinPad()

    @property
    def wait_s(self) -> int:
        """Return for how many seconds no PIN is taken."""
        return self._vault.seconds_until_next_try(self._desk.store.user.user_id)

    @property
    def is_complete(self) -> bool:
        return self.pad.is_complete and not self.wait_s

    def confirm(self) -> None:
        """Check what was typed, and forget it.

        Raises:
            WrongPin, StoreUnusable: it is not the PIN of who is at work.
        """
        pin = self.pad.digits
        self.pad.clear()
        self._vault.confirm_pin(self._desk.store, pin)

    def step(self, hint: str, note: str, error: str = "") -> StepView:
        """Return the step: why it is asked, and what to know."""
        wait_s = self.wait_s
        if wait_s:
            error = " ".join((say("Wrong PIN."), next_try_in_words(wait_s)))
        return StepView(
            step="own",
            title=say("Enter your own PIN"),
            hint=hint,
            button=say("Go on"),
            can_go_on=self.is_complete,
            shows_pad=True,
            is_pad_on=not wait_s,
            rings_filled=self.pad.filled,
            clear_key=say("Clear"),
            notes=(NoteView("info", note),),
            error=error,
        )
