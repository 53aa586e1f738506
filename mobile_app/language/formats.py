"""Dates and lists as a language writes them, by CLDR. Babel loads when the first date or list is said, not at start.

Digits of dates stay Western here; `presenters/wording.py` says which digits running text has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mobile_app.language.speaking import current
from shared.language.languages import PSEUDO
from shared.language.pseudo import bracketed


def day_and_month(day: date) -> str:
    """Return "21 Nov"."""
    return _skeleton("MMMd", day)


def day_month_and_year(day: date) -> str:
    """Return "21 Nov 2026"."""
    return _skeleton("yMMMd", day)


def month(day: date) -> str:
    """Return "November"; "11월"."""
    from babel.dates import format_date

    return _marked(format_date(day, "LLLL", locale=current().formats))


def month_and_year(day: date) -> str:
    """Return "November 2026"."""
    return _skeleton("yMMMM", day)


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    from babel.lists import format_list

    return _marked(format_list(words, locale=current().formats))


def _skeleton(skeleton: str, day: date) -> str:
    from babel.dates import format_skeleton

    return _marked(format_skeleton(skeleton, day, locale=current().formats))


def _marked(text: str) -> str:
    return bracketed(text) if current() is PSEUDO else text
