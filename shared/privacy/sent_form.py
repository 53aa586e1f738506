"""Whether an entry is a sent form: exactly as the projection would make it, and nothing else.

The server asks this of what tablets push, a tablet of what another tablet hands over. A tablet of this version never
makes anything else; what fails here was made by another version or by somebody else, and could hold a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Entry
from shared.errors import InvalidInput
from shared.privacy.policy import Drop, PrivacyPolicy
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY, Timing, project


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
