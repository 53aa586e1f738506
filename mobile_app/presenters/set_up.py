"""First start: who uses this tablet, and a PIN typed twice. It makes the encrypted store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import ChoiceView


@dataclass(frozen=True, slots=True)
class SetUpView:
    """`step` is `who`, `pin` or `repeat`; the PIN pad belongs to the last two."""

    step: str
    title: str
    hint: str
    name: str
    roles: tuple[ChoiceView, ...]
    rings_filled: int
    rings_total: int
    button: str
    can_go_on: bool
    can_go_back: bool
    notes: tuple[str, ...]
    error: str


class SetUpPresenter:
    """What a finger can do on the set-up screen."""

    def __init__(self, show: Callable[[SetUpView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def type_name(self, text: str) -> None: ...

    def choose_role(self, role: str) -> None: ...

    def press(self, digit: str) -> None: ...

    def delete(self) -> None: ...

    def clear(self) -> None: ...

    def go_on(self) -> None: ...

    def back(self) -> None: ...
