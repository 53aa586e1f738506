"""An emergency replaces the screen: what to do now, why it was raised, and the ranking small at the side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.result import RankedRowView, RuleView


@dataclass(frozen=True, slots=True)
class ActView:
    """One numbered act."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """The banner, the acts in order, what raised it, other rules that fired, and three rows of the ranking."""

    app_bar: AppBarView
    title: str
    sentence: str
    raised_label: str
    raised_at: str
    acts_title: str
    acts: tuple[ActView, ...]
    sources: str
    because_title: str
    because: tuple[str, ...]
    other_rules: tuple[RuleView, ...]
    ranking_title: str
    ranking_hint: str
    ranking: tuple[RankedRowView, ...]
    note: str
    footer: str
    back_button: str
    questions_button: str
    result_button: str
    plan_button: str
    error: str


class EmergencyPresenter:
    """What a finger can do in an emergency."""

    def __init__(self, show: Callable[[EmergencyView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def questions(self) -> None: ...

    def result(self) -> None: ...

    def plan(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
