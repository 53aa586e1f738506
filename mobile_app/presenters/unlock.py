"""Who is using the tablet, and the PIN. Before unlocking nothing from the encrypted store is shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.ports import CaseStore, UserAccount, Vault
from mobile_app.presenters.pin_pad import PIN_LENGTH, PinPad
from mobile_app.presenters.wording import count_of, say
from shared.errors import HandwiseError, WrongPin


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


@dataclass(frozen=True, slots=True)
class _Look:
    """What the vault says without a PIN: its users and the wait, or why it cannot be read."""

    users: tuple[UserAccount, ...] = ()
    wait_s: int = 0
    fault: str = ""

    @property
    def is_pad_on(self) -> bool:
        return not self.wait_s and not self.fault


class UnlockPresenter:
    """What a finger can do on the unlock screen. `tick` is called once a second while the pad is off."""

    def __init__(self, vault: Vault, show: Callable[[UnlockView], None], opened: Callable[[CaseStore], None]) -> None:
        self._vault = vault
        self._show = show
        self._opened = opened
        self._pad = PinPad()
        self._chosen = ""
        self._error = ""

    def open(self) -> None:
        self._pad = PinPad()
        self._error = ""
        users = self._look().users
        if self._chosen not in {user.user_id for user in users}:
            self._chosen = users[0].user_id if users else ""
        self._draw()

    def choose_user(self, user_id: str) -> None:
        self._chosen = user_id
        self._pad = PinPad()
        self._error = ""
        self._draw()

    def press(self, digit: str) -> None:
        if self._look().is_pad_on:
            self._error = ""
            self._pad.press(digit)
        self._draw()

    def delete(self) -> None:
        self._pad.delete()
        self._draw()

    def clear(self) -> None:
        self._pad.clear()
        self._draw()

    def unlock(self) -> None:
        if not self._pad.is_complete or not self._look().is_pad_on:
            return
        pin = self._pad.digits
        self._pad = PinPad()
        try:
            self._opened(self._vault.unlock(self._chosen, pin))
        except WrongPin:
            # The seconds left are counted down by `tick`, so the sentence is made anew each time.
            self._error = "Wrong PIN."
            self._draw()
        except HandwiseError as error:
            self._error = str(error)
            self._draw()

    def tick(self) -> None:
        self._draw()

    def _look(self) -> _Look:
        """Look at the vault. One that cannot be read is a sentence on this screen, also while time passes."""
        try:
            users = self._vault.users()
            wait_s = self._vault.seconds_until_next_try(self._chosen) if self._chosen else 0
        except HandwiseError as fault:
            return _Look(fault=str(fault))
        return _Look(tuple(users), wait_s)

    def _draw(self) -> None:
        look = self._look()
        tiles = tuple(_tile(user, user.user_id == self._chosen) for user in look.users)
        error = look.fault or self._error
        if look.wait_s:
            error = say("{error} {after}", error=error or "Wrong PIN.", after=_next_try(look.wait_s))
        self._show(
            UnlockView(
                title="Handwise",
                question="Who is using the tablet?",
                tiles=tiles,
                chosen=next((tile for tile in tiles if tile.is_chosen), None),
                prompt="Enter your PIN",
                rings_filled=self._pad.filled,
                rings_total=PIN_LENGTH,
                is_pad_on=look.is_pad_on,
                can_unlock=self._pad.is_complete and look.is_pad_on,
                error=error,
                note="Everything on this tablet is encrypted. Nothing is lost while it is locked.",
                disclaimer="Supports a clinician's judgement; does not make a diagnosis.",
            )
        )


def _next_try(wait_s: int) -> str:
    if wait_s < 120:
        return count_of(wait_s, "Next try in {count} second.", "Next try in {count} seconds.")
    return say("Next try in {count} minutes.", count=math.ceil(wait_s / 60))


def _tile(user: UserAccount, is_chosen: bool) -> UserTileView:
    return UserTileView(user.user_id, user.name, user.role, initials_of(user.name), is_chosen)


def initials_of(name: str) -> str:
    """Return one or two letters for the disc of a tile: "Nurse 1" is N1, "Dr A" is A."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in ("dr", "sr")]
    return "".join(word[0] for word in words[:2]).upper() if words else name[:1].upper()
