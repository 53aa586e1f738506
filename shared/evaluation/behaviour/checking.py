"""Checks a situation against the product: each visit is assessed as a tablet would, each expectation judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.evaluation.behaviour.comparing import Answer
from shared.evaluation.behaviour.expectations import judge, sentence
from shared.evaluation.behaviour.situation import Situation
from shared.evaluation.behaviour.visits import ToldAtVisit, told
from shared.evaluation.behaviour.vocabulary import Vocabulary
from shared.triage.assess import Assessor
from shared.triage.follow_up import VISIT_DAY, EarlierVisits
from shared.triage.presentation import Presentation, presentation_from_answers, read_presentation

_CASE = CaseId("0" * 32)
_TABLETS = [DeviceId(digit * 16) for digit in "0123456789abcdef"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation at one visit (counted from 1), whether it is met, and what was there."""

    visit: int
    expected: str
    is_met: bool
    got: str

    def __str__(self) -> str:
        return f"visit {self.visit}: {self.expected} Got: {self.got}"


def check_situation(situation: Situation, assessor: Assessor, vocabulary: Vocabulary) -> tuple[Outcome, ...]:
    """Return what became of every expectation of a situation.

    Raises:
        InvalidInput: the situation itself cannot be understood; it names the word and, where there is one, the nearest.
    """
    visits = tuple(told(situation, vocabulary))
    outcomes = []
    for count, visit in enumerate(situation.visits, start=1):
        answer = _answer(visits[:count], assessor)
        for expectation in visit.expect:
            judged = judge(expectation, answer, vocabulary)
            outcomes.append(Outcome(count, sentence(expectation), judged.is_met, judged.got))
    return tuple(outcomes)


def _answer(visits: Sequence[ToldAtVisit], assessor: Assessor) -> Answer:
    try:
        presentation = _presentation(visits, assessor)
    except InvalidInput as refusal:
        return Answer(refusal=str(refusal))
    assessment = assessor.assess(presentation)
    conditions = tuple(
        row.condition
        for row in assessment.differential
        if assessor.knowledge.conditions[row.condition].type != "residual"
    )
    return Answer(presentation, assessment, conditions)


def _presentation(visits: Sequence[ToldAtVisit], assessor: Assessor) -> Presentation:
    knowledge, last, resources = assessor.knowledge, visits[-1], visits[0].body["resources"]
    if len(visits) > 1:
        before = EarlierVisits(_log(visits[:-1]))
        now = before.at_visit(knowledge, EntryKind.FOLLOW_UP, last.answers, last.day)
        return presentation_from_answers(knowledge, now.answers, resources, now.disputed)
    if last.disputed:
        state = fold(_log(visits))
        disputed = {disagreement.code: disagreement.values for disagreement in state.disagreements}
        return presentation_from_answers(knowledge, state.agreed, resources, disputed)
    return read_presentation(knowledge, last.body)


def _log(visits: Sequence[ToldAtVisit]) -> CaseLog:
    """Return the visits as entries, one on the other; where people disagree, each on a tablet of his own."""
    log = CaseLog.of(_CASE)
    for seq, visit in enumerate(visits, start=1):
        kind = EntryKind.ASSESSMENT if seq == 1 else EntryKind.FOLLOW_UP
        seen = log.heads
        people = max((len(values) for values in visit.disputed.values()), default=1)
        for person in range(people):
            own = {code: values[min(person, len(values) - 1)] for code, values in visit.disputed.items()}
            answers = {**visit.answers, **own, VISIT_DAY: visit.day}
            log = log.append(Entry(EntryId(_TABLETS[person], seq), _CASE, kind, answers, seen))
    return log
