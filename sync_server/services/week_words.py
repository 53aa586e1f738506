"""Weeks as people read them. Files, addresses and the JSON API keep those of ISO 8601, such as 2026-W43."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from shared.sentence import Sentence, sentence


def week_words(week: str) -> Sentence:
    """Return "Week 47 of 2026" for 2026-W47."""
    if not week:
        return sentence("Week not known")
    year, number = _parts(week)
    return sentence("Week {week} of {year}", week=number, year=year)


def span_words(first: str, last: str) -> Sentence:
    """Return "Weeks 43 to 45 of 2026", also over the end of a year; the one week where both are the same."""
    if first == last:
        return week_words(first)
    (year, number), (last_year, last_number) = _parts(first), _parts(last)
    if year == last_year:
        return sentence("Weeks {first} to {last} of {year}", first=number, last=last_number, year=year)
    return sentence(
        "Week {first} of {year} to week {last} of {last_year}",
        first=number,
        year=year,
        last=last_number,
        last_year=last_year,
    )


def axis_words(weeks: Sequence[str]) -> list[str]:
    """Return what stands below an axis: each week's number, and the year in a line of its own where one begins."""
    years = ["", *(week[:4] for week in weeks)]
    return [
        f"{_parts(week)[1]}\n{year}" if year != before else f"{_parts(week)[1]}"
        for week, (before, year) in zip(weeks, pairwise(years), strict=True)
    ]


def _parts(week: str) -> tuple[str, int]:
    year, _, number = week.partition("-W")
    return year, int(number)
