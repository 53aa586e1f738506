"""Clusters in the weekly counts of one site and diagnosis, and in what lies between its rare harms.

Weeks are those in which a case reached the server: no other day leaves a tablet. A tablet that was silent for long
delivers many cases in one week, and that can look like a cluster; whoever looks at an alert is told so.

EARS alone calls a week with small counts a cluster about twice a year where nothing has changed, for each of dozens of
series. So a week raises one only if EARS signals, there are `FEWEST` cases, and a second look over up to half a year
before says the same: were weeks Poisson with the rate that those teach, so many or more would come in `SECOND_LOOK` of
them or fewer (gamma-Poisson, so the tail of a negative binomial distribution). For C3 all three weeks are looked at.
Weeks that signal belong together when at most `REST` quiet weeks lie between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

from sync_server.services.alerts.ears import Limits, ears
from sync_server.services.alerts.rare import too_close

FEWEST = 3
REST = 2
SECOND_LOOK = 0.005
_LONG = 26
BETWEEN = "between"
"""The rule over the cases between two harms, beside C1, C2 and C3."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Weeks (places in the series, counted from 0) with more than usual. `seen` and `expected` are over these weeks."""

    first: int
    last: int
    rules: tuple[str, ...]
    seen: int
    expected: float


@dataclass(frozen=True, slots=True)
class Harm:
    """Where the rare harms of a site stand among all its cases (from 1, in the order of arrival), and in which week."""

    places: Sequence[int]
    weeks: Sequence[int]


def clusters(counts: Sequence[int | None], harm: Harm | None = None) -> list[Cluster]:
    """Return the clusters of a series of weeks, in their order; with `harm`, those of the cases between, too."""
    limits = ears(counts)
    marked: list[tuple[int, int, str]] = []
    for week, limit in enumerate(limits):
        marked += [(week - 2 if rule == "C3" else week, week, rule) for rule in _raises(limits, week, limit)]
    if harm is not None:
        spans = [(harm.weeks[one.event - one.events + 1], harm.weeks[one.event]) for one in too_close(harm.places)]
        # Harms from before the series, in weeks below 0, say what is usual.
        marked += [(max(0, first), last, BETWEEN) for first, last in spans if last >= 0]
    found: list[Cluster] = []
    groups: list[list[tuple[int, int, str]]] = []
    for one in sorted(marked, key=lambda each: (each[1], each[0])):
        if groups and one[0] - max(last for _, last, _ in groups[-1]) <= REST + 1:
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        first, last = min(start for start, _, _ in group), max(end for _, end, _ in group)
        rules = tuple(rule for rule in ("C1", "C2", "C3", BETWEEN) if any(rule == one for _, _, one in group))
        while first < last and not counts[first]:
            first += 1
        while last > first and not counts[last]:
            last -= 1
        seen = sum(count or 0 for count in counts[first : last + 1])
        found.append(Cluster(first, last, rules, seen, _usual(limits, first) * (last - first + 1)))
    return found


def chance_of_count(count: int, weeks: int, count_before: int, weeks_before: int) -> float:
    """Return how likely so many or more are in some weeks, given those in the weeks before, were the rate the same.

    Gamma-Poisson with Jeffreys' prior: the tail of a negative binomial distribution.
    """
    shape, share = count_before + 0.5, weeks / (weeks + weeks_before)
    fewer = 0.0
    for k in range(count):
        log_chance = lgamma(k + shape) - lgamma(shape) - lgamma(k + 1) + k * log(share) + shape * log(1 - share)
        fewer += exp(log_chance)
    return max(0.0, 1 - fewer)


def _raises(limits: Sequence[Limits], week: int, limit: Limits) -> list[str]:
    return [rule for rule in limit.signals if _is_rare(limits, week, 3 if rule == "C3" else 1)]


def _is_rare(limits: Sequence[Limits], week: int, weeks: int) -> bool:
    start = max(0, week - weeks + 1)
    count = sum(one.count or 0 for one in limits[start : week + 1])
    before = [one.count for one in limits[max(0, start - _LONG) : start] if one.count is not None]
    return count >= FEWEST and bool(before) and chance_of_count(count, weeks, sum(before), len(before)) <= SECOND_LOOK


def _usual(limits: Sequence[Limits], week: int) -> float:
    """Return the mean of a week before the cluster: that of C1 where there is one, else of all weeks before."""
    expected = limits[week].expected
    if expected is not None:
        return expected
    before = [one.count for one in limits[:week] if one.count is not None]
    return sum(before) / len(before) if before else 0.0
