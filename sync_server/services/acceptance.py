"""Whether an entry may be stored: it must be a sent form, exactly as `shared/privacy` would make it.

A tablet of this version never sends anything else. What fails here was made by another version or by somebody else, and
its content is not kept: it could be a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Entry
from shared.errors import InvalidInput
from shared.privacy.policy import Drop, PrivacyPolicy
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY, Timing, project

_UNKNOWN_CODE = "This entry holds an answer that the server does not know. Update the server."
_DROPPED_CODE = "This entry holds something that must not leave the tablet. It was not kept here."
_BAD_ANSWERS = "This entry holds an answer that is not in the form in which it may be sent."
_BAD_CONCLUSION = "The conclusion of this entry is not one that the server's knowledge can state."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Says why an entry cannot be accepted."""

    policy: PrivacyPolicy

    def reason_against(self, entry: Entry) -> str | None:
        """Return one sentence, or None for an entry that may be stored."""
        for code in entry.answers:
            classified = self.policy.codes.get(code)
            if classified is None:
                return _UNKNOWN_CODE
            if isinstance(classified.rule, Drop):
                return _DROPPED_CODE
        try:
            sent = project(replace(entry, answers=_without_derived(entry.answers)), _timing(entry.answers), self.policy)
        except InvalidInput:
            return _BAD_ANSWERS
        age = entry.answers.get(AGE_GROUP)
        if age is not None and age not in {band.id for band in self.policy.age_groups} | {UNKNOWN, NOT_POSSIBLE}:
            return _BAD_ANSWERS
        expected = {**sent.answers} if age is None else {**sent.answers, AGE_GROUP: age}
        if not _same_answers(expected, entry.answers):
            return _BAD_ANSWERS
        return None if sent.conclusion == entry.conclusion else _BAD_CONCLUSION


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
