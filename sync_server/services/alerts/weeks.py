"""Weeks of ISO 8601 such as 2026-W47: their order, and what stands between two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta


def week_of(day: str) -> str:
    """Return the week that a day (2026-11-21) lies in."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


def monday(week: str) -> date:
    """Return the first day of a week."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def later(week: str, weeks: int) -> str:
    """Return the week so many weeks later; earlier if negative."""
    return week_of((monday(week) + timedelta(weeks=weeks)).isoformat())


def apart(first: str, last: str) -> int:
    """Return how many weeks lie from one to the other."""
    return (monday(last) - monday(first)).days // 7


def from_to(first: str, last: str) -> Sequence[str]:
    """Return the weeks from the first to the last; none if the last is earlier."""
    return [later(first, number) for number in range(apart(first, last) + 1)]


def is_week(words: str) -> bool:
    """Tell whether this is a week that there is."""
    if len(words) != 8 or words[4:6] != "-W" or not (words[:4] + words[6:]).isascii():
        return False
    try:
        return later(words, 0) == words
    except ValueError:
        return False
