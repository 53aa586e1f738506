"""What fits so far: how urgent, the ranking with its bands, for and against, what to do and ask next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, BadgeView


@dataclass(frozen=True, slots=True)
class ChipView:
    """An answer for or against: `strength` is `+++` to `+` or `−−−` to `−`."""

    strength: str
    text: str


@dataclass(frozen=True, slots=True)
class RankedRowView:
    """One bar. Numbers are from 0 to 1 for drawing only; the words and the band in per cent are for reading.

    `word` is empty when the case does not fit what the knowledge knows. Only the open row has `for_` and `against`.
    """

    condition: str
    name: str
    plain: str
    estimate: float
    low: float
    high: float
    word: str
    band: str
    is_open: bool
    for_: tuple[ChipView, ...]
    against: tuple[ChipView, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A danger rule or prompt as one sentence of what to do, and the answers that raised it."""

    title: str
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextTestView:
    """The test to do next. `button` is empty where no result can be entered."""

    heading: str
    title: str
    why: str
    availability: str
    is_available: bool
    button: str


@dataclass(frozen=True, slots=True)
class NextQuestionView:
    """The question that would tell most now."""

    heading: str
    question: str
    button: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What would change this: an answer still open and where it would lead. `is_danger` marks a danger sign."""

    trigger: str
    effect: str
    is_danger: bool


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result. `does_not_fit` is a sentence for the grey banner above the ranking, or empty."""

    app_bar: AppBarView
    disposition: BadgeView
    banner: RuleView
    other_rules: tuple[RuleView, ...]
    does_not_fit: str
    ranking_title: str
    legend_estimate: str
    legend_band: str
    zone_words: tuple[str, ...]
    rows: tuple[RankedRowView, ...]
    next_test: NextTestView | None
    next_question: NextQuestionView | None
    changes_title: str
    changes: tuple[ChangeView, ...]
    not_assessed: str
    footer: str
    back_button: str
    emergency_button: str
    plan_button: str
    error: str


class ResultPresenter:
    """What a finger can do on the result. Only one row is open."""

    def __init__(self, show: Callable[[ResultView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def toggle_row(self, condition: str) -> None: ...

    def enter_test(self) -> None: ...

    def answer_next(self) -> None: ...

    def emergency(self) -> None: ...

    def plan(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
