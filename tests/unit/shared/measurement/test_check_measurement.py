"""The line below a number."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.measurement.check import CheckKind, age_in_words, check_measurement, refuse_impossible
from tests.book import the_book

NINE_MONTHS = 274


@pytest.mark.parametrize(
    ("measurement", "value", "unit", "kind", "sentence"),
    [
        ("wbc", 11.3, "10*9/L", "normal", "Normal for 9 months (6.0–17.5)"),
        ("wbc", 18, "10*9/L", "outside", "High for 9 months (6.0–17.5)"),
        ("wbc", 3, "10*9/L", "outside", "Low for 9 months (6.0–17.5)"),
        ("crp", 3, "mg/L", "normal", "Normal: under 5"),
        ("crp", 20, "mg/L", "outside", "Raised: over 5"),
        ("crp", 20.1, "mg/L", "outside", "Over 20: think deep infection"),
        ("crp", 120, "mg/L", "outside", "Over 100: severe infection"),
        ("esr", 9, "mm/h", "normal", "Normal for 9 months (up to 10)"),
        ("esr", 35, "mm/h", "outside", "30 or more: think deep infection"),
        ("temperature", 37.0, "Cel", "normal", "No fever now"),
        ("temperature", 38.0, "Cel", "outside", "Fever: 38.0 or more"),
        ("temperature", 35.9, "Cel", "outside", "Under 36.0: cold, think sepsis"),
        ("temperature", 60, "Cel", "impossible", "Not possible: 25 to 45 °C. Is the unit right?"),
        ("temperature", 10, "[degF]", "impossible", "Not possible: 77 to 113 °F. Is the unit right?"),
        ("temperature", 43, "Cel", "question", "Very high. Is the number right?"),
        ("calcium", 2.5, "mmol/L", "normal", "Normal for 9 months (2.25–2.74)"),
        ("spo2", 88, "%", "outside", "Under 90: emergency"),
        ("spo2", 95, "%", "none", ""),
        ("onset_days", 5, "d", "none", ""),
        ("heart_rate", 130, "/min", "normal", "Normal for 9 months (up to 145)"),
        (
            "crp",
            0.36,
            "mg/L",
            "question",
            "Very low for mg/L. Is the unit right? If the slip says mg/dL, this is 3.6 mg/L: still normal.",
        ),
        (
            "calcium",
            10,
            "mmol/L",
            "question",
            "Very high for mmol/L. Is the unit right? If the slip says mg/dL, this is 2.5 mmol/L: normal.",
        ),
        (
            "calcium",
            2.5,
            "mg/dL",
            "question",
            "Very low for mg/dL. Is the unit right? If the slip says mmol/L, this is 2.5 mmol/L: normal.",
        ),
    ],
)
def test_a_number_is_judged_in_one_line(measurement: str, value: float, unit: str, kind: str, sentence: str) -> None:
    check = check_measurement(the_book(), measurement, value, unit, NINE_MONTHS)

    assert (check.kind, check.sentence) == (CheckKind(kind), sentence)


def test_a_newborns_white_count_is_not_a_school_childs() -> None:
    newborn = check_measurement(the_book(), "wbc", 25, "10*9/L", 3)
    school_child = check_measurement(the_book(), "wbc", 25, "10*9/L", 3000)

    assert newborn.kind is CheckKind.NORMAL
    assert school_child.kind is CheckKind.OUTSIDE


def test_procalcitonin_says_nothing_in_the_first_three_days() -> None:
    check = check_measurement(the_book(), "procalcitonin", 12, "ng/mL", 1)

    assert (check.kind, check.sentence) == (CheckKind.NONE, "Says nothing under 3 days of age")


def test_zero_is_zero_in_every_unit() -> None:
    assert check_measurement(the_book(), "crp", 0, "mg/L", NINE_MONTHS).kind is CheckKind.NORMAL


def test_a_doubted_unit_comes_with_the_other_reading() -> None:
    check = check_measurement(the_book(), "crp", 0.36, "mg/L", NINE_MONTHS)

    assert check.doubt is not None
    assert check.doubt.other == "mg/dL"
    assert (check.value, check.if_other_unit) == (0.36, 3.6)


def test_an_impossible_value_is_refused_by_name() -> None:
    definition = the_book().measurements["temperature"]

    with pytest.raises(InvalidInput, match=r"^measurements\.temperature: .* from 25 to 45 °C\. Is the unit right\?$"):
        refuse_impossible(definition, 60, "measurements.temperature")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (62, "8 weeks"),
        (63, "2 months"),
        (274, "9 months"),
        (729, "23 months"),
        (730, "2 years"),
        (3653, "10 years"),
    ],
)
def test_an_age_is_said_as_people_say_it(days: int, words: str) -> None:
    assert str(age_in_words(days)) == words
