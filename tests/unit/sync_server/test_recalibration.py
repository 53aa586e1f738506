"""Slope and intercept against another optimiser and closed forms; intervals by how often they hold what is true."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest
from scipy.optimize import minimize

from sync_server.services.performance.figures import bins_of
from sync_server.services.performance.recalibration import Statements, recalibrate, statements_of


def drawn(seed: int, cases: int, *, slope: float = 1.0, intercept: float = 0.0) -> Counter[Statements]:
    """Return one statement a case that came true by logit P = intercept + slope * logit(said)."""
    chance = random.Random(seed)
    said: Counter[Statements] = Counter()
    for _ in range(cases):
        percent = chance.choice((5, 15, 30, 50, 70, 85, 95))
        odds = math.log(percent / (100 - percent))
        said[((percent, chance.random() < 1 / (1 + math.exp(-intercept - slope * odds))),)] += 1
    return said


@pytest.mark.parametrize(("seed", "slope", "intercept"), [(1, 1.0, 0.0), (2, 0.6, -0.4), (3, 1.5, 0.3)])
def test_slope_and_intercept_are_where_another_optimiser_finds_them(seed: int, slope: float, intercept: float) -> None:
    said = drawn(seed, 600, slope=slope, intercept=intercept)

    def unlikely(line: np.ndarray) -> float:
        total = 0.0
        for ((percent, came),), count in said.items():
            logit = line[0] + line[1] * math.log(percent / (100 - percent))
            total += count * math.log1p(math.exp(-logit if came else logit))
        return total

    other = minimize(unlikely, [0.0, 1.0], method="BFGS", options={"gtol": 1e-8})
    found = recalibrate(said)

    assert found is not None
    assert (found.intercept, found.slope) == pytest.approx(tuple(other.x), abs=1e-4)


def test_with_one_statement_a_case_the_sandwich_is_that_of_white() -> None:
    said = drawn(4, 400)
    found = recalibrate(said)
    assert found is not None

    rows = [(p, came) for ((p, came),), count in said.items() for _ in range(count)]
    design = np.array([[1.0, math.log(p / (100 - p))] for p, _ in rows])
    came = np.array([float(one) for _, one in rows])
    chance = 1 / (1 + np.exp(-design @ [found.intercept, found.slope]))
    bread = np.linalg.inv(design.T @ (design * (chance * (1 - chance))[:, None]))
    scores = design * (came - chance)[:, None]
    covariance = bread @ scores.T @ scores @ bread * 400 / 399
    half = 1.959963984540054 * math.sqrt(covariance[1, 1])

    assert found.slope_interval == pytest.approx((found.slope - half, found.slope + half), abs=1e-9)


def test_the_intervals_of_a_tool_that_means_what_it_says_hold_one_and_nought_about_95_times_in_100() -> None:
    held = of_intercept = 0
    for seed in range(200):
        found = recalibrate(drawn(seed, 150))
        assert found is not None
        held += found.slope_interval[0] <= 1 <= found.slope_interval[1]
        of_intercept += found.intercept_interval[0] <= 0 <= found.intercept_interval[1]

    assert 180 <= held <= 199
    assert 180 <= of_intercept <= 199


def test_a_case_said_twice_over_is_no_second_case() -> None:
    """The same statement three times a case leaves the interval where it was: clusters, not statements, count."""
    said = drawn(5, 300)
    once, thrice = recalibrate(said), recalibrate({statements * 3: count for statements, count in said.items()})

    assert once is not None
    assert thrice is not None
    assert thrice.slope_interval == pytest.approx(once.slope_interval, abs=1e-6)
    assert (once.statements, thrice.statements, thrice.cases) == (300, 900, 300)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {((70, True),): 12, ((70, False),): 7},
        {((70, True),): 500},
        {((70, True),): 50, ((70, False),): 50},
        {((90, True),): 50, ((10, False),): 50},
    ],
)
def test_where_there_is_no_line_to_be_found_there_is_none(said: dict[Statements, int]) -> None:
    assert recalibrate(said) is None


def test_a_conclusion_states_its_first_three_and_only_one_of_them_came_true() -> None:
    assert statements_of((77, 12, 0), 2) == ((77, False), (12, True))
    assert statements_of((77, 12, 5), 0) == ((77, False), (12, False), (5, False))


def test_a_bin_holds_its_lower_end_and_the_last_one_both() -> None:
    bins = bins_of({((10, True),): 3, ((9, False),): 2, ((100, True),): 4, ((90, False),): 1})

    assert [(one.low, one.high, one.observed.k, one.observed.n) for one in bins] == [
        (0.0, 0.1, 0, 2),
        (0.1, 0.2, 3, 3),
        (0.9, 1.0, 4, 5),
    ]
    assert bins[2].predicted == pytest.approx(0.98)
