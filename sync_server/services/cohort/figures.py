"""The figures of a series, taken in case by case: counts; mean, sample standard deviation and range of what is known.

A month is a twelfth of 365.25 days.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync_server.services.cohort.facts import CohortCase
from sync_server.services.cohort.healing import Survival, kaplan_meier

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, sample standard deviation (n - 1) and range of `n` known values; `sd` is None for one alone."""

    n: int
    mean: float
    sd: float | None
    low: float
    high: float


@dataclass(slots=True)
class Figures:
    """Counts and values of the cases taken in so far. Of each case only numbers are kept."""

    n: int = 0
    sexes: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    knowledge: Counter[str] = field(default_factory=Counter)
    sequelae: Counter[bool] = field(default_factory=Counter)
    dying_skin: Counter[bool] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)
    healed: list[float] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)
    courses: list[tuple[float, bool]] = field(default_factory=list)
    """(months, healed) of each child of whom either healing or a later visit is known."""
    newborns: int = 0

    def take(self, case: CohortCase) -> None:
        """Count a case."""
        self.n += 1
        self.newborns += case.is_newborn
        self.sexes[case.sex if case.sex in ("male", "female") else ""] += 1
        self.bands[case.age_band] += 1
        self.places[case.region, case.side] += 1
        self.knowledge.update(case.knowledge)
        if case.age_days is not None:
            self.ages.append(case.age_days)
        if case.followed_days is not None:
            self.followed.append(case.followed_days / DAYS_A_YEAR)
        if case.healed_days is not None:
            self.healed.append(case.healed_days / DAYS_A_MONTH)
            self.courses.append((case.healed_days / DAYS_A_MONTH, True))
        elif case.followed_days is not None:
            self.courses.append((case.followed_days / DAYS_A_MONTH, False))
        if case.sequelae is not None:
            self.sequelae[case.sequelae] += 1
        if case.has_dying_skin is not None:
            self.dying_skin[case.has_dying_skin] += 1

    def healing(self) -> tuple[Survival, ...]:
        """Return the curve of those who are not healed, over months."""
        return kaplan_meier(self.courses)


def spread(values: Sequence[float]) -> Spread | None:
    """Return the figures of some values; None of none."""
    if not values:
        return None
    sd = statistics.stdev(values) if len(values) > 1 else None
    return Spread(len(values), statistics.fmean(values), sd, min(values), max(values))
