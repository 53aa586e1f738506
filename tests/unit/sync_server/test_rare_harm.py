"""The rule over the cases between two harms: against closed forms, R and SciPy."""

from __future__ import annotations

import math
import random

import pytest
from scipy.stats import betabinom, binom, geom, nbinom

from sync_server.services.alerts import rare
from sync_server.services.alerts.clusters import chance_of_count
from tests import surveillance_vectors

VECTORS = surveillance_vectors.kept()


@pytest.mark.parametrize("row", VECTORS["tail_chances"], ids=str)
def test_the_chance_is_what_r_gets_by_integration_and_scipy_by_its_own_distribution(row: list[float]) -> None:
    events, cases, before, cases_before = map(int, row[:4])

    found = rare.chance_of(events, cases, before, cases_before)

    assert found == pytest.approx(row[4], rel=1e-9)
    assert found == pytest.approx(betabinom.sf(events - 1, cases, 1 + before, 19 + cases_before - before), rel=1e-9)


def test_with_much_before_it_the_chance_becomes_that_of_a_known_share() -> None:
    known = binom.sf(2, 30, 0.05)

    assert rare.chance_of(3, 30, 50_000, 1_000_000) == pytest.approx(known, rel=1e-3)
    # Three or more in 30 is the same as the third within 30: the negative binomial's side of it.
    assert known == pytest.approx(nbinom.cdf(27, 3, 0.05))


@pytest.mark.parametrize("row", VECTORS["lower_limits"], ids=str)
def test_the_lower_limit_of_a_single_gap_is_rs(row: list[float | None]) -> None:
    assert row[0] is not None
    assert rare.lower_limit(row[0]) == row[1]


@pytest.mark.parametrize("share", [0.3, 0.05, 0.011, 0.0099, 0.002, 0.0003])
def test_the_lower_limit_is_the_longest_gap_that_is_rare_enough(share: float) -> None:
    limit = rare.lower_limit(share)

    # SciPy counts the trial with the event, too.
    assert geom.cdf(1 if limit is None else limit + 2, share) > rare.ALPHA
    assert limit is None or geom.cdf(limit + 1, share) <= rare.ALPHA


def test_mean_and_limits_of_the_g_chart_are_those_of_the_geometric_distribution() -> None:
    """Benneyan 2001: centre the mean gap, limits mean -/+ 3 sqrt(mean (mean + 1))."""
    mean = rare.usual_gap(0.05)
    spread = math.sqrt(nbinom.var(1, 0.05))

    assert mean == pytest.approx(nbinom.mean(1, 0.05)) == pytest.approx(19)
    assert rare.three_sigma(mean) == (0.0, pytest.approx(19 + 3 * spread))


def test_gaps_are_the_cases_between() -> None:
    assert rare.gaps([4, 11, 14, 15, 17]) == [3, 6, 2, 0, 1]
    assert rare.gaps([]) == []


def test_two_harms_far_apart_say_nothing_and_four_together_do() -> None:
    assert rare.too_close([30, 75, 110]) == []

    found = rare.too_close([30, 75, 110, 112, 113, 115])

    assert [one.event for one in found] == [3, 4, 5] or [one.event for one in found] == [4, 5]
    last = found[-1]
    assert last.chance <= rare.ALPHA
    assert last.expected < 1 < last.events
    assert 110 < 115 - last.cases + last.events + last.cases <= 130


def test_the_same_harms_among_more_cases_are_less_of_a_signal() -> None:
    assert rare.chance_of(3, 6, 2, 50) < rare.chance_of(3, 12, 2, 50) < rare.chance_of(3, 60, 2, 50)


def test_a_ward_that_always_leaked_learns_it_as_usual() -> None:
    """What the rule misses, stated: it has no norm from outside beyond its first twenty cases."""
    assert rare.too_close(range(12, 600, 12)) == []


@pytest.mark.parametrize(("count", "weeks", "before", "weeks_before"), [(3, 1, 4, 26), (7, 3, 20, 26), (3, 1, 0, 9)])
def test_the_second_look_is_the_tail_of_a_negative_binomial(
    count: int, weeks: int, before: int, weeks_before: int
) -> None:
    expected = nbinom.sf(count - 1, before + 0.5, weeks_before / (weeks + weeks_before))

    assert chance_of_count(count, weeks, before, weeks_before) == pytest.approx(expected, rel=1e-9)


def test_false_alarms_of_the_rule_are_as_rare_as_stated() -> None:
    """3 cases a week, one in twenty a leak and nothing changes: at most one false alert in eight years of a ward."""
    chance = random.Random(20261121)
    false, years = 0, 400
    for _ in range(years // 2):
        places = [place for place in range(1, 3 * 104 + 1) if chance.random() < 0.05]
        found = [signal.event for signal in rare.too_close(places)]
        false += sum(event - 1 not in found for event in found)

    assert 0 < false / years <= 1 / 8


def test_two_leaks_a_week_more_are_found_within_four_weeks() -> None:
    """In 8 of 10 wards with 3 cases a week, after 40 weeks of one leak in twenty; by this rule alone."""
    chance = random.Random(7)
    waits = []
    for _ in range(200):
        cases = [(week, chance.random() < 0.05) for week in range(40) for _ in range(3)]
        for week in range(40, 44):
            new = [(week, chance.random() < 0.05) for _ in range(3)] + [(week, True)] * 2
            chance.shuffle(new)
            cases += new
        places = [place for place, (_, is_leak) in enumerate(cases, start=1) if is_leak]
        found = [cases[places[signal.event] - 1][0] for signal in rare.too_close(places)]
        waits.append(min((week for week in found if week >= 40), default=99) - 39)

    assert sum(wait <= 4 for wait in waits) >= 0.8 * len(waits)
