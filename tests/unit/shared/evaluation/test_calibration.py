"""The reliability table, against one worked out by hand."""

from __future__ import annotations

import pytest

from shared.evaluation.calibration import calibration, of_danger, of_leading
from tests.published import judged_with


def test_the_table_and_its_error_are_those_worked_out_by_hand():
    table = calibration([(0.1, False), (0.1, True), (0.7, True), (0.9, True), (1.0, False)], (0.0, 0.5, 1.0))

    low, high = table.bins
    assert (low.predicted, low.observed.k, low.observed.n) == (pytest.approx(0.1), 1, 2)
    assert (high.predicted, high.observed.k, high.observed.n) == (pytest.approx(2.6 / 3), 2, 3)
    assert table.error == pytest.approx(2 / 5 * abs(0.1 - 0.5) + 3 / 5 * abs(2.6 / 3 - 2 / 3))


def test_every_forecast_is_in_one_bin_and_empty_bins_are_left_out():
    forecasts = [(number / 20, number % 2 == 0) for number in range(21)]
    table = calibration(forecasts)

    assert sum(row.observed.n for row in table.bins) == table.n == 21
    assert len(calibration([(0.05, True)]).bins) == 1
    assert calibration([]).error == 0.0


def test_what_is_always_right_when_certain_is_perfectly_calibrated():
    assert calibration([(1.0, True), (0.0, False)]).error == 0.0
    assert calibration([(1.0, False), (0.0, True)]).error == 1.0


def test_the_leading_condition_and_the_danger_are_two_tables():
    judged = [
        judged_with({"osteomyelitis": 0.6, "septic_arthritis": 0.3, "abscess": 0.1}, "septic_arthritis"),
        judged_with({"abscess": 0.98, "osteomyelitis": 0.02, "septic_arthritis": 0.0}, "abscess"),
    ]
    leading = of_leading(judged)
    danger = of_danger(judged, ("osteomyelitis", "septic_arthritis"))

    assert [(row.predicted, row.observed.k) for row in leading.bins] == [(pytest.approx(0.6), 0), (0.98, 1)]
    assert [(row.predicted, row.observed.k) for row in danger.bins] == [
        (pytest.approx(0.02), 0),
        (pytest.approx(0.9), 1),
    ]
