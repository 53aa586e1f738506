"""What the tablet keeps of a case: the draft, the recorded entry, the row in a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.case.entry import AnswerValue, CaseId, Conclusion, Entry, EntryId, EntryKind

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.sync.messages import Review


@dataclass(frozen=True, slots=True)
class LocalDetails:
    """What identifies people and therefore never leaves the tablet: kept with an entry or draft, encrypted."""

    record_number: str = ""
    patient_name: str = ""
    ward: str = ""
    note: str = ""
    birth_date: str = ""
    """Year, month and day as they were typed, joined by "-": "2026-2-12"; parts may be missing while it is typed."""
    places: str = ""
    """The places of each side, where `region` and `side` together cannot say it: "hand-left,foot-right"."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An act not yet saved as an entry. Every answer replaces it, durably; `step` says where the clinician stopped."""

    draft_id: str
    case_id: CaseId
    kind: EntryKind
    answers: Mapping[str, AnswerValue]
    parents: tuple[EntryId, ...]
    step: str
    local: LocalDetails = LocalDetails()
    updated_at: datetime | None = None


class SyncState(StrEnum):
    """Where a case's own entries are. `SENT` only on the server's word."""

    LOCAL = "local"
    WAITING = "waiting"
    SENT = "sent"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A row of the case list. `short_code` is four characters derived from the random case id."""

    case_id: CaseId
    short_code: str
    answers: Mapping[str, AnswerValue]
    conclusion: Conclusion | None
    disagreements: int
    sync_state: SyncState
    review: Review | None
    updated_at: datetime
    is_withdrawn: bool
    same_child: int = 0
    """How many cases are linked as one child's, this one among them; 0 where it is alone."""


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry with what only this tablet knows of it. Another tablet's has no `recorded_at` and `author`."""

    entry: Entry
    sync_state: SyncState
    recorded_at: datetime | None = None
    author: str | None = None
    local: LocalDetails = LocalDetails()
