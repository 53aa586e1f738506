"""Rare harm on a ward: how many cases lie between one event and the next, and when they come too close together.

    cases of a ward   . . . E . . . . . . E . . E E . E      E: an event
    between           3       6             2   0 1

While one case in 1/p is an event, the number between two is geometric (mean (1-p)/p): the g-chart (Benneyan JC, Health
Care Manag Sci 2001;4:305-318; Kaminsky FC et al., J Qual Technol 1992;24:63-69). Counted over cases, not days, it does
not mind whether a tablet delivers daily or once a month.

A single short gap says little: at p = 1/20 the next case is an event one time in twenty. So the rule looks at the last
2, 3, 4 and 5 events together. With r events among the last n cases (from just after an event, or from the beginning),
and e among the m before, it asks how often r or more would come if nothing had changed; p is not known but learnt from
the m before, so the answer is the tail of a beta-binomial distribution:

    P(X >= r),  X ~ BetaBinomial(n, a + e, b + m - e)

It signals at `ALPHA` or less. What it does in the long run was simulated (`tests/unit/.../test_alert_rates.py`).
It misses a ward that has leaked all along (that is what it learns as usual), a slow rise, and whatever the tool or the
desk did not call by its name. It counts over children seen with a swelling, not over infusions given: these it never
hears of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

PRIOR_EVENTS, PRIOR_CASES = 1.0, 20.0
"""What is taken as usual where nothing was seen yet, with the weight of twenty cases: one in twenty. An estimate."""
ALPHA = 0.01
TOGETHER = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class TooClose:
    """So many events among so many cases, the last of them this event (counted from 0); expected, and the chance."""

    event: int
    events: int
    cases: int
    expected: float
    chance: float


def gaps(places: Sequence[int]) -> list[int]:
    """Return how many cases without it lie before each event. `places` count the ward's cases from 1."""
    return [place - before - 1 for before, place in zip((0, *places), places, strict=False)]


def usual_share(events: int, cases: int) -> float:
    """Return the share of events that is taken as usual after so many among so many cases."""
    return (PRIOR_EVENTS + events) / (PRIOR_CASES + cases)


def usual_gap(share: float) -> float:
    """Return the mean number of cases between two events, where this share is one."""
    return (1 - share) / share


def three_sigma(mean_gap: float) -> tuple[float, float]:
    """Return the g-chart's limits three standard deviations from the mean; the lower one is never below 0."""
    spread = 3 * sqrt(mean_gap * (mean_gap + 1))
    return max(0.0, mean_gap - spread), mean_gap + spread


def lower_limit(share: float, alpha: float = ALPHA) -> int | None:
    """Return the longest gap that comes with a chance of `alpha` or less; None: even 0 comes more often than that.

    P(gap <= g) = 1 - (1 - share)^(g + 1).
    """
    longest = int(log(1 - alpha) / log(1 - share) + 1e-9) - 1
    return longest if longest >= 0 else None


def chance_of(events: int, cases: int, events_before: int, cases_before: int) -> float:
    """Return how likely so many events or more are among so many cases, given those before."""
    a = PRIOR_EVENTS + events_before
    b = PRIOR_CASES - PRIOR_EVENTS + cases_before - events_before
    fewer = sum(exp(_log_choose(cases, k) + _log_beta(a + k, b + cases - k) - _log_beta(a, b)) for k in range(events))
    return max(0.0, 1 - fewer)


def too_close(places: Sequence[int], alpha: float = ALPHA) -> list[TooClose]:
    """Return the events at which the last ones stood too close together, each with what was least likely.

    Args:
        places: where the events stand among the ward's cases, counted from 1 in the order of arrival.
    """
    found: list[TooClose] = []
    for last, place in enumerate(places):
        best: TooClose | None = None
        for together in TOGETHER:
            before = last - together
            if before < -1:
                break
            events_before, cases_before = before + 1, places[before] if before >= 0 else 0
            cases = place - cases_before
            chance = chance_of(together, cases, events_before, cases_before)
            if chance <= alpha and (best is None or chance < best.chance):
                expected = cases * usual_share(events_before, cases_before)
                best = TooClose(last, together, cases, expected, chance)
        if best is not None:
            found.append(best)
    return found


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
