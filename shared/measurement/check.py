"""Judges a number: normal for the age, outside, questioned or impossible, with the line that is shown for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import InvalidInput
from shared.knowledge.model import AgeLimit, KnowledgeBase, MeasurementDefinition, UnitDoubt
from shared.measurement.units import from_canonical, to_canonical, unit_label
from shared.sentence import Sentence, counted, phrase, sentence

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
    `if_other_unit` is the canonical value in that case. `said` are the sentences of the line, none where there is none.
    """

    kind: CheckKind
    said: tuple[Sentence, ...]
    value: float
    doubt: UnitDoubt | None = None
    if_other_unit: float | None = None

    @property
    def sentence(self) -> str:
        """The line in English."""
        return " ".join(str(one) for one in self.said)


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
        return MeasurementCheck(CheckKind.IMPOSSIBLE, (_not_possible(definition, unit),), canonical)
    doubt = _doubt(definition, value, definition.spellings.get(unit, unit))
    if doubt is not None:
        return _question_unit(definition, value, canonical, doubt, age_days)
    if not definition.probable[0] <= canonical <= definition.probable[1]:
        is_low = canonical < definition.probable[0]
        asked = sentence("Very low. Is the number right?") if is_low else sentence("Very high. Is the number right?")
        return MeasurementCheck(CheckKind.QUESTION, (asked,), canonical)
    kind, said = _judge(definition, canonical, age_days)
    return MeasurementCheck(kind, said, canonical)


def refuse_impossible(definition: MeasurementDefinition, canonical: float, place: str) -> None:
    """Raise InvalidInput for a canonical value that cannot be."""
    if not definition.possible[0] <= canonical <= definition.possible[1]:
        words = _possible(definition, definition.unit)
        ask_unit = ". Is the unit right?" if definition.units else ""
        raise InvalidInput(place, f"is not possible; it is from {words}{ask_unit}")


def _not_possible(definition: MeasurementDefinition, unit: str) -> Sentence:
    """Return what is possible, with the question that solves most impossible numbers if there are other units."""
    possible = _possible(definition, unit)
    if definition.units:
        return sentence("Not possible: {range}. Is the unit right?", range=possible)
    return sentence("Not possible: {range}", range=possible)


def _possible(definition: MeasurementDefinition, unit: str) -> Sentence:
    """Return "25 to 45 °C", in the unit given if the book lists it."""
    unit = definition.spellings.get(unit, unit)
    if unit != definition.unit and unit not in definition.units:
        unit = definition.unit
    low, high = (number_in_words(from_canonical(definition, bound, unit), 1) for bound in definition.possible)
    return sentence("{low} to {high} {unit}", low=low, high=high, unit=unit_label(definition, unit))


def number_in_words(value: float, decimals: int) -> str:
    """Return a number without needless zeros."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def age_in_words(age_days: float) -> Sentence:
    """Return an age as one says it: "5 days", "6 weeks", "9 months", "4 years"."""
    if age_days < 14:
        return counted(int(age_days), "{count} day", "{count} days")
    if age_days < 63:
        return counted(int(age_days // 7), "{count} week", "{count} weeks")
    # Half a day of tolerance: 9 months typed are 274 days kept.
    if age_days + 0.5 < 24 * DAYS_A_MONTH:
        return counted(int((age_days + 0.5) / DAYS_A_MONTH), "{count} month", "{count} months")
    return counted(int((age_days + 0.5) / DAYS_A_YEAR), "{count} year", "{count} years")


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
    is_low = doubt.below is not None and value < doubt.below
    unit, other_unit = unit_label(definition, doubt.unit), unit_label(definition, doubt.other)
    said: tuple[Sentence, ...] = (
        sentence("Very low for {unit}. Is the unit right?", unit=unit)
        if is_low
        else sentence("Very high for {unit}. Is the unit right?", unit=unit),
    )
    other = to_canonical(definition, value, doubt.other, definition.id)
    if definition.possible[0] <= other <= definition.possible[1]:
        kind = _judge(definition, other, age_days)[0]
        is_same = kind is _judge(definition, canonical, age_days)[0]
        shown = f"{number_in_words(other, definition.decimals)} {definition.unit_label}"
        said = (*said, sentence(_IF_OTHER_UNIT.get((kind, is_same), _IF_OTHER), unit=other_unit, value=shown))
    return MeasurementCheck(CheckKind.QUESTION, said, canonical, doubt, other)


_IF_OTHER = phrase("If the slip says {unit}, this is {value}.")
_IF_OTHER_UNIT = {
    (CheckKind.NORMAL, False): phrase("If the slip says {unit}, this is {value}: normal."),
    (CheckKind.NORMAL, True): phrase("If the slip says {unit}, this is {value}: still normal."),
    (CheckKind.OUTSIDE, False): phrase("If the slip says {unit}, this is {value}: outside the range."),
    (CheckKind.OUTSIDE, True): phrase("If the slip says {unit}, this is {value}: still outside the range."),
}
"""What the number would mean in the other unit, and whether it means the same in both."""


def _judge(definition: MeasurementDefinition, value: float, age_days: float) -> tuple[CheckKind, tuple[Sentence, ...]]:
    if age_days < definition.judged_from_days:
        days = definition.judged_from_days
        said = counted(days, "Says nothing under {count} day of age", "Says nothing under {count} days of age")
        return CheckKind.NONE, (said,)
    zone = next((zone for zone in definition.zones if zone.holds(value)), None)
    if zone is not None and zone.shade != "normal" and zone.sentence:
        return CheckKind.OUTSIDE, (sentence(zone.sentence),)
    limit = definition.limit_for(age_days)
    if limit is not None:
        age, limits = age_in_words(age_days), _limits_in_words(definition, limit)
        if limit.low is not None and value < limit.low:
            return CheckKind.OUTSIDE, (sentence("Low for {age} ({limits})", age=age, limits=limits),)
        if limit.high is not None and value > limit.high:
            return CheckKind.OUTSIDE, (sentence("High for {age} ({limits})", age=age, limits=limits),)
        return CheckKind.NORMAL, (sentence("Normal for {age} ({limits})", age=age, limits=limits),)
    if zone is not None and zone.shade == "normal":
        return CheckKind.NORMAL, (sentence(zone.sentence) if zone.sentence else sentence("Normal"),)
    return CheckKind.NONE, ()


def _limits_in_words(definition: MeasurementDefinition, limit: AgeLimit) -> Sentence:
    # Limits keep their decimals, as a laboratory prints them: 6.0-17.5.
    low, high = (None if bound is None else f"{bound:.{definition.decimals}f}" for bound in (limit.low, limit.high))
    if low is None:
        return sentence("up to {high}", high=high)
    return sentence("{low}–{high}", low=low, high=high) if high is not None else sentence("from {low}", low=low)
