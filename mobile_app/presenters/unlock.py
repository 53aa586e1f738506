"""Who is using the tablet, and the PIN. Before unlocking nothing from the encrypted store is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UserTileView:
    """One user to choose."""

    user_id: str
    name: str
    role: str
    initials: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class UnlockView:
    """Tiles at the start, PIN pad at the end. `is_pad_on` is false while a wrong PIN's delay runs."""

    title: str
    question: str
    tiles: tuple[UserTileView, ...]
    chosen: UserTileView | None
    prompt: str
    rings_filled: int
    rings_total: int
    is_pad_on: bool
    can_unlock: bool
    error: str
    note: str
    disclaimer: str


class UnlockPresenter:
    """What a finger can do on the unlock screen. `tick` is called once a second while the pad is off."""

    def __init__(self, show: Callable[[UnlockView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def choose_user(self, user_id: str) -> None: ...

    def press(self, digit: str) -> None: ...

    def delete(self) -> None: ...

    def clear(self) -> None: ...

    def unlock(self) -> None: ...

    def tick(self) -> None: ...
