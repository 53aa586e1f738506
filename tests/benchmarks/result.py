"""One line of the table, and whether what was wanted is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

NOISE = 1.5
"""A bar counts as broken, and the run fails, from so many times beyond it: below that it may be a busy machine.
Bytes are counted, so a bar in bytes is broken as soon as it is passed."""

SECONDS, BYTES, MEGABYTES = "s", "B", "MB"


@dataclass(frozen=True, slots=True)
class Reference:
    """What was measured in turns with ours, on the same children in the same order; or one figure that is quoted.

    Without any figure nothing is compared: what should stand here could not be measured, and `name` says why.
    """

    name: str
    seconds: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Equality:
    """The largest difference between our figures and the reference's, and how large it may be."""

    difference: float
    allowed: float


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of the fastest round, child by child, with what they are compared with and what is wanted.

    `unit`           bytes or megabytes instead of seconds: then `seconds` holds these, and smaller is better as well
    `at_most`        seconds that 95 of 100 children may take
    `times_faster`   how many times faster than the reference ours is wanted to be, in the median child
    `never_below`    for a ratio that is known not to reach `times_faster`: from where down the run fails all the same
    """

    what: str
    seconds: Sequence[float]
    reference: Reference | None = None
    at_most: float | None = None
    times_faster: float | None = None
    never_below: float | None = None
    equality: Equality | None = None
    unit: str = SECONDS

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """Return the nearest-rank 95th centile: a time that was measured."""
        ordered = sorted(self.seconds)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]

    @property
    def ratio(self) -> float | None:
        """Return how many times faster ours is: the median over the children of reference / ours."""
        if self.reference is None or not self.reference.seconds:
            return None
        theirs = self.reference.seconds
        # One figure that is quoted stands beside each of ours.
        beside = theirs if len(theirs) > 1 else [*theirs] * len(self.seconds)
        return median(other / ours for other, ours in zip(beside, self.seconds, strict=True))

    @property
    def is_met(self) -> bool | None:
        """Tell whether everything wanted is met; None if nothing is wanted, or nothing could be compared."""
        wanted = []
        if self.at_most is not None:
            wanted.append(self.p95 <= self.at_most)
        if self.times_faster is not None and self.ratio is not None:
            wanted.append(self.ratio >= self.times_faster)
        if self.equality is not None:
            wanted.append(self.equality.difference <= self.equality.allowed)
        return all(wanted) if wanted else None

    @property
    def is_broken(self) -> bool:
        """Tell whether the run must fail: unequal, or beyond a bar by more than the noise of a machine."""
        if self.equality is not None and not self.equality.difference <= self.equality.allowed:
            return True
        noise = NOISE if self.unit == SECONDS else 1.0
        if self.at_most is not None and self.p95 > noise * self.at_most:
            return True
        floor = self.never_below if self.never_below is not None else (self.times_faster or 0.0) / noise
        return self.ratio is not None and self.ratio < floor
