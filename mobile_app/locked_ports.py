"""What the locked tablet needs from the outside world: the part of `ports/` that stands before the PIN.

Somebody waits for the unlock screen, so this module imports nothing of cases, sync or reasoning. What
comes after the PIN stands in `ports/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.errors import InvalidInput
from shared.sentence import sentence

MIN_PIN_DIGITS = 6
MAX_PIN_CHARACTERS = 64


def expect_good_pin(pin: str) -> None:
    """Look at a PIN as soon as it is chosen, and again where it is kept.

    Raises:
        InvalidInput: it is too short, or a row that anybody would try first.
    """
    if not pin.isascii() or not MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_CHARACTERS:
        raise InvalidInput(
            "pin",
            f"must have at least {MIN_PIN_DIGITS} digits",
            sentence("The PIN must have at least {least} digits.", least=MIN_PIN_DIGITS),
        )
    steps = {ord(after) - ord(before) for before, after in zip(pin, pin[1:], strict=False)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise InvalidInput(
            "pin",
            "must not be a row such as 123456 or 111111",
            sentence("The PIN must not be a row such as 123456 or 111111."),
        )


class Clock(Protocol):
    """The tablet's wall clock. It may be wrong."""

    def now(self) -> datetime:
        """Return the local time with its time zone."""
        ...


class Stopwatch(Protocol):
    """Time that nobody can set: what passes while the tablet waits for the next try of a PIN."""

    def elapsed(self) -> float:
        """Return the seconds since the device started, sleep included."""
        ...

    def boot(self) -> str:
        """Return a name of this start of the device; another one after each restart."""
        ...


class DeviceSecretStore(Protocol):
    """32 bytes that only this tablet has. Without them no PIN opens the store, wherever its files were copied."""

    def load(self) -> bytes | None:
        """Return the secret, or None if there is none yet."""
        ...

    def create(self) -> bytes:
        """Make a new random secret, durably, and return it."""
        ...


@dataclass(frozen=True, slots=True)
class UserAccount:
    """Someone who may unlock this tablet. Shown before unlocking, so it holds no patient data."""

    user_id: str
    name: str
    role: str


DIGITS = ("western", "arabic_indic")
"""How the digits of running text are written. What is typed or measured is always Western."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the tablet speaks and looks, unlocked or not. `language` is a code such as "en"."""

    language: str = "en"
    is_large: bool = False
    less_motion: bool = False
    digits: str = DIGITS[0]


class PreferencesStore(Protocol):
    """Where the preferences stand: outside the encrypted file, because they are needed before it opens."""

    def read(self) -> Preferences:
        """Return them; the defaults where there are none or they are damaged. Never raises."""
        ...

    def keep(self, preferences: Preferences) -> None:
        """Write them down, durably before returning.

        Raises:
            StoreFull, StoreUnusable: those before are still there.
        """
        ...


LOCK_TIMES_S = (30, 60, 120, 300, 600)
"""After how many seconds without a touch a tablet can lock by itself."""


@dataclass(frozen=True, slots=True)
class BackupPlace:
    """A folder where a backup can be written. `is_removable`: a stick or card, which can be kept elsewhere.

    `others_see_names`: what lies there can be listed by other apps, or by whoever plugs it in.
    """

    folder: str
    name: str
    is_removable: bool
    others_see_names: bool = False


class BackupPlaces(Protocol):
    """Where this device can write a backup."""

    def places(self) -> Sequence[BackupPlace]:
        """Return them, sticks first."""
        ...


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was written and checked. `size` in bytes; the name says when, and nothing of a patient."""

    name: str
    folder: str
    made_at: datetime
    cases: int
    size: int


@dataclass(frozen=True, slots=True)
class FoundBackup:
    """A file that looks like a backup by its name; it is checked when it is chosen."""

    file: str
    name: str
    folder: str
