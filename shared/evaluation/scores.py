"""How good a ranking is, over many cases, in the usual figures of forecasting.

    right first, in first three   share of records, with the Wilson score interval (Wilson, JASA 1927;22:209)
    Brier score                   mean of sum over conditions (p - outcome)^2, from 0 to 2 (Brier, Mon Weather Rev 1950)
    log score                     mean of -ln P(right); 0 is perfect (Good, J R Stat Soc B 1952;14:107)

Diagnoses that count as right are pooled into one outcome. The interval by resampling takes children, not records: two
visits of one child are not two children.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.evaluation.judging import JudgedCase

Z95 = 1.959963984540054
RESAMPLES = 2000
SEED = 20261121
_LEAST = 1e-12

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % Wilson interval."""

    k: int
    n: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The scores of a set of records. Brier and log score are None where a diagnosis is not ranked, or n is 0."""

    records: int
    children: int
    first: Share
    first_three: Share
    brier: float | None
    log_score: float | None


@dataclass(frozen=True, slots=True)
class Resampled:
    """95 % intervals of the same four figures when children are drawn again with replacement."""

    first: Interval
    first_three: Interval
    brier: Interval
    log_score: Interval


def wilson(k: int, n: int) -> Interval:
    """Return the 95 % Wilson score interval of k successes in n; of nothing, the whole range."""
    if n == 0:
        return 0.0, 1.0
    p, z2 = k / n, Z95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends the formula gives 0 and 1 but for rounding.
    return 0.0 if k == 0 else middle - half, 1.0 if k == n else middle + half


def share(k: int, n: int) -> Share:
    return Share(k, n, k / n if n else 0.0, wilson(k, n))


def brier(probabilities: Mapping[str, float], right: Sequence[str]) -> float:
    """Return the Brier score of one forecast: 0 for certainty in the right place, 2 for certainty in a wrong one."""
    p_right = sum(p for name, p in probabilities.items() if name in right)
    return (1 - p_right) ** 2 + sum(p * p for name, p in probabilities.items() if name not in right)


def log_score(p_right: float) -> float:
    """Return -ln P(right), in nats."""
    return -math.log(max(p_right, _LEAST))


def accuracy(judged: Sequence[JudgedCase]) -> Accuracy:
    """Return the scores over all records given; a diagnosis that is not ranked counts as missed."""
    n = len(judged)
    are_all_ranked = n > 0 and all(item.place is not None for item in judged)
    return Accuracy(
        records=n,
        children=len({item.case.patient for item in judged}),
        first=share(sum(item.is_among(1) for item in judged), n),
        first_three=share(sum(item.is_among(3) for item in judged), n),
        brier=sum(brier(i.probabilities, i.case.acceptable) for i in judged) / n if are_all_ranked else None,
        log_score=sum(log_score(i.p_right) for i in judged) / n if are_all_ranked else None,
    )


def resampled(judged: Sequence[JudgedCase], draws: int = RESAMPLES, seed: int = SEED) -> Resampled:
    """Return the intervals over children (percentiles of a seeded bootstrap); each child brings all its records.

    Raises:
        ValueError: there is no record.
    """
    if not judged:
        raise ValueError("there is nothing to draw from")
    children = sorted({item.case.patient for item in judged})
    sums = np.zeros((len(children), 5))
    for item in judged:
        scores = (brier(item.probabilities, item.case.acceptable), log_score(item.p_right))
        sums[children.index(item.case.patient)] += (1, item.is_among(1), item.is_among(3), *scores)
    # RandomState: its stream is frozen, so the same records give the same interval on every machine.
    drawn = np.random.RandomState(seed).randint(0, len(children), size=(draws, len(children)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.percentile(totals[:, 1:] / totals[:, :1], (2.5, 97.5), axis=0)
    first, three, of_brier, of_log = ((float(a), float(b)) for a, b in zip(low, high, strict=True))
    return Resampled(first, three, of_brier, of_log)
