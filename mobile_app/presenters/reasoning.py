"""The engine under the shipped knowledge, as the presenters ask it (`Reasoner` in `visit.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from shared.case.entry import AnswerValue
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment, FiredRule
from shared.triage.follow_up import Disputed
from shared.triage.presentation import Presentation, presentation_from_answers
from shared.triage.red_flags import evaluate


class Reasoning:
    """Asks one `Assessor`. What this clinic can do (`resources`) is one of the answers."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor

    def assess(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Assessment:
        return self._assessor.assess(self._presentation(answers, disputed))

    def fired_rules(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[FiredRule, ...]:
        return evaluate(self._assessor.knowledge, self._presentation(answers, disputed))

    def questions_left(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[int, int]:
        return self._assessor.questions_left(self._presentation(answers, disputed))

    def _presentation(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Presentation:
        resources = answers.get("resources")
        has = resources if isinstance(resources, tuple) else ()
        return presentation_from_answers(self._assessor.knowledge, answers, has, disputed)
