"""From the words of a situation to a case, visit by visit: what a tablet would hold after each.

At a later visit the child is older, the swelling has lasted longer and the calcium lies further back; new answers
replace old ones; everything else stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.case.entry import NOT_POSSIBLE, AnswerValue, Quantity
from shared.errors import InvalidInput
from shared.evaluation.behaviour.situation import Child, Group, Situation, Visit
from shared.evaluation.behaviour.vocabulary import NO, YES, Vocabulary, plain
from shared.triage.presentation_reading import DAYS_SINCE_IV_CALCIUM, ONSET_DAYS

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
"""A month is the twelfth part of a year: "9 months" are 274 days."""
SIDES = ("left", "right", "both")
_SPAN = re.compile(r"(\d+(?:\.\d+)?) (hour|day|week|month|year)s?(?: ago)?")
_YES_NO = {YES: True, NO: False}


@dataclass(frozen=True, slots=True)
class CaseAtVisit:
    """A case in the form of CASE.json, and what people answered differently: the values of each code."""

    body: dict[str, Any]
    disputed: dict[str, tuple[AnswerValue, ...]]


def cases(situation: Situation, vocabulary: Vocabulary) -> Iterator[CaseAtVisit]:
    """Return the case as it stands at each visit.

    Raises:
        InvalidInput: a word, a duration or a number that is not understood; it names it.
    """
    body = _first(situation.child, vocabulary)
    for visit in situation.visits:
        body = _with_visit(body, visit, vocabulary)
        yield CaseAtVisit({**body, **_written(body, visit)}, dict(_disputes(visit, vocabulary)))


def days(text: str) -> float:
    """Return a duration such as "3 weeks" or "14 days ago" in days."""
    match = _SPAN.fullmatch(" ".join(text.split()))
    if match is None:
        raise InvalidInput(f"'{text}'", "must be a number of hours, days, weeks, months or years")
    return float(match[1]) * DAYS[match[2]]


def place(text: str, vocabulary: Vocabulary) -> tuple[str, list[str]]:
    """Return side and regions of words such as "left hand and wrist"."""
    first, _, rest = text.partition(" ")
    side, names = (first, rest) if first in SIDES else ("unknown", text)
    return side, [vocabulary.region(name) for name in names.split(" and ")]


def _first(child: Child, vocabulary: Vocabulary) -> dict[str, Any]:
    body: dict[str, Any] = {"findings": {}, "measurements": {}}
    if child.age:
        body["age_days"] = round(days(child.age))
    if child.sex:
        body["sex"] = {"boy": "male", "girl": "female"}.get(plain(child.sex), child.sex)
    if child.where:
        body["side"], body["region"] = place(child.where, vocabulary)
    if child.at:
        body["setting"] = vocabulary.setting(child.at)
    body["resources"] = [vocabulary.resource(thing) for thing in child.has]
    return body


def _with_visit(body: dict[str, Any], visit: Visit, vocabulary: Vocabulary) -> dict[str, Any]:
    findings, measurements = dict(body["findings"]), dict(body["measurements"])
    later = {**body, "findings": findings, "measurements": measurements}
    if visit.after:
        passed = days(visit.after)
        later["age_days"] = round(body["age_days"] + passed)
        for count in (ONSET_DAYS, DAYS_SINCE_IV_CALCIUM):
            if count in measurements:
                measurements[count] = _in_days(measurements[count]["value"] + passed)
    if visit.at:
        later["setting"] = vocabulary.setting(visit.at)
    if visit.swollen_for:
        measurements[ONSET_DAYS] = _in_days(days(visit.swollen_for))
    if visit.calcium_given:
        measurements[DAYS_SINCE_IV_CALCIUM] = _in_days(days(visit.calcium_given))
    answered: dict[str, str] = {}
    for words, meaning_of in ((visit.found, vocabulary.meaning), (visit.absent, vocabulary.denied)):
        for word in words:
            for code, state in meaning_of(word):
                if answered.setdefault(code, state) != state:
                    raise InvalidInput(f"'{word}'", "contradicts another word of the same visit; take one of them out")
    findings |= {code: _YES_NO.get(state, state) for code, state in answered.items()}
    for word in visit.not_possible:
        findings |= {code: NOT_POSSIBLE for code, _ in vocabulary.meaning(word)}
    for line in visit.measured:
        measured = vocabulary.measured(line)
        measurements[measured.id] = {"value": measured.quantity.value, "unit": measured.quantity.unit}
    return later


def _in_days(count: float) -> dict[str, Any]:
    return {"value": count, "unit": "d"}


def _written(body: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Return the fields that the situation writes as they stand; blocks are joined with what is there."""
    return {
        key: {**body[key], **value} if isinstance(value, dict) and isinstance(body.get(key), dict) else value
        for key, value in visit.as_written.items()
    }


def _disputes(visit: Visit, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[AnswerValue, ...]]]:
    for group in visit.disagree:
        if all(vocabulary.is_measured(line) for line in group):
            measured = [vocabulary.measured(line) for line in group]
            yield measured[0].id, tuple(each.quantity for each in measured)
            continue
        yield from _disputed_states(group, vocabulary).items()


def _disputed_states(group: Group, vocabulary: Vocabulary) -> dict[str, tuple[AnswerValue, ...]]:
    values: dict[str, tuple[AnswerValue, ...]] = {}
    for word in group:
        for code, state in vocabulary.meaning(word):
            values[code] = (*values.get(code, ()), _YES_NO.get(state, state))
    return {code: (True, False) if said == (True,) else said for code, said in values.items()}


def as_answers(body: dict[str, Any]) -> dict[str, AnswerValue]:
    """Return a case as the answers of a case log."""
    answers: dict[str, AnswerValue] = {"region": tuple(sorted(body.get("region", ())))} if body.get("region") else {}
    answers |= {key: body[key] for key in ("age_days", "sex", "side", "setting") if key in body}
    answers |= body["findings"]
    return answers | {code: Quantity(value["value"], value["unit"]) for code, value in body["measurements"].items()}
