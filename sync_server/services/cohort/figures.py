"""The figures of a series, from what is held of each case: counts; mean, sample standard deviation and range.

What no entry says is counted nowhere; it is neither no nor 0. A month is a twelfth of 365.25 days.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from shared.privacy.projection import NEWBORN_TO_DAYS
from sync_server.services.adjudicated_cases import AdjudicatedCases, Column, Numbers
from sync_server.services.cohort.healing import Survival, kaplan_meier

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12
NEWBORN = "newborn"
NEWBORN_BANDS = ("0_6_d", "7_27_d")

Values = Mapping[float, int]
"""Values, and how many cases have each."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, sample standard deviation (n - 1) and range of `n` known values; `sd` is None for one alone."""

    n: int
    mean: float
    sd: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and values of some cases; of each place region and side. Days count from the first visit."""

    n: int = 0
    sexes: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    knowledge: frozenset[str] = frozenset()
    sequelae: Counter[bool] = field(default_factory=Counter)
    dying_skin: Counter[bool] = field(default_factory=Counter)
    ages: Values = field(default_factory=dict)
    """In days, of newborns with a proven outcome."""
    healed: Values = field(default_factory=dict)
    """In months."""
    followed: Values = field(default_factory=dict)
    """In years."""
    courses: Mapping[tuple[float, bool], int] = field(default_factory=dict)
    """(months, healed) of those of whom either healing or a later visit is known."""

    def healing(self) -> tuple[Survival, ...]:
        """Return the curve of those who are not healed, over months."""
        return kaplan_meier(self.courses)


def figures(held: AdjudicatedCases, numbers: Numbers, age: str = "") -> Figures:
    """Return the figures of those of these cases that are of an age group, or `NEWBORN`. To be asked within `fresh`.

    A newborn is a child that was seen first in its first 28 days, as far as is known.
    """
    what, ages = held.lines["what"], held.numbers["age_days"]
    if age:
        bands = NEWBORN_BANDS if age == NEWBORN else (age,)
        is_it = what.where(lambda words: words[3] in bands)[numbers]
        if age == NEWBORN:
            is_it |= (ages[numbers] >= 0) & (ages[numbers] <= NEWBORN_TO_DAYS)
        numbers = numbers[is_it]
    children = _words(what.words, what.of[numbers])
    places = _words(held.lines["place"].words, held.lines["place"].of[numbers])
    healed, followed = held.numbers["healed_days"][numbers], held.numbers["followed_days"][numbers]
    found = Figures(
        n=len(numbers),
        knowledge=frozenset(version for (_, _, versions), _ in places for version in versions.split()),
        sequelae=_yes_no(held.numbers["sequelae"][numbers]),
        dying_skin=_yes_no(held.numbers["dying_skin"][numbers]),
        ages=_values(ages[numbers]),
        healed=_values(healed, DAYS_A_MONTH),
        followed=_values(followed, DAYS_A_YEAR),
        courses={(months, True): n for months, n in _values(healed, DAYS_A_MONTH).items()}
        | {(months, False): n for months, n in _values(followed[healed < 0], DAYS_A_MONTH).items()},
    )
    for (_, _, sex, band), count in children:
        found.sexes[sex if sex in ("male", "female") else ""] += count
        found.bands[band] += count
    for (region, side, _), count in places:
        found.places[region, side] += count
    return found


def spread(values: Values) -> Spread | None:
    """Return the figures of some values; None of none."""
    if not values:
        return None
    n = sum(values.values())
    mean = math.fsum(value * count for value, count in values.items()) / n
    squares = math.fsum((value - mean) ** 2 * count for value, count in values.items())
    return Spread(n, mean, math.sqrt(squares / (n - 1)) if n > 1 else None, min(values), max(values))


def _words(words: list[tuple[str, ...]], of: Column) -> list[tuple[tuple[str, ...], int]]:
    counts = np.bincount(of, minlength=1)
    return [(words[code], int(counts[code])) for code in np.flatnonzero(counts)]


def _values(days: Column, unit: float = 1) -> Values:
    values, counts = np.unique(days[days >= 0], return_counts=True)
    return {day / unit: count for day, count in zip(values.tolist(), counts.tolist(), strict=True)}


def _yes_no(said: Column) -> Counter[bool]:
    found: Iterable[tuple[bool, int]] = ((answer, int((said == answer).sum())) for answer in (False, True))
    return Counter({answer: count for answer, count in found if count})
