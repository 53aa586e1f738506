"""What stands round every screen: app bar, sync chip, badges. Frozen values that a widget draws as they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a colour, an icon and a word stand for together. The theme has one row for each."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    WITHIN_DAYS = "within_days"
    ROUTINE = "routine"
    DONE = "done"
    DIFFERS = "differs"
    MESSAGE = "message"


class SyncSign(StrEnum):
    """The icon and colour of the sync chip and bar."""

    ALL_SENT = "all_sent"
    SENDING = "sending"
    NO_CONNECTION = "no_connection"
    WAITING = "waiting"
    NOT_ACCEPTED = "not_accepted"
    REVOKED = "revoked"
    FAILED = "failed"
    NOT_CONNECTED = "not_connected"
    """This tablet has not been given to a server yet."""


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A word with a colour and a shape."""

    meaning: Meaning
    word: str


@dataclass(frozen=True, slots=True)
class SyncChipView:
    """The pill in every app bar; `short_words` where there is no room."""

    sign: SyncSign
    words: str
    short_words: str


@dataclass(frozen=True, slots=True)
class SyncBarView:
    """The bar at the foot of the home screen. `button` is empty where nothing can be done.

    `carry_button`: what waits can also go without a network; empty where that is not called for.

    `share` is how much of what waited has gone through, from 0 to 1; None while nothing is being sent.
    """

    sign: SyncSign
    headline: str
    sentence: str
    last_complete: str
    button: str
    is_running: bool
    share: float | None = None
    carry_button: str = ""


@dataclass(frozen=True, slots=True)
class AppBarView:
    """Title, one line under it, and whether everything typed so far is on disk ("Saved").

    `translation_note` stands at the foot of a screen whose clinical words nobody has reviewed in this language yet.
    """

    title: str
    under_title: str
    saved: str
    sync: SyncChipView | None = None
    translation_note: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One cell of a choice: what to say to the presenter, and what to show."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A label and its value, already in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Pills: answered, the one now, at least so many more, perhaps so many more. It never jumps back."""

    number: str
    answered: int
    at_least: int
    perhaps: int
    words: str
