"""What a newer version of the knowledge makes of stored cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.case.entry import AnswerValue, CaseId

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.triage.reassess import Change


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a version of the knowledge makes of a case. `touched` is the stamp that came with the case.

    `change` is None where nothing differs, or where it cannot be told: the old version is not here, or entries that the
    author saw have not arrived.
    """

    case_id: CaseId
    touched: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A stored case that a version of the knowledge judges differently, with its answers as they stand."""

    case_id: CaseId
    answers: Mapping[str, AnswerValue]
    change: Change


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many stored cases are judged differently, and how many of them the user has not seen yet."""

    cases: int
    more_urgent: int
    new: int
    new_more_urgent: int
