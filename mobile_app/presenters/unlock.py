"""Who is using the tablet, and the PIN. Before unlocking nothing from the encrypted store is shown.

The language and the size of the text can be changed here, too: who cannot read the screen cannot unlock the tablet.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile_app.locked_ports import UserAccount
from mobile_app.navigation import Way
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.pin_pad import PIN_LENGTH, PinPad, TypesPin
from mobile_app.presenters.roles import role_in_words
from mobile_app.presenters.wording import count_of, in_words, say
from shared.errors import HandwiseError, StoreDamaged, WrongPin
from shared.sentence import Sentence, sentence

if TYPE_CHECKING:
    from mobile_app.ports.store import CaseStore
    from mobile_app.ports.vault import Vault


_WRONG = sentence("Wrong PIN.")


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
    """Tiles at the start, PIN pad at the end. `is_pad_on` is false while a wrong PIN's delay runs.

    While a language is chosen, `languages` stand in the place of the tiles; otherwise there are none.
    """

    title: str
    question: str
    tiles: tuple[UserTileView, ...]
    chosen: UserTileView | None
    prompt: str
    rings_filled: int
    rings_total: int
    is_pad_on: bool
    can_unlock: bool
    clear_key: str
    unlock_button: str
    error: str
    note: str
    disclaimer: str
    languages: tuple[ChoiceView, ...]
    language_button: str
    size_button: str
    forgotten_button: str


@dataclass(frozen=True, slots=True)
class _Look:
    """What the vault says without a PIN: its users and the wait, or why it cannot be read."""

    users: tuple[UserAccount, ...] = ()
    wait_s: int = 0
    fault: str = ""

    @property
    def is_pad_on(self) -> bool:
        return not self.wait_s and not self.fault


class UnlockPresenter(TypesPin):
    """What a finger can do on the unlock screen. `tick` is called once a second while the pad is off."""

    def __init__(
        self,
        vault: Vault,
        manner: Manner,
        show: Callable[[UnlockView], None],
        opened: Callable[[CaseStore], None],
        go: Callable[[Way], None],
    ) -> None:
        self._vault = vault
        self._manner = manner
        self._show = show
        self._opened = opened
        self._go = go
        self._is_choosing_language = False
        self._pad = PinPad()
        self._chosen = ""
        self._error: Sentence | None = None
        """Kept apart from its words: the language may be changed under it."""
        self._is_waiting = False
        self._is_damaged = False
        """The PIN was right, and the file behind it cannot be opened."""

    def open(self) -> None:
        self._pad = PinPad()
        self._error = None
        self._is_damaged = False
        self._is_choosing_language = False
        users = self._look().users
        if self._chosen not in {user.user_id for user in users}:
            self._chosen = users[0].user_id if users else ""
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def choose_user(self, user_id: str) -> None:
        self._chosen = user_id
        self._pad = PinPad()
        self._error = None
        self._draw()

    def press(self, digit: str) -> None:
        if self._is_pad_on():
            self._error = None
        super().press(digit)

    def unlock(self) -> None:
        if not self._pad.is_complete or not self._look().is_pad_on:
            return
        pin = self._pad.digits
        self._pad = PinPad()
        try:
            self._opened(self._vault.unlock(self._chosen, pin))
        except WrongPin:
            # The seconds left are counted down by `tick`, so the sentence is made anew each time.
            self._error = _WRONG
            self._draw()
        except HandwiseError as error:
            self._is_damaged = isinstance(error, StoreDamaged)
            self._error = error.sentence
            self._draw()

    def tick(self) -> None:
        """Count down while the pad is off; otherwise nothing changes by itself, and nothing is read from the disk."""
        if self._is_waiting:
            self._draw()

    def forgotten(self) -> None:
        """Go where the PIN is not needed: to the recovery code, or to a backup where that cannot help either."""
        self._go(self._way_out(self._look())[0])

    def _pin_pad(self) -> PinPad:
        return self._pad

    def _is_pad_on(self) -> bool:
        return self._look().is_pad_on

    def _way_out(self, look: _Look) -> tuple[Way, str]:
        if not look.users or self._is_damaged:
            return Way.RESTORE, say("Restore a backup")
        return Way.FORGOTTEN_PIN, say("Forgotten PIN")

    def press_language(self) -> None:
        """Show the languages, or the users again."""
        self._is_choosing_language = not self._is_choosing_language
        self._draw()

    def choose_language(self, code: str) -> None:
        self._is_choosing_language = False
        self._draw(self._manner.speak(code))

    def press_size(self) -> None:
        """Write larger, or as usual."""
        self._draw(self._manner.write(is_large=not self._manner.now.is_large))

    def _look(self) -> _Look:
        """Look at the vault. One that cannot be read is a sentence on this screen, also while time passes."""
        try:
            users = self._vault.users()
            wait_s = self._vault.seconds_until_next_try(self._chosen) if self._chosen else 0
        except HandwiseError as fault:
            return _Look(fault=in_words(fault))
        return _Look(tuple(users), wait_s)

    def _draw(self, not_kept: str = "") -> None:
        look = self._look()
        self._is_waiting = not look.is_pad_on
        tiles = tuple(_tile(user, user.user_id == self._chosen) for user in look.users)
        said = self._error or (_WRONG if look.wait_s else None)
        error = not_kept or look.fault or (in_words(said) if said else "")
        if look.wait_s:
            error = " ".join((error, next_try_in_words(look.wait_s)))
        self._show(
            UnlockView(
                title="Handwise",
                question=say("Which language?") if self._is_choosing_language else say("Who is using the tablet?"),
                tiles=tiles,
                chosen=next((tile for tile in tiles if tile.is_chosen), None),
                prompt=say("Enter your PIN"),
                rings_filled=self._pad.filled,
                rings_total=PIN_LENGTH,
                is_pad_on=look.is_pad_on,
                can_unlock=self._pad.is_complete and look.is_pad_on,
                clear_key=say("Clear"),
                unlock_button=say("Unlock"),
                error=error,
                note=say("Everything on this tablet is encrypted. Nothing is lost while it is locked."),
                disclaimer=say("Supports a clinician's judgement; does not make a diagnosis."),
                languages=self._manner.languages() if self._is_choosing_language else (),
                language_button=self._manner.language_name,
                size_button=say("Normal text") if self._manner.now.is_large else say("Larger text"),
                forgotten_button=self._way_out(look)[1],
            )
        )


def next_try_in_words(wait_s: int) -> str:
    """Return when a PIN can be tried again, counted down."""
    if wait_s < 120:
        return count_of(wait_s, "Next try in {count} second.", "Next try in {count} seconds.")
    return say("Next try in {count} minutes.", count=math.ceil(wait_s / 60))


def _tile(user: UserAccount, is_chosen: bool) -> UserTileView:
    return UserTileView(user.user_id, user.name, role_in_words(user.role), initials_of(user.name), is_chosen)


def initials_of(name: str) -> str:
    """Return one or two letters for the disc of a tile: "Nurse 1" is N1, "Dr A" is A."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in ("dr", "sr")]
    return "".join(word[0] for word in words[:2]).upper() if words else name[:1].upper()
