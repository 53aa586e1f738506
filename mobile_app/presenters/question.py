"""One question a screen: what is asked, why, how to find out, and answers that never lean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, ChoiceView


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Pills: answered, the one now, at least so many more, perhaps so many more. It never jumps back."""

    number: str
    answered: int
    at_least: int
    perhaps: int
    words: str


@dataclass(frozen=True, slots=True)
class HowToStepView:
    """One numbered step of how to find out; `lead` is set bold before `text` and may be empty."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`answers` are yes and no (`is_binary`) or one row for each state; `second_answers` stand below them."""

    app_bar: AppBarView
    finding: str
    progress: ProgressView
    kind: str
    question: str
    detail: str
    is_binary: bool
    answers: tuple[ChoiceView, ...]
    second_answers: tuple[ChoiceView, ...]
    why_title: str
    why: str
    how_title: str
    how_to: tuple[HowToStepView, ...]
    picture_region: str
    picture_side: str
    sources: str
    back_button: str
    skip_button: str
    result_button: str
    error: str


class QuestionPresenter:
    """What a finger can do on a question. `answer` takes the value of any of the choices."""

    def __init__(self, show: Callable[[QuestionView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def answer(self, value: str) -> None: ...

    def skip(self) -> None: ...

    def result(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
