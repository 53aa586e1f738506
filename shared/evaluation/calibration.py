"""Whether a probability means what it says: of those called 70 %, are 7 in 10 right?

    expected calibration error = sum over bins n_bin / n * |mean predicted - observed share|

(Naeini et al., AAAI 2015.) With some thirty records the error of a perfectly calibrated forecast is not 0 but about
0.1: read the table, not the decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.evaluation.judging import JudgedCase
from shared.evaluation.scores import Share, share

FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
RARE = (0.0, 0.01, 0.05, 0.20, 0.50, 1.0)
"""Edges where the lines of the disposition lie."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts from `low` up to `high` (the last bin holds its upper end): their mean, and how many came true."""

    low: float
    high: float
    predicted: float
    observed: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """A reliability table; empty bins are left out. `error` is the expected calibration error."""

    bins: tuple[Bin, ...]
    n: int
    error: float


def calibration(forecasts: Sequence[tuple[float, bool]], edges: Sequence[float] = FIFTHS) -> Calibration:
    """Return the table of (probability, came true) pairs. `edges` ascend from 0 to 1."""
    bins = []
    for low, high in zip(edges, edges[1:], strict=False):
        inside = [(p, came) for p, came in forecasts if low <= p < high or p == high == edges[-1]]
        if inside:
            n = len(inside)
            bins.append(Bin(low, high, sum(p for p, _ in inside) / n, share(sum(came for _, came in inside), n)))
    n = len(forecasts)
    error = sum(row.observed.n * abs(row.predicted - row.observed.share) for row in bins) / n if n else 0.0
    return Calibration(tuple(bins), n, error)


def of_leading(judged: Sequence[JudgedCase]) -> Calibration:
    """Return how often the leading condition was right, against its probability."""
    return calibration([(item.leading[1], item.is_among(1)) for item in judged])


def of_danger(judged: Sequence[JudgedCase], dangerous: Sequence[str]) -> Calibration:
    """Return how often it was a dangerous infection, against the summed probability of those."""
    return calibration(
        [
            (
                min(1.0, sum(p for name, p in item.probabilities.items() if name in dangerous)),
                item.case.final_diagnosis in dangerous,
            )
            for item in judged
        ],
        RARE,
    )
