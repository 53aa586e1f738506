"""Withdrawing a case: why, and exactly what happens here, on other tablets and on the server. Then one act.

Nothing asks "Are you sure?": the reason is chosen first, and the button says what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.records import SyncState
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.on_a_case import OnACase
from mobile_app.presenters.wording import in_words, phrase, say
from shared.case.entry import EntryKind
from shared.case.fold import fold
from shared.case.short_code import short_code
from shared.errors import HandwiseError

REASONS = {
    "entered_in_error": phrase("It was entered in error"),
    "consent": phrase("The family withdraws consent"),
}


@dataclass(frozen=True, slots=True)
class WithdrawView:
    """`happens` and `stays` are single sentences; the act can be done once a reason is chosen."""

    app_bar: AppBarView
    title: str
    reason_label: str
    reasons: tuple[ChoiceView, ...]
    happens_title: str
    happens: tuple[str, ...]
    stays_title: str
    stays: tuple[str, ...]
    back_button: str
    act_button: str
    can_act: bool
    error: str


class WithdrawPresenter(OnACase):
    """What a finger can do here. `act` erases, and leads home: there is no case any more to go back to."""

    def __init__(self, desk: Desk, show: Callable[[WithdrawView], None], go: Callable[[Way], None]) -> None:
        super().__init__(desk, go)
        self._show = show
        self._reason = ""

    def open(self) -> None:
        self._reason = ""
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def choose_reason(self, reason: str) -> None:
        if reason in REASONS:
            self._reason = reason
            self._draw()

    def act(self) -> None:
        """Withdraw the case and erase its content, in one step on the disk."""
        if not self._reason:
            return
        try:
            self._desk.store.record(self._case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": self._reason})
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._desk.case_id = None
        self._desk.saved_entry = None
        self._go(Way.HOME)

    def _draw(self, error: str = "") -> None:
        self._show(
            WithdrawView(
                app_bar=self._case_bar(fold(self._desk.store.log(self._case_id)).agreed),
                title=say("Withdraw this case"),
                reason_label=say("Why?"),
                reasons=tuple(
                    ChoiceView(reason, say(word), reason == self._reason) for reason, word in REASONS.items()
                ),
                happens_title=say("What is erased"),
                happens=self._happens(),
                stays_title=say("What stays"),
                stays=self._stays(),
                back_button=say("Case"),
                act_button=say("Withdraw and erase case {code}", code=short_code(self._case_id)),
                can_act=bool(self._reason),
                error=error,
            )
        )

    def _was_sent(self) -> bool:
        return any(row.sync_state is SyncState.SENT for row in self._desk.store.timeline(self._case_id))

    def _happens(self) -> tuple[str, ...]:
        lines = [say("This tablet, now: all answers, photos, name, record number and drafts.")]
        if self._was_sent():
            lines += [
                say("The server: the content, when this tablet syncs next."),
                say("Other tablets: the content, when they sync after that."),
            ]
        elif self._desk.store.sync_overview().is_enrolled:
            lines.append(say("Nothing of it has been confirmed as sent. What waits goes without its content."))
        else:
            lines.append(say("Nothing of it has left this tablet."))
        return (*lines, say("It cannot be brought back."))

    def _stays(self) -> tuple[str, ...]:
        lines = [say("That there was a case, and why it was withdrawn.")]
        if self._was_sent():
            lines.append(say("Proof of what was sent: its coded form, without a name, encrypted and shown nowhere."))
        lines.append(say("Papers that were saved or printed stay. Delete them yourself."))
        return (*lines, say("Backups made before still hold it. Make a new one and delete the old."))
