"""The flow of the app as a map: on which screen, which way taken, leads to which screen. No widgets, no state.

     set up | unlock ─▶ home ─▶ new case ─▶ danger signs ─▶ question | measurement ─▶ result ─▶ plan ─▶ what is sent
                         │                        └─▶ emergency ─┘                                          │
                         ├─▶ case ─▶ danger signs (a follow-up visit) ...     case ◀────────────────────────┘
                         ├─▶ what new knowledge judges differently ─▶ case
                         └─▶ search ─▶ case | a draft, where it stopped

`question` and `measurement` are one step to the clinician: which of the two comes is decided by what is asked next.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Screen(StrEnum):
    """A screen by name. Presenters, screens and pictures carry the same names."""

    SET_UP = "set_up"
    UNLOCK = "unlock"
    HOME = "home"
    CONNECT = "connect"
    NEW_CASE = "new_case"
    DANGER_SIGNS = "danger_signs"
    QUESTION = "question"
    MEASUREMENT = "measurement"
    RESULT = "result"
    EMERGENCY = "emergency"
    PLAN = "plan"
    CASE = "case"
    OUTCOME = "outcome"
    SENT_PREVIEW = "sent_preview"
    KNOWLEDGE_CHANGES = "knowledge_changes"
    SEARCH = "search"
    SETTINGS = "settings"
    USERS = "users"
    ABOUT = "about"
    PHOTO = "photo"
    ADD_PHOTO = "add_photo"
    WITHDRAW = "withdraw"
    REPLY = "reply"
    LETTER = "letter"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    CARRY = "carry"
    CLINIC_KEY = "clinic_key"
    BACKUP = "backup"
    RESTORE = "restore"
    RECOVERY_CODE = "recovery_code"
    FORGOTTEN_PIN = "forgotten_pin"


class Way(StrEnum):
    """A way off a screen, named by what the clinician wants."""

    BACK = "back"
    ON = "on"
    LOCK = "lock"
    HOME = "home"
    NEW_CASE = "new_case"
    CONNECT = "connect"
    CASE = "case"
    DANGER_SIGNS = "danger_signs"
    QUESTION = "question"
    MEASUREMENT = "measurement"
    RESULT = "result"
    EMERGENCY = "emergency"
    PLAN = "plan"
    OUTCOME = "outcome"
    SENT_PREVIEW = "sent_preview"
    KNOWLEDGE_CHANGES = "knowledge_changes"
    SEARCH = "search"
    SETTINGS = "settings"
    USERS = "users"
    ABOUT = "about"
    PHOTO = "photo"
    ADD_PHOTO = "add_photo"
    WITHDRAW = "withdraw"
    REPLY = "reply"
    LETTER = "letter"
    HAND_OVER = "hand_over"
    RECEIVE = "receive"
    CARRY = "carry"
    CLINIC_KEY = "clinic_key"
    BACKUP = "backup"
    RESTORE = "restore"
    RECOVERY_CODE = "recovery_code"
    FORGOTTEN_PIN = "forgotten_pin"


_WHERE_A_DRAFT_STOPPED: Mapping[Way, Screen] = {
    Way.DANGER_SIGNS: Screen.DANGER_SIGNS,
    Way.QUESTION: Screen.QUESTION,
    Way.MEASUREMENT: Screen.MEASUREMENT,
    Way.RESULT: Screen.RESULT,
    Way.PLAN: Screen.PLAN,
    Way.EMERGENCY: Screen.EMERGENCY,
    Way.OUTCOME: Screen.OUTCOME,
}

_PAPERS: Mapping[Way, Screen] = {Way.LETTER: Screen.LETTER, Way.HAND_OVER: Screen.HAND_OVER}
"""From wherever a case is told to somebody else: on paper, or to another tablet."""

_WHERE_PAPERS_WERE_ASKED_FOR: Mapping[Way, Screen] = {
    Way.CASE: Screen.CASE,
    Way.RESULT: Screen.RESULT,
    Way.PLAN: Screen.PLAN,
    Way.EMERGENCY: Screen.EMERGENCY,
}

FLOW: Mapping[Screen, Mapping[Way, Screen]] = {
    Screen.SET_UP: {Way.ON: Screen.RECOVERY_CODE, Way.RESTORE: Screen.RESTORE},
    Screen.UNLOCK: {Way.ON: Screen.HOME, Way.FORGOTTEN_PIN: Screen.FORGOTTEN_PIN, Way.RESTORE: Screen.RESTORE},
    Screen.FORGOTTEN_PIN: {Way.ON: Screen.HOME, Way.BACK: Screen.UNLOCK},
    # On a new tablet back leads to set-up: the flow sees to that.
    Screen.RESTORE: {Way.ON: Screen.HOME, Way.BACK: Screen.UNLOCK},
    Screen.RECOVERY_CODE: {Way.BACK: Screen.BACKUP, Way.CONNECT: Screen.CONNECT},
    Screen.BACKUP: {Way.BACK: Screen.SETTINGS, Way.RECOVERY_CODE: Screen.RECOVERY_CODE},
    Screen.HOME: {
        Way.NEW_CASE: Screen.NEW_CASE,
        Way.CASE: Screen.CASE,
        Way.CONNECT: Screen.CONNECT,
        Way.KNOWLEDGE_CHANGES: Screen.KNOWLEDGE_CHANGES,
        Way.SEARCH: Screen.SEARCH,
        Way.SETTINGS: Screen.SETTINGS,
        Way.BACKUP: Screen.BACKUP,
        Way.RECEIVE: Screen.RECEIVE,
        Way.CARRY: Screen.CARRY,
        # What will be sent is seen before anything is sent for the first time.
        Way.SENT_PREVIEW: Screen.SENT_PREVIEW,
        **_WHERE_A_DRAFT_STOPPED,
    },
    Screen.CONNECT: {Way.BACK: Screen.HOME, Way.ON: Screen.HOME, Way.SENT_PREVIEW: Screen.SENT_PREVIEW},
    Screen.SETTINGS: {
        Way.BACK: Screen.HOME,
        Way.CONNECT: Screen.CONNECT,
        Way.SENT_PREVIEW: Screen.SENT_PREVIEW,
        Way.USERS: Screen.USERS,
        Way.BACKUP: Screen.BACKUP,
        Way.CARRY: Screen.CARRY,
        Way.CLINIC_KEY: Screen.CLINIC_KEY,
        Way.ABOUT: Screen.ABOUT,
    },
    Screen.USERS: {Way.BACK: Screen.SETTINGS},
    Screen.CARRY: {Way.BACK: Screen.SETTINGS},
    Screen.CLINIC_KEY: {Way.BACK: Screen.SETTINGS, Way.RECEIVE: Screen.RECEIVE},
    Screen.ABOUT: {Way.BACK: Screen.SETTINGS},
    # A record number that is known leads to its case.
    Screen.NEW_CASE: {Way.BACK: Screen.HOME, Way.ON: Screen.DANGER_SIGNS, Way.CASE: Screen.CASE},
    Screen.DANGER_SIGNS: {
        Way.BACK: Screen.NEW_CASE,
        Way.CASE: Screen.CASE,
        Way.EMERGENCY: Screen.EMERGENCY,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.RESULT: Screen.RESULT,
    },
    Screen.QUESTION: {
        Way.DANGER_SIGNS: Screen.DANGER_SIGNS,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.RESULT: Screen.RESULT,
        Way.EMERGENCY: Screen.EMERGENCY,
        Way.CASE: Screen.CASE,
    },
    Screen.MEASUREMENT: {
        Way.DANGER_SIGNS: Screen.DANGER_SIGNS,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.RESULT: Screen.RESULT,
        Way.EMERGENCY: Screen.EMERGENCY,
        Way.CASE: Screen.CASE,
    },
    Screen.EMERGENCY: {
        Way.BACK: Screen.DANGER_SIGNS,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.RESULT: Screen.RESULT,
        Way.PLAN: Screen.PLAN,
        **_PAPERS,
    },
    Screen.RESULT: {
        Way.BACK: Screen.DANGER_SIGNS,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.EMERGENCY: Screen.EMERGENCY,
        Way.PLAN: Screen.PLAN,
        **_PAPERS,
    },
    Screen.PLAN: {
        Way.RESULT: Screen.RESULT,
        Way.QUESTION: Screen.QUESTION,
        Way.MEASUREMENT: Screen.MEASUREMENT,
        Way.SENT_PREVIEW: Screen.SENT_PREVIEW,
        **_PAPERS,
    },
    Screen.LETTER: _WHERE_PAPERS_WERE_ASKED_FOR,
    Screen.HAND_OVER: _WHERE_PAPERS_WERE_ASKED_FOR,
    Screen.RECEIVE: {Way.BACK: Screen.HOME, Way.CASE: Screen.CASE, Way.CLINIC_KEY: Screen.CLINIC_KEY},
    Screen.SENT_PREVIEW: {Way.BACK: Screen.CASE},
    Screen.SEARCH: {
        Way.BACK: Screen.HOME,
        Way.CASE: Screen.CASE,
        **_WHERE_A_DRAFT_STOPPED,
        Way.NEW_CASE: Screen.NEW_CASE,
    },
    Screen.KNOWLEDGE_CHANGES: {Way.BACK: Screen.HOME, Way.CASE: Screen.CASE},
    Screen.CASE: {
        Way.BACK: Screen.HOME,
        Way.KNOWLEDGE_CHANGES: Screen.KNOWLEDGE_CHANGES,
        Way.SEARCH: Screen.SEARCH,
        Way.SENT_PREVIEW: Screen.SENT_PREVIEW,
        Way.PHOTO: Screen.PHOTO,
        Way.ADD_PHOTO: Screen.ADD_PHOTO,
        Way.WITHDRAW: Screen.WITHDRAW,
        Way.REPLY: Screen.REPLY,
        # Another case of the same child.
        Way.CASE: Screen.CASE,
        **_PAPERS,
        # A follow-up begins at the danger signs or goes on where it stopped; an answer is corrected where it was asked.
        **_WHERE_A_DRAFT_STOPPED,
    },
    Screen.OUTCOME: {Way.BACK: Screen.CASE, Way.SENT_PREVIEW: Screen.SENT_PREVIEW},
    # What will be sent is shown after the answer is saved, as after every entry.
    Screen.REPLY: {Way.CASE: Screen.CASE, Way.SENT_PREVIEW: Screen.SENT_PREVIEW},
    Screen.PHOTO: {Way.CASE: Screen.CASE},
    Screen.ADD_PHOTO: {Way.CASE: Screen.CASE},
    # A withdrawn case is no longer there to go back to; home is.
    Screen.WITHDRAW: {Way.CASE: Screen.CASE},
}
"""Every way that a screen offers. Beside these, each unlocked screen can be locked, and left for home."""

LOCKED_SCREENS = frozenset({Screen.SET_UP, Screen.UNLOCK, Screen.FORGOTTEN_PIN, Screen.RESTORE})


def next_screen(screen: Screen, way: Way) -> Screen:
    """Return where `way` leads from `screen`.

    Raises:
        KeyError: the screen has no such way; a mistake of ours, never of a finger.
    """
    if screen not in LOCKED_SCREENS:
        if way is Way.LOCK:
            return Screen.UNLOCK
        if way is Way.HOME:
            return Screen.HOME
    return FLOW[screen][way]
