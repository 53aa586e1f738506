"""EARS C1, C2 and C3 over counts at equal steps of time: is this count more than the last ones let expect?

    C1, C2   above mean + z * max(s, least) of seven steps: those just before, or those that end three before
    C3       sum over this step and the two before it of max(0, C2 - 1), with C2 = (count - mean) / max(s, least)

Hutwagner L et al., J Urban Health 2003;80(2 Suppl 1):i89-96; Fricker RD et al., Stat Med 2008;27:3407-3429. Checked
against earsC of the R package surveillance (Salmon M et al., J Stat Softw 2016;70(10)): limits of C1 and C2, and every
part of C3. Its version 1.20.3 leaves the present step out of C3 when it decides (it adds the count to the limit instead
of the mean); here the step itself counts, as published.

`least` keeps a row of zeros from calling a single case a cluster; 0.5 for sparse data is Burkom's, as its help says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt
from statistics import NormalDist

BASELINE = 7
"""Steps that say what is usual."""
LEAST = 0.5
"""Least standard deviation."""
ALPHA = 0.001
"""Of C1 and C2, for each step, were the counts normally distributed with known mean; small counts are not."""
ALPHA_C3 = 0.025
_LAG = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What EARS says of one step. None where there are not enough steps before it, or one of them is not known.

    `expected` is C1's mean, `expected_lagged` that of C2 and C3. `c3_limit` is the count above which C3 signals; a
    count can be above it though it is low, when the two steps before were far too high.
    """

    count: int | None
    expected: float | None = None
    c1: float | None = None
    expected_lagged: float | None = None
    c2: float | None = None
    share: float | None = None
    c3: float | None = None
    c3_limit: float | None = None

    @property
    def signals(self) -> tuple[str, ...]:
        """Return those of C1, C2, C3 that say that this is too many."""
        if self.count is None:
            return ()
        found = [name for name, limit in (("C1", self.c1), ("C2", self.c2)) if limit is not None and self.count > limit]
        if self.c3 is not None and self.c3 > _z(ALPHA_C3):
            found.append("C3")
        return tuple(found)


def ears(counts: Sequence[int | None], *, least: float = LEAST, alpha: float = ALPHA) -> list[Limits]:
    """Return the limits for each count.

    Args:
        counts: at equal steps, in order; None where it is not known.
        least: the least standard deviation, of which C3 needs one above 0.
        alpha: of C1 and C2.
    """
    z = _z(alpha)
    found: list[Limits] = []
    shares: list[float | None] = []
    for n, count in enumerate(counts):
        near, lagged = _usual(counts, n, 0, least), _usual(counts, n, _LAG, least)
        share = None
        if count is not None and lagged is not None and lagged[1] > 0:
            share = max(0.0, (count - lagged[0]) / lagged[1] - 1)
        shares.append(share)
        parts = shares[-3:]
        c3 = c3_limit = None
        if len(parts) == 3 and lagged is not None and None not in parts:
            before = sum(part for part in parts[:2] if part is not None)
            c3 = before + (parts[2] or 0.0)
            c3_limit = max(0.0, lagged[0] + lagged[1] * (1 + _z(ALPHA_C3) - before))
        found.append(
            Limits(
                count,
                expected=near[0] if near else None,
                c1=near[0] + z * near[1] if near else None,
                expected_lagged=lagged[0] if lagged else None,
                c2=lagged[0] + z * lagged[1] if lagged else None,
                share=share,
                c3=c3,
                c3_limit=c3_limit,
            )
        )
    return found


def _usual(counts: Sequence[int | None], n: int, lag: int, least: float) -> tuple[float, float] | None:
    """Return mean and standard deviation of the steps that say what is usual at step n."""
    start = n - lag - BASELINE
    before = [count for count in counts[max(0, start) : n - lag] if count is not None]
    if start < 0 or len(before) < BASELINE:
        return None
    mean = sum(before) / BASELINE
    return mean, max(sqrt(fsum((count - mean) ** 2 for count in before) / (BASELINE - 1)), least)


@cache
def _z(alpha: float) -> float:
    return NormalDist().inv_cdf(1 - alpha)
