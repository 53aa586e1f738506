"""Finding cases as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from mobile_app.ports.records import CaseSummary
from shared.case.entry import CaseId


class CaseIs(StrEnum):
    """What a case can be looked for that changes without the case: where its sync stands, and the calendar."""

    LOCAL = "local"
    WAITING = "waiting"
    SENT = "sent"
    NOT_ACCEPTED = "not_accepted"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that a case must have: a word that begins with `prefix` (folded), one of the codes, or a state."""

    prefix: str = ""
    codes: frozenset[str] = frozenset()
    states: frozenset[CaseIs] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that was found, and what it was found by: texts by what they are (`LocalDetails`, `message` ...)."""

    summary: CaseSummary
    texts: tuple[tuple[str, str], ...]
    codes: frozenset[str]
    next_check: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The first cases of all that were found. `not_indexed`: so many cases are not in the index yet."""

    cases: tuple[FoundCase, ...]
    count: int
    not_indexed: int = 0


class CaseSearch(Protocol):
    """Search over every case of the tablet. What it finds by is in the encrypted file only."""

    def find(
        self, terms: Sequence[SearchTerm], today: date, limit: int = 50, *, longest_due_first: bool = False
    ) -> Found:
        """Return the cases that have every term, the last touched first or the longest due; without terms all cases."""
        ...

    def some(self, case_ids: Sequence[CaseId]) -> Sequence[CaseSummary]:
        """Return these cases, in this order, without the withdrawn."""
        ...

    def count(self) -> int:
        """Return how many cases there are to be found: all but the withdrawn."""
        ...

    def index_some(self, limit: int) -> int:
        """Put up to `limit` cases into the index that are not in it. Return how many are left."""
        ...
