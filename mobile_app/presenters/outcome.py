"""How the case went: healed or not, and what it turned out to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, ChoiceView


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """Choices of one, each with its heading."""

    app_bar: AppBarView
    title: str
    state_title: str
    states: tuple[ChoiceView, ...]
    diagnosis_title: str
    diagnoses: tuple[ChoiceView, ...]
    back_button: str
    on_button: str
    can_go_on: bool
    error: str


class OutcomePresenter:
    """What a finger can do on the outcome screen. `go_on` shows what will be sent."""

    def __init__(self, show: Callable[[OutcomeView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def choose_state(self, state: str) -> None: ...

    def choose_diagnosis(self, condition: str) -> None: ...

    def go_on(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
