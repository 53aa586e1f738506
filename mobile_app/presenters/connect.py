"""Connect the tablet to the coordinator's server with a one-time code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView


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
    error: str


class ConnectPresenter:
    """What a finger can do on the connect screen."""

    def __init__(self, show: Callable[[ConnectView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def type_address(self, text: str) -> None: ...

    def type_code(self, text: str) -> None: ...

    def connect(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
