"""Connect the tablet to the coordinator's server: with the text of a QR code, or with an address and a one-time code.

QR code ──▶ its text, pasted ──▶ address and code stand in their fields, to be looked at ──▶ Connect
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.sync_status import SyncStatus
from mobile_app.presenters.wording import in_words, say
from shared.errors import HandwiseError
from shared.sync.enrolment_link import SCHEME, read_enrolment_link


@dataclass(frozen=True, slots=True)
class ConnectView:
    """What was pasted, address and code as typed, and an error line under what caused it."""

    app_bar: AppBarView
    title: str
    hint: str
    pasted_label: str
    pasted_hint: str
    pasted: str
    or_typed: str
    address_label: str
    address: str
    code_label: str
    code: str
    button: str
    can_go_on: bool
    error: str


class ConnectPresenter:
    """What a finger can do on the connect screen."""

    def __init__(self, sync: SyncStatus, show: Callable[[ConnectView], None], go: Callable[[Way], None]) -> None:
        self._sync = sync
        self._show = show
        self._go = go
        self._pasted = ""
        self._address = ""
        self._code = ""

    def open(self) -> None:
        self._draw()

    def paste(self, text: str) -> None:
        """Take the text of a QR code, from the clipboard or a camera."""
        self._pasted = text
        link = read_enrolment_link(text)
        if link is None:
            self._draw(say("This is not the text of an enrolment code. Copy all of it.") if text.strip() else "")
        else:
            self._address, self._code = link
            self._draw()

    def type_address(self, text: str) -> None:
        if text.strip().startswith(f"{SCHEME}:"):
            # The whole text of a QR code was pasted here.
            self.paste(text)
        else:
            self._address = text.strip()
            self._draw()

    def type_code(self, text: str) -> None:
        self._code = text.strip()
        self._draw()

    def connect(self) -> None:
        if not self._can_go_on():
            return
        try:
            self._sync.enrol(self._address, self._code)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._forget()
        self._go(Way.ON)
        self._sync.start()

    def back(self) -> None:
        self._forget()
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _forget(self) -> None:
        # The address stays: it is the same for every tablet, and a code works once.
        self._pasted = self._code = ""

    def _can_go_on(self) -> bool:
        return bool(self._address and self._code)

    def _draw(self, error: str = "") -> None:
        self._show(
            ConnectView(
                app_bar=AppBarView(say("Connect"), say("To the coordinator's server"), "", self._sync.chip()),
                title=say("Connect this tablet"),
                hint=say("The coordinator gives you a QR code, or an address and a code. Each code works once."),
                pasted_label=say("Text of the QR code"),
                pasted_hint=say("paste it here"),
                pasted=self._pasted,
                or_typed=say("Or type both"),
                address_label=say("Address of the server"),
                address=self._address,
                code_label=say("Code"),
                code=self._code,
                button=say("Connect"),
                can_go_on=self._can_go_on(),
                error=error,
            )
        )
