"""One case over all tablets: its timeline, answers that differ, the coordinator's review, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, BadgeView


@dataclass(frozen=True, slots=True)
class TimelineRowView:
    """One entry. `lane` is its tablet's line (0 is this tablet); `parents` are the rows that it builds on."""

    entry: str
    title: str
    under_title: str
    content: str
    badge: BadgeView | None
    lane: int
    is_own: bool
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DifferingAnswerView:
    """One of two or more answers; `number` is what to say to `choose`."""

    number: int
    value: str
    who: str
    button: str


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """Two answers differ. None is highlighted; both stay on record."""

    code: str
    title: str
    question: str
    answers: tuple[DifferingAnswerView, ...]
    neither: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseAnswerView:
    """An answer as it stands. `code` is what to say to `correct`."""

    code: str
    label: str
    value: str
    button: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The coordinator's newest judgement of the case."""

    title: str
    badge: BadgeView
    diagnosis: str
    quote: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case screen."""

    app_bar: AppBarView
    timeline_title: str
    timeline_note: str
    timeline: tuple[TimelineRowView, ...]
    disagreements: tuple[DisagreementView, ...]
    review: ReviewView | None
    answers_title: str
    answers: tuple[CaseAnswerView, ...]
    next_title: str
    next_text: str
    local: tuple[str, ...]
    back_button: str
    sent_button: str
    outcome_button: str
    follow_up_button: str
    error: str


class CasePresenter:
    """What a finger can do on a case."""

    def __init__(self, show: Callable[[CaseView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def choose(self, code: str, number: int) -> None: ...

    def neither(self, code: str) -> None: ...

    def correct(self, code: str) -> None: ...

    def follow_up(self) -> None: ...

    def outcome(self) -> None: ...

    def what_was_sent(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
