"""Clusters in weekly counts: how often they are false, how soon they are found."""

from __future__ import annotations

import random
from math import exp

from sync_server.services.alerts import weeks
from sync_server.services.alerts.clusters import BETWEEN, Harm, clusters
from sync_server.services.alerts.district import LEAK, District
from sync_server.services.case_index import Placed

A_WEEK = {"Clinic A": 3, "Clinic B": 2, "Clinic C": 1, "Hospital D": 2}
SHARES = (0.29, 0.2, 0.11, 0.08, 0.08, 0.05, 0.05, 0.04, 0.04, 0.02, 0.02, 0.02)
"""A district of four sites with eight cases a week of twelve diagnoses."""


def poisson(chance: random.Random, mean: float) -> int:
    drawn, left = 0, chance.random() - exp(-mean)
    term = exp(-mean)
    while left > 0:
        drawn += 1
        term *= mean / drawn
        left -= term
    return drawn


def test_a_district_in_which_nothing_changes_has_few_false_alerts_a_year() -> None:
    """Stated on the page: about two a year over all 48 series."""
    chance = random.Random(1)
    years, false = 8, 0
    for site in A_WEEK.values():
        for share in SHARES:
            counts = [poisson(chance, site * share) for _ in range(12 + 52 * years)]
            false += sum(one.last >= 12 for one in clusters(counts))

    assert false / years <= 3


def test_three_more_a_week_are_found_within_three_weeks() -> None:
    chance = random.Random(3)
    found = 0
    for _ in range(100):
        counts = [poisson(chance, 0.15) for _ in range(30)] + [poisson(chance, 3.15) for _ in range(3)]
        found += any(one.last >= 30 for one in clusters(counts))

    assert found >= 95


def test_a_cluster_says_its_weeks_what_was_seen_and_what_was_usual() -> None:
    counts = [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 4, 0]

    (one,) = clusters(counts)

    assert (one.first, one.last, one.seen) == (13, 14, 7)
    assert 0 < one.expected < 1
    assert {"C1", "C2"} <= set(one.rules)


def test_two_cases_are_no_cluster_and_old_and_new_ones_stay_apart() -> None:
    assert clusters([0] * 20 + [2, 0, 0]) == []
    assert len(clusters([0] * 12 + [5] + [0] * 12 + [6] + [0] * 3)) == 2


def test_harms_that_come_close_together_are_a_cluster_though_no_week_has_three() -> None:
    counts = [0] * 20 + [2, 2]
    harm = Harm(places=(61, 62, 64, 66), weeks=(20, 20, 21, 21))

    (one,) = clusters(counts, harm)

    assert one.rules[-1] == BETWEEN
    assert (one.first, one.last, one.seen) == (20, 21, 4)


def test_weeks_without_a_count_raise_nothing() -> None:
    assert clusters([None] * 30) == []
    assert clusters([]) == []


def test_weeks_run_over_the_year() -> None:
    assert weeks.week_of("2026-11-21") == "2026-W47"
    assert weeks.from_to("2026-W52", "2027-W02") == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert weeks.apart("2026-W52", "2027-W02") == 3
    assert weeks.later("2027-W01", -1) == "2026-W53"
    assert [weeks.is_week(words) for words in ("2026-W53", "2025-W53", "2026-W00", "2026W47", "²026-W47", "")] == [
        True, False, False, False, False, False,
    ]  # fmt: skip


def test_what_is_noted_of_the_last_months_is_what_the_whole_series_says() -> None:
    """The shorter look of `recent_clusters` finds the same clusters, at the same weeks."""
    chance = random.Random(11)
    for _ in range(25):
        counts = [poisson(chance, 0.6) for _ in range(104)]
        for week in chance.sample(range(80, 104), 2):
            counts[week] += 4
        is_leak = [(week, n < 1 and chance.random() < 0.3) for week, count in enumerate(counts) for n in range(count)]
        places = [Placed(1, 0, place, f"{week}") for place, (week, leak) in enumerate(is_leak, start=1) if leak]
        every = weeks.from_to("2024-W48", weeks.later("2024-W48", 103))
        placed = [Placed(1, 0, one.place, every[int(one.week)]) for one in places]
        for condition in ("cellulitis", LEAK):
            district = District({1: every}, {(1, condition): counts}, {1: placed})
            whole = [one for one in district.clusters(1, condition) if one.last >= 92]
            assert district.recent_clusters(1, condition, 12) == whole
