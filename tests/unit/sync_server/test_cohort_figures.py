"""The figures of a series against other people's code, and against sums that a person can do."""

from __future__ import annotations

import random
import statistics
import warnings
from collections import Counter

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from sync_server.services.cohort.figures import Spread, spread
from sync_server.services.cohort.healing import kaplan_meier, median
from sync_server.services.cohort.words import in_range


def test_the_textbook_curve_of_ten_children() -> None:
    curve = kaplan_meier(Counter([(1, True), (2, True), (2, False), (3, True), (4, False), (5, False)]))

    assert [(row.at, row.at_risk, row.events, row.censored) for row in curve] == [
        (1, 6, 1, 0),
        (2, 5, 1, 1),
        (3, 3, 1, 0),
        (4, 2, 0, 1),
        (5, 1, 0, 1),
    ]
    assert [row.left for row in curve] == pytest.approx([5 / 6, 4 / 6, 4 / 9, 4 / 9, 4 / 9])
    assert median(curve) == 3


@pytest.mark.parametrize("seed", range(5))
def test_curve_and_intervals_are_those_of_scipy(seed: int) -> None:
    chance = random.Random(seed)
    observed = [(float(chance.randint(1, 30)), chance.random() < 0.7) for _ in range(200)]
    sample = CensoredData(uncensored=[at for at, had in observed if had], right=[at for at, had in observed if not had])
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # It warns where the formula has no value, as at the last event; there ours says None.
        warnings.simplefilter("ignore", RuntimeWarning)
        other = ecdf(sample).sf
        bounds = other.confidence_interval(method="log-log")

    curve = kaplan_meier(Counter(observed))

    assert [row.at for row in curve] == list(other.quantiles)
    assert [row.left for row in curve] == pytest.approx(list(other.probabilities))
    compared = 0
    for place, row in enumerate(curve):
        if row.low is not None:
            theirs = bounds.low.probabilities[place], bounds.high.probabilities[place]
            assert (row.low, row.high) == pytest.approx(theirs)
            compared += 1
    assert compared > 20


def test_nobody_has_no_curve_and_where_all_are_healed_there_is_no_interval() -> None:
    assert kaplan_meier({}) == ()
    assert median(()) is None
    (only,) = kaplan_meier({(2.0, True): 1})
    assert (only.left, only.low, only.high) == (0, None, None)


def test_where_most_are_not_healed_there_is_no_median() -> None:
    assert median(kaplan_meier({(1, True): 1, (2, False): 1, (3, False): 1, (4, False): 1})) is None


@pytest.mark.parametrize("values", [[2.0, 4.0, 9.0], [17.5, 17.5, 17.5, 0.1], [1e9 + 1, 1e9 + 2, 1e9 + 4]])
def test_mean_and_sample_standard_deviation_and_range_are_those_of_the_values_one_by_one(values: list[float]) -> None:
    found = spread(Counter(values))

    assert found is not None
    assert (found.n, found.low, found.high) == (len(values), min(values), max(values))
    assert found.mean == pytest.approx(statistics.fmean(values), rel=1e-14)
    assert found.sd == pytest.approx(statistics.stdev(values), rel=1e-9)


def test_one_alone_has_no_standard_deviation_and_nobody_has_nothing() -> None:
    assert spread({7: 1}) == Spread(1, 7, None, 7, 7)
    assert spread({}) is None


def test_a_range_of_one_value_is_one_number() -> None:
    one, several = spread({0.82: 3}), spread({1: 1, 2.54: 2})
    assert one is not None
    assert several is not None

    assert in_range(one) == "0.8"
    assert in_range(several) == "1–2.5"
    assert in_range(several, whole=True) == "1–3"
