"""A number with its unit: own number pad, range by age, and a question where the unit is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.asked_item import AskedItemPresenter
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView, ProgressView
from mobile_app.presenters.question import KINDS, last_time
from mobile_app.presenters.range_bar import NO_RANGE, RangeBar, ZoneView, range_bar
from mobile_app.presenters.units import first_unit, units_of
from mobile_app.presenters.wording import age_in_words, in_words, say
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Quantity
from shared.knowledge.model import FindingKind, MeasurementDefinition
from shared.measurement.check import CheckKind, check_measurement
from shared.measurement.units import to_canonical
from shared.triage.follow_up import COUNTED_FROM_FIRST_VISIT, VISIT_DAY, age_of

MAX_KEYS = 7


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
    why_button: str
    why: str
    back_button: str
    skip_button: str
    result_button: str
    save_button: str
    can_save: bool
    error: str


class MeasurementPresenter(AskedItemPresenter):
    """What a finger can do on a measurement. `press` takes 0 to 9 and the decimal point."""

    def __init__(self, desk: Desk, show: Callable[[MeasurementView], None], go: Callable[[Way], None]) -> None:
        super().__init__(desk, go)
        self._show = show
        self._text = ""
        self._unit = ""
        self._confirmed = ""

    def open(self) -> None:
        given = self._desk.visit.draft.answers.get(self._code)
        self._confirmed = ""
        if isinstance(given, Quantity):
            self._text, self._unit = f"{given.value:.6f}".rstrip("0").rstrip("."), given.unit
        else:
            self._text, self._unit = "", self._first_unit()
        self._draw()

    def redraw(self) -> None:
        """Show the screen again with the number as far as it is typed."""
        self._draw()

    def press(self, key: str) -> None:
        is_digit = len(key) == 1 and key in "0123456789"
        is_point = key == "." and "." not in self._text
        if (is_digit or is_point) and len(self._text) < MAX_KEYS:
            self._text = key if is_digit and self._text == "0" else (self._text or ("0" if is_point else "")) + key
        self._draw()

    def delete(self) -> None:
        self._text = self._text[:-1]
        self._draw()

    def choose_unit(self, unit: str) -> None:
        if unit in dict(self._units()):
            self._unit = unit
        self._draw()

    def confirm_unit(self) -> None:
        self._confirmed = self._what_stands_there
        self._draw()

    def save(self) -> None:
        value = self._value()
        if value is not None and self._can_save():
            self._give(value)

    def answer(self, value: str) -> None:
        """Take one of the second answers."""
        if value in (UNKNOWN, NOT_POSSIBLE):
            self._give(value)

    def _answers_of(self, value: str) -> Mapping[str, AnswerValue]:
        """Return a second answer, or with no value the number that stands in the field."""
        if value in (UNKNOWN, NOT_POSSIBLE):
            return {self._code: value}
        number = self._value()
        return {self._code: number} if number is not None and self._can_save() else {}

    # --- what stands in the field -------------------------------------------------------------------------------------

    @property
    def _definition(self) -> MeasurementDefinition | None:
        return self._desk.knowledge.measurements.get(self._code)

    @property
    def _what_stands_there(self) -> str:
        return f"{self._text} {self._unit}"

    def _number(self) -> float | None:
        return float(self._text) if self._text.strip(".") else None

    def _value(self) -> Quantity | None:
        """Return what is kept: a slip's number as it is printed, a count of time in its canonical unit."""
        number = self._number()
        if number is None:
            return None
        definition = self._definition
        if definition is None or definition.kind is not FindingKind.HISTORY:
            return Quantity(number, self._unit)
        return Quantity(to_canonical(definition, number, self._unit, definition.id), definition.unit)

    def _give(self, value: AnswerValue) -> None:
        self._draw_if(self._desk.give({self._code: value}, self._go))

    def _units(self) -> tuple[tuple[str, str], ...]:
        definition = self._definition
        if definition is None:
            return (("d", say("days")),)
        return units_of(definition)

    def _first_unit(self) -> str:
        """Return the unit that stands in an empty field: the one of this clinic's slips."""
        definition = self._definition
        return "d" if definition is None else first_unit(definition, self._desk.store.settings.read().units)

    def _check(self) -> CheckView:
        number = self._number()
        definition = self._definition
        if number is None or definition is None:
            return CheckView("none", "")
        found = check_measurement(self._desk.knowledge, definition.id, number, self._unit, self._age())
        said = " ".join(in_words(sentence) for sentence in found.said)
        if found.kind is not CheckKind.QUESTION:
            return CheckView(found.kind.value, said)
        if self._confirmed == self._what_stands_there:
            return CheckView("none", say("You confirmed this value."))
        unit = dict(self._units()).get(self._unit, self._unit)
        return CheckView("question", said, say("It is {value}", value=f"{self._text} {unit}"))

    def _can_save(self) -> bool:
        return self._number() is not None and self._check().kind not in ("question", "impossible")

    def _age(self) -> float:
        visit = self._desk.visit
        return (age_of(self._desk.knowledge, visit.answers) or 0) + (visit.day or 0)

    # --- the view -----------------------------------------------------------------------------------------------------

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        visit = desk.visit
        definition = self._definition
        bar = self._bar()
        is_correction = self._is_correction
        is_lab = definition is not None and definition.kind is FindingKind.LAB
        units = self._units()
        earlier = last_time(desk, self._code)
        self._show(
            MeasurementView(
                app_bar=desk.app_bar(),
                measurement=self._code,
                progress=desk.interview.progress(visit),
                kind=say(KINDS[definition.kind]) if definition else say("History"),
                title=desk.ask_of(self._code) if definition is None or not is_lab else definition.label,
                detail=self._detail(),
                value_text=self._text,
                unit=dict(units).get(self._unit, self._unit),
                units=tuple(ChoiceView(unit, label, unit == self._unit) for unit, label in units)
                if len(units) > 1
                else (),
                range_label=say("For {age}", age=age_in_words(self._age())) if bar.zones else "",
                zones=bar.zones,
                mark=bar.mark,
                check=self._check(),
                last_value=earlier or say("Last value: none"),
                second_answers=tuple(
                    ChoiceView(value, label, visit.draft.answers.get(self._code) == value)
                    for value, label in (
                        (UNKNOWN, say("Result not back yet") if is_lab else say("Don't know")),
                        (NOT_POSSIBLE, say("Not possible here")),
                    )
                ),
                why_title=say("Why we ask this now"),
                why_button=say("Why?"),
                why=definition.why if definition else say("Ages and days are counted from the first visit."),
                back_button=say("Back"),
                skip_button="" if is_correction else say("Skip for now"),
                result_button="" if is_correction else say("Result so far"),
                save_button=say("Save correction") if is_correction else say("Save and go on"),
                can_save=self._can_save(),
                error=error or visit.error,
            )
        )

    def _detail(self) -> str:
        is_later = not self._desk.visit.is_first
        return say("Count back from the first visit.") if is_later and self._code in COUNTED_FROM_FIRST_VISIT else ""

    def _bar(self) -> RangeBar:
        definition = self._definition
        if definition is None or self._code == VISIT_DAY:
            return NO_RANGE
        number = self._number()
        value = None if number is None else to_canonical(definition, number, self._unit, definition.id)
        return range_bar(definition, self._age(), value)
