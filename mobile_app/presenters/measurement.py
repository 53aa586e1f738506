"""A number with its unit: own number pad, range by age, and a question where the unit is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.question import ProgressView


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A stretch of the range bar, from 0 to 1. `shade` is `normal`, `neutral`, `raised`, `deep` or `severe`."""

    start: float
    end: float
    limit: str
    word: str
    shade: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The line below the range bar. `kind` is `none`, `normal`, `outside`, `question` or `impossible`.

    A `question` is a box with one button (`button`), which confirms the unit.
    """

    kind: str
    text: str
    button: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementView:
    """The field, the range bar with its mark (0 to 1, None without a value), the pad and the second answers."""

    app_bar: AppBarView
    measurement: str
    progress: ProgressView
    kind: str
    title: str
    detail: str
    value_text: str
    unit: str
    units: tuple[ChoiceView, ...]
    range_label: str
    zones: tuple[ZoneView, ...]
    mark: float | None
    check: CheckView
    last_value: str
    second_answers: tuple[ChoiceView, ...]
    why_title: str
    why: str
    back_button: str
    skip_button: str
    result_button: str
    save_button: str
    can_save: bool
    error: str


class MeasurementPresenter:
    """What a finger can do on a measurement. `press` takes 0 to 9 and the decimal point."""

    def __init__(self, show: Callable[[MeasurementView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def press(self, key: str) -> None: ...

    def delete(self) -> None: ...

    def choose_unit(self, unit: str) -> None: ...

    def confirm_unit(self) -> None: ...

    def save(self) -> None: ...

    def answer(self, value: str) -> None: ...

    def skip(self) -> None: ...

    def result(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
