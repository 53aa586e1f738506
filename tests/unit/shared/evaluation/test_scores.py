"""The scores, against figures worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from shared.evaluation.scores import accuracy, brier, log_score, resampled, wilson
from tests.published import judged_with

THREE = {"cellulitis": 0.7, "abscess": 0.2, "osteomyelitis": 0.1}


def test_the_brier_score_is_the_squared_distance_to_what_came_true():
    assert brier(THREE, ["cellulitis"]) == pytest.approx(0.3**2 + 0.2**2 + 0.1**2)
    assert brier(THREE, ["osteomyelitis"]) == pytest.approx(0.7**2 + 0.2**2 + 0.9**2)


def test_two_right_answers_are_one_outcome():
    assert brier(THREE, ["abscess", "osteomyelitis"]) == pytest.approx(0.7**2 + 0.7**2)


def test_certainty_scores_best_when_right_and_worst_when_wrong():
    certain = {"cellulitis": 1.0, "abscess": 0.0}

    assert (brier(certain, ["cellulitis"]), log_score(1.0)) == (0.0, 0.0)
    assert brier(certain, ["abscess"]) == 2.0
    assert math.isfinite(log_score(0.0))
    assert log_score(0.5) == pytest.approx(0.693147, abs=1e-6)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # The first is in Newcombe, Stat Med 1998;17:857, table I: 81 of 263.
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (15, 15, 0.7961, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_wilson_interval_is_that_of_the_literature(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


def test_first_and_first_three_count_records_and_children():
    four = {"cellulitis": 0.4, "abscess": 0.3, "osteomyelitis": 0.2, "periostitis": 0.1}
    judged = [
        judged_with(four, "cellulitis", patient="a"),
        judged_with(four, "abscess", patient="a"),
        judged_with(four, "periostitis", patient="b"),
        judged_with(four, "periostitis", "cellulitis", patient="c"),
    ]
    scores = accuracy(judged)

    assert (scores.records, scores.children) == (4, 3)
    assert (scores.first.k, scores.first_three.k) == (2, 3)
    assert scores.first.share == 0.5
    assert scores.brier == pytest.approx(sum(brier(four, item.case.acceptable) for item in judged) / 4)
    assert scores.log_score == pytest.approx(sum(-math.log(p) for p in (0.4, 0.3, 0.1, 0.5)) / 4)


def test_a_perfect_ranking_and_the_worst_one():
    perfect = accuracy([judged_with({"cellulitis": 1.0, "abscess": 0.0}, "cellulitis")])
    worst = accuracy([judged_with({"cellulitis": 1.0, "abscess": 0.0}, "abscess")])

    assert (perfect.first.share, perfect.brier, perfect.log_score) == (1.0, 0.0, 0.0)
    assert (worst.first.share, worst.brier) == (0.0, 2.0)


def test_a_diagnosis_that_is_not_ranked_counts_as_missed_and_has_no_probability_to_score():
    scores = accuracy([judged_with(THREE, "cellulitis"), judged_with(THREE, "tumour")])

    assert (scores.first.k, scores.first.n) == (1, 2)
    assert scores.brier is None
    assert scores.log_score is None
    assert accuracy([]).brier is None


def test_drawing_children_again_is_repeatable_and_wider_where_visits_agree():
    """Ten records of ten children tell more than ten records of two."""
    right, wrong = judged_with(THREE, "cellulitis"), judged_with(THREE, "osteomyelitis")
    ten = [
        replace(item, case=replace(item.case, patient=f"child{n}")) for n, item in enumerate([right] * 5 + [wrong] * 5)
    ]
    two = [replace(item, case=replace(item.case, patient=f"child{n // 5}")) for n, item in enumerate(ten)]

    assert resampled(ten) == resampled(ten)
    assert resampled(ten).first[0] > resampled(two).first[0] == 0.0
    assert resampled(ten).first[0] < 0.5 < resampled(ten).first[1]
    assert resampled([right] * 3).first == (1.0, 1.0)
    with pytest.raises(ValueError, match="nothing to draw"):
        resampled([])
