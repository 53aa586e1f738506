"""An age as it is typed: a number with its unit, or a birth date from which the age on this day is counted.

9 months            ─▶ 274 days
12 . 2 . 2026       ─▶ 282 days on 21 November 2026        the date itself stays on the tablet
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mobile_app.presenters.wording import (
    AGE_UNITS,
    DAYS_A_YEAR,
    age_group,
    age_in_days,
    age_in_words,
    count_of,
    number_in_words,
    say,
)

DATE_PARTS = ("year", "month", "day")
MAX_PART = 4


@dataclass(frozen=True, slots=True)
class AgeEntry:
    """What stands in the fields. `birth` is None where an age is typed, otherwise year, month and day as typed."""

    text: str = ""
    unit: str = "months"
    birth: tuple[str, str, str] | None = None

    @classmethod
    def kept(cls, days: int | None, birth_date: str) -> AgeEntry:
        """Return what stood there when the draft was kept."""
        if birth_date:
            year, month, day = (*birth_date.split("-"), "", "", "")[:3]
            return cls(birth=(year, month, day))
        return cls() if days is None else cls(*_as_typed(days))

    def with_part(self, part: str, text: str) -> AgeEntry:
        """Return it with another year, month or day."""
        parts = dict(zip(DATE_PARTS, self.birth or ("", "", ""), strict=True))
        parts[part] = _western(text.strip()[:MAX_PART])
        return replace(self, birth=(parts["year"], parts["month"], parts["day"]))

    @property
    def birth_date(self) -> str:
        """The birth date as the draft keeps it; empty where an age is typed."""
        return "-".join(self.birth) if self.birth else ""

    def days(self, today: date, max_days: int) -> int | None:
        """Return the age in whole days, or None where it is not that of a child."""
        if self.birth:
            born = self._born()
            days = None if born is None else (today - born).days
        else:
            days = self._typed_days()
        return days if days is not None and 0 <= days <= max_days else None

    def error(self, today: date, max_days: int) -> str:
        """Return one sentence on what is wrong; nothing while it is still being typed."""
        if self.days(today, max_days) is not None or not self._is_typed():
            return ""
        years = int((max_days + 1) / DAYS_A_YEAR)
        if not self.birth:
            return say("Type a number. Handwise is for children under {years} years.", years=years)
        born = self._born()
        if born is None:
            return say("There is no such date. Check day, month and year.")
        if born > today:
            return say("This date is in the future. Check day, month and year.")
        return say("Handwise is for children under {years} years. Check the date.", years=years)

    def echo(self, today: date, max_days: int, evidence_to_days: int) -> str:
        """Return the age in words: "9 months · 274 days · infant"."""
        days = self.days(today, max_days)
        if days is None:
            return ""
        age, group = age_in_words(days), age_group(days)
        counted = count_of(days, "{count} day", "{count} days")
        echo = (
            say("{age} · {group}", age=age, group=group)
            if age == counted
            else say("{age} · {days} · {group}", age=age, days=counted, group=group)
        )
        return echo if days <= evidence_to_days else say("{echo}, older than the evidence", echo=echo)

    def _is_typed(self) -> bool:
        if self.birth:
            year, month, day = self.birth
            return len(year) == MAX_PART and bool(month and day)
        return bool(self.text)

    def _typed_days(self) -> int | None:
        try:
            return age_in_days(float(self.text.replace(",", ".")), self.unit)
        except (ValueError, OverflowError):
            return None

    def _born(self) -> date | None:
        if not self.birth or len(self.birth[0]) != MAX_PART:
            return None
        if not all(part.isdigit() for part in self.birth):
            # A sign or a stroke among the digits: such a date could not be read again later.
            return None
        try:
            year, month, day = map(int, self.birth)
            return date(year, month, day)
        except ValueError:
            return None


def _western(text: str) -> str:
    """Return the text with the digits of every script as 0 to 9: so a birth date is kept."""
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)


def _as_typed(days: int) -> tuple[str, str]:
    """Return number and unit for an age that a draft kept: the largest unit that gives a whole number, or days."""
    for unit in ("yr", "months", "wk"):
        number = round(days / AGE_UNITS[unit])
        if number and age_in_days(number, unit) == days:
            return str(number), unit
    return number_in_words(days), "d"
