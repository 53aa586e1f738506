"""The danger signs on one screen. A yes that calls for action is acted on at once; an empty line is "cannot tell"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView


@dataclass(frozen=True, slots=True)
class DangerLineView:
    """One danger sign. `answer` is `yes`, `no` or empty; `note` says what a yes means where it does not act at once."""

    line_id: str
    title: str
    detail: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class DangerSignsView:
    """All lines. `fill_button` is empty when none is left; it is never the first button."""

    app_bar: AppBarView
    title: str
    hint: str
    answered: str
    lines: tuple[DangerLineView, ...]
    yes: str
    no: str
    back_button: str
    fill_button: str
    on_button: str
    error: str


class DangerSignsPresenter:
    """What a finger can do on the danger signs. Answering the chosen answer again empties the line."""

    def __init__(self, show: Callable[[DangerSignsView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def answer(self, line_id: str, answer: str) -> None: ...

    def no_to_the_rest(self) -> None: ...

    def go_on(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
