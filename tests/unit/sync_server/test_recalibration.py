"""Slope and intercept against another optimiser and closed forms; intervals by how often they hold what is true."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.optimize import minimize

from sync_server.services.performance.figures import bins_of
from sync_server.services.performance.recalibration import Recalibration, Statements, recalibrate

Said = tuple[tuple[int, bool], ...]
"""What was said of one case: per cent, and whether it was so."""


def statements(said: Mapping[Said, int]) -> Statements:
    """Return a row for each case, of so many cases for each of these."""
    rows = [one for one, count in said.items() for _ in range(count)]
    shape = len(rows), len(rows[0]) if rows else 1
    percents = np.array([[percent for percent, _ in row] for row in rows], np.uint8).reshape(shape)
    return Statements.of(percents, np.array([[came for _, came in row] for row in rows], np.bool_).reshape(shape))


def line(said: Mapping[Said, int]) -> Recalibration | None:
    return recalibrate(statements(said))


def drawn(seed: int, cases: int, *, slope: float = 1.0, intercept: float = 0.0) -> Counter[Said]:
    """Return one statement a case that came true by logit P = intercept + slope * logit(said)."""
    chance = random.Random(seed)
    said: Counter[Said] = Counter()
    for _ in range(cases):
        percent = chance.choice((5, 15, 30, 50, 70, 85, 95))
        odds = math.log(percent / (100 - percent))
        said[((percent, chance.random() < 1 / (1 + math.exp(-intercept - slope * odds))),)] += 1
    return said


@pytest.mark.parametrize(("seed", "slope", "intercept"), [(1, 1.0, 0.0), (2, 0.6, -0.4), (3, 1.5, 0.3)])
def test_slope_and_intercept_are_where_another_optimiser_finds_them(seed: int, slope: float, intercept: float) -> None:
    said = drawn(seed, 600, slope=slope, intercept=intercept)

    def unlikely(of: np.ndarray) -> float:
        total = 0.0
        for ((percent, came),), count in said.items():
            logit = of[0] + of[1] * math.log(percent / (100 - percent))
            total += count * math.log1p(math.exp(-logit if came else logit))
        return total

    other = minimize(unlikely, [0.0, 1.0], method="BFGS", options={"gtol": 1e-8})
    found = line(said)

    assert found is not None
    assert (found.intercept, found.slope) == pytest.approx(tuple(other.x), abs=1e-4)


def test_with_one_statement_a_case_the_sandwich_is_that_of_white() -> None:
    said = drawn(4, 400)
    found = line(said)
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
        found = line(drawn(seed, 150))
        assert found is not None
        held += found.slope_interval[0] <= 1 <= found.slope_interval[1]
        of_intercept += found.intercept_interval[0] <= 0 <= found.intercept_interval[1]

    assert 180 <= held <= 199
    assert 180 <= of_intercept <= 199


def test_a_case_said_twice_over_is_no_second_case() -> None:
    """The same statement three times a case leaves the interval where it was: clusters, not statements, count."""
    said = drawn(5, 300)
    once, thrice = line(said), line({one * 3: count for one, count in said.items()})

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
def test_where_there_is_no_line_to_be_found_there_is_none(said: dict[Said, int]) -> None:
    assert line(said) is None


def test_what_has_no_per_cent_is_no_statement() -> None:
    said = statements({((77, False), (12, True), (0, False)): 2, ((77, False), (12, False), (5, False)): 1})

    assert {
        (percent, came): said.counts[percent, came] for percent, came in zip(*said.counts.nonzero(), strict=True)
    } == {
        (77, 0): 3,
        (12, 1): 2,
        (12, 0): 1,
        (5, 0): 1,
    }


def test_a_bin_holds_its_lower_end_and_the_last_one_both() -> None:
    bins = bins_of(statements({((10, True),): 3, ((9, False),): 2, ((100, True),): 4, ((90, False),): 1}).counts)

    assert [(one.low, one.high, one.observed.k, one.observed.n) for one in bins] == [
        (0.0, 0.1, 0, 2),
        (0.1, 0.2, 3, 3),
        (0.9, 1.0, 4, 5),
    ]
    assert bins[2].predicted == pytest.approx(0.98)
