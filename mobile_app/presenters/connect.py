"""Connect the tablet to the coordinator's server with a one-time code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.sync_status import SyncStatus
from shared.errors import HandwiseError


@dataclass(frozen=True, slots=True)
class ConnectView:
    """Address and code as typed, and an error line under what caused it."""

    app_bar: AppBarView
    title: str
    hint: str
    address_label: str
    address: str
    code_label: str
    code: str
    button: str
    can_go_on: bool
    is_busy: bool
    back_button: str
    error: str


class ConnectPresenter:
    """What a finger can do on the connect screen."""

    def __init__(self, sync: SyncStatus, show: Callable[[ConnectView], None], go: Callable[[Way], None]) -> None:
        self._sync = sync
        self._show = show
        self._go = go
        self._address = ""
        self._code = ""

    def open(self) -> None:
        self._code = ""
        self._draw()

    def type_address(self, text: str) -> None:
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
            self._draw(str(error))
            return
        self._code = ""
        self._go(Way.ON)
        self._sync.start()

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _can_go_on(self) -> bool:
        return bool(self._address and self._code)

    def _draw(self, error: str = "") -> None:
        self._show(
            ConnectView(
                app_bar=AppBarView("Connect", "To the coordinator's server", "", self._sync.chip()),
                title="Connect this tablet",
                hint="The coordinator gives you the address and a code that works once.",
                address_label="Address of the server",
                address=self._address,
                code_label="Code",
                code=self._code,
                button="Connect",
                can_go_on=self._can_go_on(),
                is_busy=False,
                back_button="Home",
                error=error,
            )
        )
