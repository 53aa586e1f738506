"""From the words of a situation to what a tablet holds after each visit.

first visit ──▶ CASE.json ──────────────────────▶ read strictly, as a file is
two people  ──▶ two entries beside each other ──▶ folded: agreed answers, disagreements
later visit ──▶ an entry on the ones before ────▶ brought to its day by `shared/triage/follow_up.py`
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
_ABOUT = ("age_days", "sex", "side", "setting")


@dataclass(frozen=True, slots=True)
class ToldAtVisit:
    """What is told at one visit, `day` days after the first: in the form of CASE.json, and what people dispute."""

    day: int
    body: dict[str, Any]
    disputed: dict[str, tuple[AnswerValue, ...]]

    @property
    def answers(self) -> dict[str, AnswerValue]:
        """The same as answers of a case log."""
        answers: dict[str, AnswerValue] = {key: self.body[key] for key in _ABOUT if key in self.body}
        if self.body.get("region"):
            answers["region"] = tuple(sorted(self.body["region"]))
        measured = {code: Quantity(value["value"], value["unit"]) for code, value in self.body["measurements"].items()}
        return {**answers, **self.body["findings"], **measured}


def told(situation: Situation, vocabulary: Vocabulary) -> Iterator[ToldAtVisit]:
    """Return what is told at each visit.

    Raises:
        InvalidInput: a word, a duration or a number that is not understood; it names it.
    """
    day = 0
    for visit in situation.visits:
        body = _body(visit, vocabulary)
        if visit.after:
            day += round(days(visit.after))
        else:
            body |= _child(situation.child, vocabulary)
            body |= _written(body, visit)
        yield ToldAtVisit(day, body, dict(_disputes(visit, vocabulary)))


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


def _child(child: Child, vocabulary: Vocabulary) -> dict[str, Any]:
    about: dict[str, Any] = {"resources": [vocabulary.resource(thing) for thing in child.has]}
    if child.age:
        about["age_days"] = round(days(child.age))
    if child.sex:
        about["sex"] = {"boy": "male", "girl": "female"}.get(plain(child.sex), child.sex)
    if child.where:
        about["side"], about["region"] = place(child.where, vocabulary)
    if child.at:
        about["setting"] = vocabulary.setting(child.at)
    return about


def _body(visit: Visit, vocabulary: Vocabulary) -> dict[str, Any]:
    answered: dict[str, str] = {}
    for words, meaning_of in ((visit.found, vocabulary.meaning), (visit.absent, vocabulary.denied)):
        for word in words:
            for code, state in meaning_of(word):
                if answered.setdefault(code, state) != state:
                    raise InvalidInput(f"'{word}'", "contradicts another word of the same visit; take one of them out")
    findings: dict[str, Any] = {code: _YES_NO.get(state, state) for code, state in answered.items()}
    for word in visit.not_possible:
        findings |= {code: NOT_POSSIBLE for code, _ in vocabulary.meaning(word)}
    measurements: dict[str, Any] = {}
    for code, span in ((ONSET_DAYS, visit.swollen_for), (DAYS_SINCE_IV_CALCIUM, visit.calcium_given)):
        if span:
            measurements[code] = {"value": days(span), "unit": "d"}
    for line in visit.measured:
        measured = vocabulary.measured(line)
        measurements[measured.id] = {"value": measured.quantity.value, "unit": measured.quantity.unit}
    place_seen = {"setting": vocabulary.setting(visit.at)} if visit.at else {}
    return {"findings": findings, "measurements": measurements, **place_seen}


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
