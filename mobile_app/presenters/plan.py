"""The plan: tests in order, care now, what not to do, follow-up dates from the visit, and what to tell the parents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, BadgeView


@dataclass(frozen=True, slots=True)
class PlanTestView:
    """A test of the plan. It is done when its results are in the case; `here` is "Here" where it can be done."""

    text: str
    why: str
    is_done: bool
    here: str


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A check: date and distance ("28 Nov · 1 week") and what to do then."""

    when: str
    do: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole plan of one visit."""

    app_bar: AppBarView
    badge: BadgeView
    tests_title: str
    tests_done: str
    tests: tuple[PlanTestView, ...]
    care_title: str
    care: tuple[str, ...]
    do_not_title: str
    do_not: tuple[str, ...]
    follow_up_title: str
    follow_up: tuple[FollowUpView, ...]
    parents_title: str
    parents: str
    prevention_title: str
    prevention: tuple[str, ...]
    back_button: str
    save_button: str
    error: str


class PlanPresenter:
    """What a finger can do on the plan. `save` appends the visit to its case, then shows what will be sent."""

    def __init__(self, show: Callable[[PlanView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def save(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
