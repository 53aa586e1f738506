"""Whether an entry is a sent form: exactly as the projection would make it, and nothing else.

The server asks this of what tablets push, a tablet of what another tablet hands over. A tablet of this version never
makes anything else; what fails here was made by another version or by somebody else, and could hold a name.

`fault_of` walks the projection, and decides. `SentForms` remembers the answers that it let pass: a rounded number or a
coded state comes in thousands of entries, so most entries hold nothing but what passed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Conclusion, Entry, EntryKind, Quantity
from shared.errors import InvalidInput
from shared.privacy.policy import Drop, PrivacyPolicy
from shared.privacy.projection import (
    AGE_GROUP,
    DISPOSITIONS,
    KNOWLEDGE_VERSION,
    NEWBORN_AGE_DAYS,
    PERCENTS,
    PRESENTATION_MONTH,
    VISIT_DAY,
    Timing,
    project,
)

_MOST_REMEMBERED = 20_000

JUDGED_APART = frozenset({EntryKind.WITHDRAWAL, EntryKind.REPLY})
"""Kinds that are judged by rules of their own, so that what passes in them says nothing of other entries."""


class NoSentForm(StrEnum):
    """Why an entry is none."""

    UNKNOWN_CODE = "unknown_code"
    """It holds a code that this version's policy does not name: it comes from a newer one."""
    DROPPED_CODE = "dropped_code"
    BAD_ANSWERS = "bad_answers"
    BAD_CONCLUSION = "bad_conclusion"


def fault_of(entry: Entry, policy: PrivacyPolicy) -> NoSentForm | None:
    """Return why an entry is no sent form under this policy, or None for one that is."""
    for code in entry.answers:
        classified = policy.codes.get(code)
        if classified is None:
            return NoSentForm.UNKNOWN_CODE
        if isinstance(classified.rule, Drop):
            return NoSentForm.DROPPED_CODE
    try:
        sent = project(replace(entry, answers=_without_derived(entry.answers)), _timing(entry.answers), policy)
    except InvalidInput:
        return NoSentForm.BAD_ANSWERS
    age = entry.answers.get(AGE_GROUP)
    if age is not None and age not in {band.id for band in policy.age_groups} | {UNKNOWN, NOT_POSSIBLE}:
        return NoSentForm.BAD_ANSWERS
    expected = {**sent.answers} if age is None else {**sent.answers, AGE_GROUP: age}
    if sent.link != entry.link or not _same_answers(expected, entry.answers):
        return NoSentForm.BAD_ANSWERS
    return None if sent.conclusion == entry.conclusion else NoSentForm.BAD_CONCLUSION


class SentForms:
    """Says the same as `fault_of` under one policy, most of the time without walking the projection.

    Only what passed is remembered: what was refused could be a name.
    """

    def __init__(self, policy: PrivacyPolicy) -> None:
        self._policy = policy
        self._passed: set[object] = set()

    def fault_of(self, entry: Entry) -> NoSentForm | None:
        """Return why an entry is no sent form, or None for one that is."""
        if self._has_passed(entry):
            return None
        fault = fault_of(entry, self._policy)
        if fault is None and entry.kind not in JUDGED_APART:
            if len(self._passed) > _MOST_REMEMBERED:
                self._passed.clear()
            self._passed.update(_key(code, value) for code, value in entry.answers.items())
        return fault

    def _has_passed(self, entry: Entry) -> bool:
        # Apart from these, neither kind nor answer decides over another answer.
        if entry.kind in JUDGED_APART or (PRESENTATION_MONTH in entry.answers and VISIT_DAY in entry.answers):
            return False
        if NEWBORN_AGE_DAYS in entry.answers:
            return False
        passed = self._passed
        for code, value in entry.answers.items():
            if _key(code, value) not in passed:
                return False
        return entry.conclusion is None or self._is_plainly_sent(entry.conclusion)

    def _is_plainly_sent(self, conclusion: Conclusion) -> bool:
        known = self._policy.vocabulary
        for row in conclusion.differential:
            numbers = (row.probability in PERCENTS, row.low in PERCENTS, row.high in PERCENTS)
            if row.condition not in known.conditions or not all(numbers):
                return False
        return (
            conclusion.disposition in DISPOSITIONS
            and type(conclusion.fits) is bool
            and known.rules.issuperset(conclusion.red_flags)
            and KNOWLEDGE_VERSION.fullmatch(conclusion.knowledge_version) is not None
        )


def _key(code: str, value: AnswerValue) -> object:
    # In Python True == 1; as answers they differ.
    if type(value) is Quantity:
        return (code, value.unit, type(value.value), value.value)
    return (code, type(value), value)


def _without_derived(answers: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    derived = (AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY)
    return {code: value for code, value in answers.items() if code not in derived}


def _timing(answers: Mapping[str, AnswerValue]) -> Timing:
    month, day = answers.get(PRESENTATION_MONTH), answers.get(VISIT_DAY)
    if month is not None and not isinstance(month, str):
        raise InvalidInput("timing.month", "must be a year and a month")
    if day is not None and (type(day) is not int or day < 0):
        raise InvalidInput("timing.visit_day", "must be a number of days")
    return Timing(month=month, visit_day=day)


def _same_answers(one: Mapping[str, AnswerValue], other: Mapping[str, AnswerValue]) -> bool:
    # In Python True == 1; as answers they differ.
    return one == other and all(isinstance(one[code], bool) == isinstance(other[code], bool) for code in one)
