"""Time to an event that not everybody has had: the estimate of Kaplan and Meier (J Am Stat Assoc 1958;53:457).

    still there at t = product over event times u <= t of (1 - events at u / at risk at u)

The interval is Greenwood's on the scale of log(-log) (Kalbfleisch and Prentice, The Statistical Analysis of Failure
Time Data, 1980), which stays between 0 and 1. Where nobody or everybody is left it is not defined.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.evaluation.scores import Z95


@dataclass(frozen=True, slots=True)
class Survival:
    """From `at` on, `left` of all are without the event. `events` happened and `censored` ended exactly there."""

    at: float
    at_risk: int
    events: int
    censored: int
    left: float
    low: float | None
    high: float | None


def kaplan_meier(observed: Mapping[tuple[float, bool], int]) -> tuple[Survival, ...]:
    """Return the curve of (time, had the event) pairs and how many have each, one row for each time."""
    left, variance, at_risk = 1.0, 0.0, sum(observed.values())
    rows = []
    for at in sorted({at for at, _ in observed}):
        d, censored = (observed.get((at, had), 0) for had in (True, False))
        left *= 1 - d / at_risk
        # Of the last ones at risk all have it: then the variance has no value, and the interval no ends.
        variance += d / (at_risk * (at_risk - d)) if d < at_risk else 0.0
        low, high = _interval(left, variance)
        rows.append(Survival(at, at_risk, d, censored, left, low, high))
        at_risk -= d + censored
    return tuple(rows)


def median(curve: Sequence[Survival]) -> float | None:
    """Return the first time at which at most half are without the event; None if it never comes to that."""
    # 1e-12: the product of fractions that make one half may lie a rounding above it.
    return next((row.at for row in curve if row.left <= 0.5 + 1e-12), None)


def _interval(left: float, variance: float) -> tuple[float | None, float | None]:
    if not 0 < left < 1:
        return None, None
    spread = Z95 * math.sqrt(variance) / -math.log(left)
    return left ** math.exp(spread), left ** math.exp(-spread)
