"""The engine under the shipped knowledge, as the presenters ask it (`Reasoner` in `visit.py`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, TypeVar

from shared.case.entry import AnswerValue
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment, FiredRule
from shared.triage.follow_up import Disputed
from shared.triage.presentation import Presentation, presentation_from_answers
from shared.triage.red_flags import evaluate

if TYPE_CHECKING:
    from mobile_app.presenters.visit import Reasoner

WorkedOut = TypeVar("WorkedOut")

MOST_REMEMBERED = 32
"""More than a result asks for at once: what is, and what would be with one answer more."""


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


class Remembering:
    """A reasoner that is asked the same thing once: for one visit, so that it is forgotten with it.

    An assessment follows from the answers alone, so what was worked out while a finger was still on an answer is what
    would be worked out when the finger is lifted.
    """

    def __init__(self, reason: Reasoner) -> None:
        self._reason = reason
        self._assessed: dict[Hashable, Assessment] = {}
        self._fired: dict[Hashable, tuple[FiredRule, ...]] = {}
        self._counted: dict[Hashable, tuple[int, int]] = {}

    def assess(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Assessment:
        return _remembered(self._assessed, answers, disputed, self._reason.assess)

    def fired_rules(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[FiredRule, ...]:
        return _remembered(self._fired, answers, disputed, self._reason.fired_rules)

    def questions_left(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[int, int]:
        return _remembered(self._counted, answers, disputed, self._reason.questions_left)


def _remembered(
    kept: dict[Hashable, WorkedOut],
    answers: Mapping[str, AnswerValue],
    disputed: Disputed,
    work_out: Callable[[Mapping[str, AnswerValue], Disputed], WorkedOut],
) -> WorkedOut:
    # With the type, as Python takes True for 1; in order, as a sentence may name the first of two answers.
    given = tuple((code, type(value), value) for code, value in answers.items())
    key = given, tuple((code, tuple((type(value), value) for value in values)) for code, values in disputed.items())
    if key not in kept:
        if len(kept) >= MOST_REMEMBERED:
            del kept[next(iter(kept))]
        kept[key] = work_out(answers, disputed)
    return kept[key]
