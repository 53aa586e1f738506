"""Connect the tablet to the coordinator's server, with a QR code or with an address and a one-time code.

A code is held before the camera, its text is pasted, or a picture of it is read; address and code then stand in their
fields, to be seen before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.paper import CodePictures
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.scanning import Scanning, ScanView
from mobile_app.presenters.sync_status import SyncStatus
from mobile_app.presenters.wording import in_words, say
from shared.errors import HandwiseError, ServerUnreachable
from shared.sync.enrolment_link import SCHEME, read_enrolment_link


@dataclass(frozen=True, slots=True)
class ConnectView:
    """What was pasted, address and code as typed, and an error line under what caused it."""

    app_bar: AppBarView
    title: str
    hint: str
    scan: ScanView
    pasted_label: str
    pasted_hint: str
    pasted: str
    read_button: str
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

    def __init__(
        self,
        sync: SyncStatus,
        pictures: CodePictures | None,
        show: Callable[[ConnectView], None],
        go: Callable[[Way], None],
        lays_out_first_sending: Callable[[], bool] = lambda: False,
    ) -> None:
        self._sync = sync
        self._lays_out_first_sending = lays_out_first_sending
        self._pictures = pictures
        self._show = show
        self._go = go
        self._pasted = ""
        self._address = ""
        self._code = ""
        self._has_taken = False
        self._scan = Scanning(pictures)

    def open(self) -> None:
        self._draw()

    def paste(self, text: str) -> None:
        """Take the text of a QR code, or the name of a picture of it; `read_picture` uses the latter."""
        self._pasted = text
        self._take((text,))
        is_silent = not text.strip() or self._has_taken or self._can_read()
        self._draw("" if is_silent else say("This is not the text of an enrolment code. Copy all of it."))

    def use_camera(self) -> None:
        """Open the camera, or close it."""
        self._scan.turn()
        self._draw()

    def see(self, texts: Sequence[str]) -> None:
        """Take what the camera reads; an enrolment code closes it."""
        fresh = self._scan.news(texts)
        if not fresh:
            return
        self._take(fresh)
        if self._has_taken:
            self._pasted = ""
            self._scan.end()
        self._draw("" if self._has_taken else say("This is another code. Show the one of the coordinator."))

    def camera_failed(self, fault: str) -> None:
        """The camera shows nothing; `fault` says why."""
        self._scan.fail(fault)
        self._draw()

    def read_picture(self) -> None:
        """Read the code in the picture that was named."""
        if self._pictures is None or not self._can_read():
            return
        try:
            self._take(self._pictures.read(self._pasted.strip()))
        except HandwiseError as error:
            self._draw(in_words(error))
        else:
            self._draw("" if self._has_taken else say("There is no enrolment code in this picture."))

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
        except ServerUnreachable:
            # Of a server that was never reached, the address is the first thing to doubt.
            self._draw(say("No answer at this address. Check the address and the network, then try again."))
            return
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._forget()
        if self._lays_out_first_sending():
            self._go(Way.SENT_PREVIEW)
        else:
            self._go(Way.ON)
            self._sync.start()

    def back(self) -> None:
        """Close the camera, or leave."""
        if self._scan.is_on:
            self.use_camera()
            return
        self._forget()
        self._go(Way.BACK)

    def lock(self) -> None:
        self._scan.end()
        self._go(Way.LOCK)

    def _take(self, texts: Sequence[str]) -> None:
        """Put address and code of the first enrolment code into their fields."""
        links = [link for link in map(read_enrolment_link, texts) if link is not None]
        self._has_taken = bool(links)
        if links:
            self._address, self._code = links[0]

    def _reads_pictures(self) -> bool:
        return self._pictures is not None and self._pictures.can_read_pictures

    def _can_read(self) -> bool:
        """Tell whether what stands in the field may name a picture. A part of a code's text is none."""
        typed = self._pasted.strip()
        return self._reads_pictures() and bool(typed) and not self._has_taken and not typed.startswith(f"{SCHEME}:")

    def _forget(self) -> None:
        # The address stays: it is the same for every tablet, and a code works once.
        self._pasted = self._code = ""
        self._has_taken = False
        self._scan.end()

    def _can_go_on(self) -> bool:
        return bool(self._address and self._code)

    def _draw(self, error: str = "") -> None:
        self._show(
            ConnectView(
                app_bar=AppBarView(say("Connect"), say("To the coordinator's server"), "", self._sync.chip()),
                title=say("Connect this tablet"),
                hint=say("The coordinator gives you a QR code, or an address and a code. Each code works once."),
                scan=self._scan.view(),
                pasted_label=say("Text of the QR code, or the name of a picture of it")
                if self._reads_pictures()
                else say("Text of the QR code"),
                pasted_hint=say("paste it here"),
                pasted=self._pasted,
                read_button=say("Read picture") if self._can_read() else "",
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
