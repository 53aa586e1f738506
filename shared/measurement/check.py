"""Judges a number: normal for the age, outside, questioned or impossible, with the line that is shown for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import InvalidInput
from shared.knowledge.model import AgeLimit, KnowledgeBase, MeasurementDefinition, UnitDoubt
from shared.measurement.units import from_canonical, to_canonical, unit_label

DAYS_A_MONTH = 30.4375
DAYS_A_YEAR = 365.25


class CheckKind(StrEnum):
    """What the line below the number says. `none`: the book draws no line here."""

    NONE = "none"
    NORMAL = "normal"
    OUTSIDE = "outside"
    QUESTION = "question"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class MeasurementCheck:
    """The judgement of one number. `value` is canonical; `doubt` names the unit that may have been meant, and then
    `if_other_unit` is the canonical value in that case."""

    kind: CheckKind
    sentence: str
    value: float
    doubt: UnitDoubt | None = None
    if_other_unit: float | None = None


def check_measurement(
    knowledge: KnowledgeBase, measurement: str, value: float, unit: str, age_days: float
) -> MeasurementCheck:
    """Return the judgement of a number for a child of this age.

    Raises:
        InvalidInput: if the unit does not belong to the measurement.
    """
    definition = knowledge.measurements[measurement]
    canonical = to_canonical(definition, value, unit, measurement)
    if not definition.possible[0] <= canonical <= definition.possible[1]:
        return MeasurementCheck(
            CheckKind.IMPOSSIBLE,
            f"Not possible: {possible_in_words(definition, unit)}{_ask_unit(definition)}",
            canonical,
        )
    doubt = _doubt(definition, value, definition.spellings.get(unit, unit))
    if doubt is not None:
        return _question_unit(definition, value, canonical, doubt, age_days)
    if not definition.probable[0] <= canonical <= definition.probable[1]:
        word = "low" if canonical < definition.probable[0] else "high"
        return MeasurementCheck(CheckKind.QUESTION, f"Very {word}. Is the number right?", canonical)
    kind, sentence = _judge(definition, canonical, age_days)
    return MeasurementCheck(kind, sentence, canonical)


def refuse_impossible(definition: MeasurementDefinition, canonical: float, place: str) -> None:
    """Raise InvalidInput for a canonical value that cannot be."""
    if not definition.possible[0] <= canonical <= definition.possible[1]:
        words = possible_in_words(definition, definition.unit)
        raise InvalidInput(place, f"is not possible; it is from {words}{_ask_unit(definition)}")


def _ask_unit(definition: MeasurementDefinition) -> str:
    """Return the question that solves most impossible numbers, where the slip may print another unit."""
    return ". Is the unit right?" if definition.units else ""


def possible_in_words(definition: MeasurementDefinition, unit: str) -> str:
    """Return "25 to 45 °C", in the unit given if the book lists it."""
    unit = definition.spellings.get(unit, unit)
    if unit != definition.unit and unit not in definition.units:
        unit = definition.unit
    low, high = (from_canonical(definition, bound, unit) for bound in definition.possible)
    return f"{number_in_words(low, 1)} to {number_in_words(high, 1)} {unit_label(definition, unit)}"


def number_in_words(value: float, decimals: int) -> str:
    """Return a number without needless zeros."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def age_in_words(age_days: float) -> str:
    """Return an age as one says it: "5 days", "6 weeks", "9 months", "4 years"."""
    if age_days < 14:
        return _count(int(age_days), "day")
    if age_days < 63:
        return _count(int(age_days // 7), "week")
    # Half a day of tolerance: 9 months typed are 274 days kept.
    if age_days + 0.5 < 24 * DAYS_A_MONTH:
        return _count(int((age_days + 0.5) / DAYS_A_MONTH), "month")
    return _count(int((age_days + 0.5) / DAYS_A_YEAR), "year")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _doubt(definition: MeasurementDefinition, value: float, unit: str) -> UnitDoubt | None:
    for doubt in definition.unit_doubts:
        # Zero is zero in every unit.
        is_low = doubt.below is not None and 0 < value < doubt.below
        if doubt.unit == unit and (is_low or (doubt.above is not None and value > doubt.above)):
            return doubt
    return None


def _question_unit(
    definition: MeasurementDefinition, value: float, canonical: float, doubt: UnitDoubt, age_days: float
) -> MeasurementCheck:
    word = "low" if doubt.below is not None and value < doubt.below else "high"
    other = to_canonical(definition, value, doubt.other, definition.id)
    sentence = f"Very {word} for {unit_label(definition, doubt.unit)}. Is the unit right?"
    if definition.possible[0] <= other <= definition.possible[1]:
        kind = _judge(definition, other, age_days)[0]
        still = "still " if kind is _judge(definition, canonical, age_days)[0] else ""
        verdict = {CheckKind.NORMAL: f": {still}normal", CheckKind.OUTSIDE: f": {still}outside the range"}.get(kind, "")
        shown = f"{number_in_words(other, definition.decimals)} {definition.unit_label}"
        sentence += f" If the slip says {unit_label(definition, doubt.other)}, this is {shown}{verdict}."
    return MeasurementCheck(CheckKind.QUESTION, sentence, canonical, doubt, other)


def _judge(definition: MeasurementDefinition, value: float, age_days: float) -> tuple[CheckKind, str]:
    if age_days < definition.judged_from_days:
        return CheckKind.NONE, f"Says nothing under {_count(definition.judged_from_days, 'day')} of age"
    zone = next((zone for zone in definition.zones if zone.holds(value)), None)
    if zone is not None and zone.shade != "normal" and zone.sentence:
        return CheckKind.OUTSIDE, zone.sentence
    limit = definition.limit_for(age_days)
    if limit is not None:
        low = limit.low is not None and value < limit.low
        high = limit.high is not None and value > limit.high
        word = "Low" if low else "High" if high else "Normal"
        kind = CheckKind.OUTSIDE if low or high else CheckKind.NORMAL
        return kind, f"{word} for {age_in_words(age_days)} ({_limits_in_words(definition, limit)})"
    if zone is not None and zone.shade == "normal":
        return CheckKind.NORMAL, zone.sentence or "Normal"
    return CheckKind.NONE, ""


def _limits_in_words(definition: MeasurementDefinition, limit: AgeLimit) -> str:
    # Limits keep their decimals, as a laboratory prints them: 6.0-17.5.
    low, high = (None if bound is None else f"{bound:.{definition.decimals}f}" for bound in (limit.low, limit.high))
    if low is None:
        return f"up to {high}"
    return f"{low}–{high}" if high is not None else f"from {low}"
