"""The de-identified form of an entry: the only form that is ever hashed, signed and sent.

    full entry ──policy──▶ projection
      known code, known value      kept, rounded or grouped
      age in days                  a band; of a newborn, in the outcome that proves the diagnosis, the day
      the day of the visit         a month for the first entry of a case, days since then for the later ones
      link, cases of other children kept: made from a record number under a key that never leaves; random ids
      everything else              left out

De-identified is not anonymous: whoever knows the child may recognise a rare case. What the projection promises is that
no name, number, text or date of the child is in it, and that what one case says of age and time fits at least 28 birth
dates. How many exactly, each month taken with its days (28 to 31):

    age at the first visit        band and month        with the day of age (a proven outcome)
    0 to 6 days                   34 to 37              28 to 31
    7 to 27 days                  48 to 51              28 to 31
    28 to 89 days                 89 to 92              28 to 31 at 28 days, otherwise not sent
    older                         302 and more          not sent

The law is about what entries say. Whoever also sees when an entry arrives (the server and its operator) can suppose
that the tablet sent it on the day of the visit. He is then left with the days of the band: 7, 21, 62 and more; where
the day of age was sent, with one, or with seven if all he has is the week of arrival. That is the price of a case
series that can print the age of newborns as mean and standard deviation. Bands cannot, and ages in steps of two days
keep both printed decimals in one series of 16 out of eleven. So the day leaves only where a series needs it: at most
28 days, only in an outcome with a diagnosis and its proof, once the course is known. Of two cases of one child that
are linked, each keeps the law alone; two exact ages and two months together can leave fewer.

Why never a month and a day count together: "presented in November, this visit is day 20 and in December" leaves only
the last twenty days of November for the presentation, and with the age then only twenty birth dates. A month alone
leaves at least 28. For the same reason the days of one tablet must not be tied to the month of another: see `timing`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from shared.case.entry import (
    NOT_POSSIBLE,
    UNKNOWN,
    AnswerValue,
    Conclusion,
    DeviceId,
    Entry,
    EntryKind,
    Quantity,
    RankedCondition,
)
from shared.case.reply import REPLY_CODES
from shared.errors import InvalidInput
from shared.knowledge.model import UnitFactor
from shared.privacy.policy import AgeGroup, Days, DaysUpTo, Derived, Drop, Keep, PrivacyPolicy, Rounded, Rule

AGE_DAYS = "age_days"
AGE_BAND = "age_band"
AGE_GROUP = "age_group"
PRESENTATION_MONTH = "presentation_month"
VISIT_DAY = "visit_day"
NEWBORN_AGE_DAYS = "newborn_age_days"
"""How many days old a newborn was at the first visit; sent in a proven outcome only."""
NEWBORN_TO_DAYS = 28
FINAL_DIAGNOSIS = "final_diagnosis"
PROVEN_BY = "proven_by"

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
KNOWLEDGE_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}")
DISPOSITIONS = frozenset({"emergency", "same_day", "within_days", "routine"})
# No measurement comes near it; beyond it rounding would lose its meaning, and NaN is not below it.
_LARGEST = 1e9
# Single days for a year, so that healing can be followed; then months, up to ten years of follow-up.
_VISIT_DAYS = Days(((365, 1), (3650, 30)))


@dataclass(frozen=True, slots=True)
class Timing:
    """When a visit was, as far as it may leave the tablet: a month (2026-11), or days since the first, or nothing."""

    month: str | None = None
    visit_day: int | None = None

    def __post_init__(self) -> None:
        if self.month is not None and self.visit_day is not None:
            raise InvalidInput("timing", "must be a month or a day count, never both")
        if self.month is not None and not _MONTH.fullmatch(self.month):
            raise InvalidInput("timing.month", "must be a year and a month such as 2026-11")


def timing(device: DeviceId, sent_before: Iterable[Entry], month: str, days_since_first: int | None) -> Timing:
    """Return what a new entry of `device` may say of its time.

    `sent_before` are the sent forms of the case as this tablet knows it; `days_since_first` counts from this tablet's
    own first entry of the case, None if it has none. The first entry of a case says its month, later ones of the same
    tablet their day. An entry that follows a month given by another tablet says nothing: the graph orders the two, and
    a day count on one side of another tablet's month would narrow the first visit to a few days.
    """
    dated_elsewhere = any(PRESENTATION_MONTH in entry.answers and entry.id.device != device for entry in sent_before)
    if dated_elsewhere:
        return Timing()
    if days_since_first is None:
        return Timing(month=month)
    # A clock that was set back gives a negative count, which says nothing of the child: leave it out.
    return Timing(visit_day=days_since_first) if days_since_first >= 0 else Timing()


def project(entry: Entry, when: Timing, policy: PrivacyPolicy) -> Entry:
    """Return what is sent of `entry`. The same entry, timing and policy always give the same projection."""
    if entry.kind is EntryKind.WITHDRAWAL:
        # Who withdraws gives nothing more away than that, and why.
        reason = _projected(entry.answers, ("withdrawal_reason",), policy)
        return replace(entry, answers=reason, conclusion=None, link=None)
    if entry.kind is EntryKind.REPLY:
        return replace(entry, answers=_projected(entry.answers, REPLY_CODES, policy), conclusion=None, link=None)
    answers = _projected(entry.answers, entry.answers.keys() - REPLY_CODES, policy)
    if AGE_DAYS in entry.answers:
        # The two sets of bands could be cut at different days; together they would then give the age to the day.
        answers.pop(AGE_BAND, None)
    if not _is_proven(entry.kind, answers):
        answers.pop(NEWBORN_AGE_DAYS, None)
    if when.month is not None:
        answers[PRESENTATION_MONTH] = when.month
    if when.visit_day is not None:
        answers[VISIT_DAY] = _days(when.visit_day, _VISIT_DAYS)
    conclusion = None if entry.conclusion is None else _conclusion(entry.conclusion, policy)
    return replace(entry, answers=answers, conclusion=conclusion)


def _is_proven(kind: EntryKind, answers: Mapping[str, AnswerValue]) -> bool:
    """Tell whether what is sent is an outcome that names a diagnosis and what proved it."""
    return (
        kind is EntryKind.OUTCOME
        and answers.get(FINAL_DIAGNOSIS) not in (None, UNKNOWN, NOT_POSSIBLE)
        and isinstance(answers.get(PROVEN_BY), tuple)
    )


def _projected(given: Mapping[str, AnswerValue], codes: Iterable[str], policy: PrivacyPolicy) -> dict[str, AnswerValue]:
    answers: dict[str, AnswerValue] = {}
    for code in codes:
        classified = policy.codes.get(code)
        if classified is None or code not in given:
            continue
        rule = classified.rule
        value = _apply(rule, given[code], policy)
        if value is not None:
            answers[AGE_GROUP if isinstance(rule, AgeGroup) else code] = value
    return dict(sorted(answers.items()))


_NEVER_SENT = (Drop, Derived)
_NUMBERS = (int, float)


def _apply(rule: Rule, value: AnswerValue, policy: PrivacyPolicy) -> AnswerValue | None:
    if isinstance(value, bool) and isinstance(rule, Keep):
        # Most answers, so this is looked at first.
        return value if rule.is_yes_no else None
    if isinstance(rule, _NEVER_SENT):
        return None
    if value in (UNKNOWN, NOT_POSSIBLE):
        return value
    match rule:
        case Keep():
            return _keep(value, rule)
        case AgeGroup():
            number = _number(value, "d", {})
            return None if number is None else policy.age_group_of(number)
        case Days():
            number = _number(value, "d", rule.from_units)
            if number is None or number < 0:
                return None
            days = _days(number, rule)
            return Quantity(days, "d") if isinstance(value, Quantity) else days
        case DaysUpTo():
            number = _number(value, "d", {})
            return int(number) if number is not None and 0 <= number < rule.last + 1 else None
        case Rounded():
            return _rounded(value, rule)


def _keep(value: AnswerValue, rule: Keep) -> AnswerValue | None:
    match value:
        case str():
            widened = rule.groups.get(value, value)
            return widened if widened in rule.values else None
        case tuple():
            widened_all = {rule.groups.get(one, one) for one in value}
            return tuple(sorted(widened_all & rule.values)) or None
        case _:
            return None


def _rounded(value: AnswerValue, rule: Rounded) -> AnswerValue | None:
    number = _number(value, rule.unit, rule.from_units)
    if number is None:
        return None
    if rule.step is not None:
        number = round(number / rule.step) * rule.step
    else:
        number = float(f"{number:.{rule.digits}g}")
    rounded = _short(min(max(number, rule.low), rule.high))
    return Quantity(rounded, rule.unit) if isinstance(value, Quantity) else rounded


def _number(value: AnswerValue, unit: str, from_units: Mapping[str, UnitFactor]) -> float | None:
    """Return a finite number in `unit`; None for what is no number or in a unit that is not known."""
    number, given = (value.value, value.unit) if isinstance(value, Quantity) else (value, unit)
    if isinstance(number, bool) or not isinstance(number, _NUMBERS) or not abs(number) <= _LARGEST:
        return None
    if given == unit:
        return number
    factor = from_units.get(given)
    return None if factor is None else number * factor.factor + factor.offset


def _days(number: float, rule: Days) -> int:
    # The nearest step, held inside its segment: a step may not carry a value over an edge where the reasoning changes.
    day = int(number)
    first = 0
    for last, step in rule.segments:
        if day <= last:
            return min(max(first + round((day - first) / step) * step, first), last)
        first = last + 1
    return rule.segments[-1][0]


def _conclusion(conclusion: Conclusion, policy: PrivacyPolicy) -> Conclusion | None:
    known = policy.vocabulary
    if conclusion.disposition not in DISPOSITIONS or not KNOWLEDGE_VERSION.fullmatch(conclusion.knowledge_version):
        return None
    return Conclusion(
        knowledge_version=conclusion.knowledge_version,
        disposition=conclusion.disposition,
        red_flags=tuple(flag for flag in conclusion.red_flags if flag in known.rules),
        differential=tuple(
            RankedCondition(row.condition, _percent(row.probability), _percent(row.low), _percent(row.high))
            for row in conclusion.differential
            if row.condition in known.conditions
        ),
        fits=conclusion.fits is True,
    )


@lru_cache(maxsize=256)  # of the hundred and one that are sent, a page holds thousands
def _percent(probability: float) -> float:
    # What is no probability says nothing, and a number could carry anything.
    return _short(round(min(max(probability, 0.0), 1.0), 2)) if math.isfinite(probability) else 0


def _short(number: float) -> float:
    """Return the number so that JSON writes it in the fewest digits: 9 for 9.0, 0.3 for 0.30000000000000004."""
    number = round(number, 6)
    return int(number) if number == int(number) else number


PERCENTS = frozenset(_percent(number / 100) for number in range(101))
"""Every probability that a sent conclusion can hold."""
