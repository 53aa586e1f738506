"""What a user did with a case that is no part of its log: read a message, ticked a step, began a note for a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.case.entry import CaseId


class ReadMarks(Protocol):
    """Which of the coordinator's reviews this user has marked as read."""

    def read_up_to(self, case_id: CaseId) -> int:
        """Return the number of the newest review marked as read; 0 for none."""
        ...

    def mark(self, case_id: CaseId, up_to: int) -> None:
        """Keep, durably, that the reviews up to this number are read."""
        ...

    def unread(self, limit: int) -> Sequence[CaseId]:
        """Return the cases with news of the coordinator that this user has not marked as read, the newest first.

        News are words, another state or another diagnosis.
        """
        ...


class PlanTicks(Protocol):
    """What of a case's plan was done, by the English sentence of each step. It stays on this tablet."""

    def of(self, case_id: CaseId) -> Mapping[str, datetime]:
        """Return the steps that were done, and when."""
        ...

    def put(self, case_id: CaseId, step: str, done_at: datetime) -> None:
        """Keep, durably, that a step was done.

        Raises:
            StoreUnusable: nothing has changed.
        """
        ...

    def take_back(self, case_id: CaseId, step: str) -> None:
        """Forget, durably, that a step was done.

        Raises:
            StoreUnusable: nothing has changed.
        """
        ...


class LetterNotes(Protocol):
    """What somebody began to write to the receiver of a case's letter. It stays on this tablet."""

    def of(self, case_id: CaseId) -> str:
        """Return the note; empty where there is none."""
        ...

    def keep(self, case_id: CaseId, note: str) -> None:
        """Keep the note, durably before returning; an empty one is forgotten.

        Raises:
            InvalidInput: the case was withdrawn meanwhile.
            StoreUnusable: nothing has changed.
        """
        ...
