"""Values in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.presenters import wording


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 days"), (1, "1 day"), (13, "13 days"), (14, "2 weeks"), (62, "8 weeks"), (63, "2 months"),
     (274, "9 months"), (364, "11 months"), (729, "23 months"), (730, "2 years"), (1461, "4 years"),
     (5844, "16 years")],
)  # fmt: skip
def test_an_age_is_said_as_one_says_it(days, words):
    assert wording.age_in_words(days) == words


@given(st.integers(1, 23))
def test_months_typed_are_months_read_back(months):
    days = wording.age_in_days(months, "months")

    assert wording.age_in_words(days) == f"{months} months" or days < 63


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_band_has_no_decimals_and_is_never_certain(one, other):
    low, high = sorted((one, other))
    band = wording.band_in_words(low, high)

    assert "." not in band
    assert "100" not in band
    assert band.endswith("%")


@pytest.mark.parametrize(
    ("regions", "side", "words"),
    [
        (("hand", "wrist"), "left", "left hand and wrist"),
        (("ankle",), "right", "right ankle"),
        (("finger", "hand", "wrist"), "left", "left fingers, hand and wrist"),
        (("foot",), "both", "foot on both sides"),
        (("hand",), "unknown", "hand"),
        (("unspecified",), "unknown", "place not given"),
    ],
)
def test_a_place_is_said_with_its_side(regions, side, words):
    assert wording.place_in_words(regions, side) == words


def test_moments_are_told_from_today():
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    assert wording.moment_in_words(now.replace(hour=8, minute=40), now) == "today 08:40"
    assert wording.moment_in_words(now - timedelta(days=1), now) == "yesterday 09:30"
    assert wording.moment_in_words(now - timedelta(days=40), now) == "12 Oct 09:30"
    assert wording.day_in_words(date(2027, 1, 16)) == "16 Jan"


def test_distances_of_follow_up_are_days_weeks_or_months():
    assert [wording.distance_in_words(days) for days in (1, 2, 7, 28, 56, 91, 182)] == [
        "1 day", "2 days", "1 week", "4 weeks", "8 weeks", "3 months", "6 months",
    ]  # fmt: skip


def test_quantities_are_printed_as_a_slip_prints_them():
    assert wording.quantity_in_words(11.3, "10*9/L") == "11.3 × 10⁹/L"
    assert wording.quantity_in_words(9.0, "mm/h") == "9 mm/h"
    assert wording.quantity_in_words(38.0, "Cel") == "38 °C"
    assert wording.quantity_in_words(1, "d") == "1 day"
    assert wording.quantity_in_words(0.5, "d") == "0.5 days"


def test_strengths_follow_the_natural_logarithm():
    assert [wording.strength_for(weight) for weight in (2.0, 1.99, 1.0, 0.2)] == ["+++", "++", "++", "+"]
    assert [wording.strength_against(weight) for weight in (-2.4, -1.2, -0.3)] == ["−−−", "−−", "−"]


def test_an_action_is_cut_into_sentences():
    assert wording.sentences("Call surgery. Resuscitate; culture e.g. blood. Do not wait.") == (
        "Call surgery", "Resuscitate", "Culture e.g. blood", "Do not wait",
    )  # fmt: skip


def test_a_first_letter_becomes_small_unless_it_is_an_abbreviation():
    assert wording.lower_first("Cellulitis") == "cellulitis"
    assert wording.lower_first("CRP 20 mg/L or less") == "CRP 20 mg/L or less"
    assert wording.lower_first("X-ray") == "X-ray"
