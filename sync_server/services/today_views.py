"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence
from sync_server.services.alerts.views import AlertRowView
from sync_server.services.case_list_views import CaseRowView


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A case that somebody has to decide on: why, and what else is to be known at once.

    `is_answer`: all that waits is a clinic's answer, to be read.
    """

    row: CaseRowView
    reason: Sentence | str
    note: Sentence | None
    who: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """What a clinic has answered about a case, and nobody at the desk has read."""

    row: CaseRowView
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverdueView:
    """A case whose next check is late. `reminded_on` is the day on which the clinic was told, or empty."""

    row: CaseRowView
    due: str
    reminded_on: str


@dataclass(frozen=True, slots=True)
class HeardOfView:
    """When a tablet was last heard of."""

    name: Sentence
    state: Sentence
    when: Sentence
    is_silent: bool


@dataclass(frozen=True, slots=True)
class WeekView:
    """The present week in figures, and how many cases came in in each of the last weeks."""

    new: int
    emergencies: int
    reviewed: int
    confirmed: int
    weeks: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CasesTodayView:
    """What whoever sees cases is shown. `deciding` cases need a decision in all, of which the first are here.

    In `answered` of them a clinic's answer waits to be read; the first of them are here.
    """

    decisions: tuple[DecisionView, ...]
    more: tuple[DecisionView, ...]
    deciding: int
    answers: tuple[AnsweredView, ...]
    answered: int
    overdue: tuple[OverdueView, ...]
    late: int
    alerts: tuple[AlertRowView, ...]
    week: WeekView


@dataclass(frozen=True, slots=True)
class TodayView:
    """`cases` is None for whoever sees none."""

    day: Sentence
    cases: CasesTodayView | None
    tablets: tuple[HeardOfView, ...]
    silent: int
    users: int
    knowledge_version: str
