"""Checks a situation against the product: each visit is assessed as a tablet would, each expectation judged."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import InvalidInput
from shared.evaluation.behaviour.comparing import Answer
from shared.evaluation.behaviour.expectations import judge, sentence
from shared.evaluation.behaviour.situation import Situation
from shared.evaluation.behaviour.visits import CaseAtVisit, as_answers, cases
from shared.evaluation.behaviour.vocabulary import Vocabulary
from shared.triage.assess import Assessor
from shared.triage.presentation import Presentation, presentation_from_answers, read_presentation


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
    outcomes = []
    for count, (visit, case) in enumerate(zip(situation.visits, cases(situation, vocabulary), strict=True), start=1):
        answer = _answer(case, assessor)
        for expectation in visit.expect:
            judged = judge(expectation, answer, vocabulary)
            outcomes.append(Outcome(count, sentence(expectation), judged.is_met, judged.got))
    return tuple(outcomes)


def _answer(case: CaseAtVisit, assessor: Assessor) -> Answer:
    try:
        presentation = _presentation(case, assessor)
    except InvalidInput as refusal:
        return Answer(refusal=str(refusal))
    assessment = assessor.assess(presentation)
    conditions = tuple(
        row.condition
        for row in assessment.differential
        if assessor.knowledge.conditions[row.condition].type != "residual"
    )
    return Answer(presentation, assessment, conditions)


def _presentation(case: CaseAtVisit, assessor: Assessor) -> Presentation:
    if not case.disputed:
        return read_presentation(assessor.knowledge, case.body)
    return presentation_from_answers(
        assessor.knowledge, as_answers(case.body), case.body["resources"], disputed=case.disputed
    )
