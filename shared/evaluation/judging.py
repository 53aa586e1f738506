"""One published case, assessed and set against its confirmed diagnosis.

Where several diagnoses count as right, the place is that of the first of them and the probability is their sum.
"Something else" takes part in the ranking and is never right. Only what is scored is worked out: the same ranking,
fit, disposition and next tests as `Assessor.assess` gives, without intervals, questions and plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.evaluation.published_cases import PublishedCase
from shared.knowledge.model import FindingKind, KnowledgeBase, TestDefinition
from shared.triage.assess import Assessor, picture_of
from shared.triage.assessment import Disposition
from shared.triage.plan import next_tests
from shared.triage.presentation import Presentation, read_presentation
from shared.triage.red_flags import PROMPT, evaluate


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case and what was made of it. `probabilities` has the leading condition first; `red_flags` are ids of rules."""

    case: PublishedCase
    presentation: Presentation
    probabilities: Mapping[str, float]
    fits: bool
    disposition: Disposition
    red_flags: tuple[str, ...]
    asks_for_imaging: bool

    @property
    def place(self) -> int | None:
        """The place of the first right diagnosis, from 1; None if no right one is ranked."""
        order = enumerate(self.probabilities, start=1)
        return next((place for place, name in order if name in self.case.acceptable), None)

    @property
    def p_right(self) -> float:
        return sum(p for name, p in self.probabilities.items() if name in self.case.acceptable)

    @property
    def leading(self) -> tuple[str, float]:
        """The leading condition and its probability."""
        return next(iter(self.probabilities.items()))

    def is_among(self, first: int) -> bool:
        """Tell whether a right diagnosis is among the first so many."""
        place = self.place
        return place is not None and place <= first


def judge(assessor: Assessor, case: PublishedCase) -> JudgedCase:
    """Return the case as `assessor` sees it.

    Raises:
        InvalidInput: the case does not suit the knowledge; `reading.check_cases` names every such place.
    """
    knowledge = assessor.knowledge
    presentation = read_presentation(knowledge, case.body)
    fired = evaluate(knowledge, presentation)
    ranking = assessor.differential.rank(picture_of(presentation))
    probabilities = ranking.probabilities()
    tests = next_tests(knowledge, presentation, fired, probabilities)
    return JudgedCase(
        case=case,
        presentation=presentation,
        probabilities={ranking.conditions[c]: float(ranking.posterior[c]) for c in ranking.in_order()},
        fits=assessor.fits(ranking),
        disposition=assessor.how_soon(presentation),
        red_flags=tuple(rule.id for rule in fired if rule.priority < PROMPT),
        asks_for_imaging=not imaging_tests(knowledge).isdisjoint(test.test for test in tests),
    )


def judge_all(assessor: Assessor, cases: Iterable[PublishedCase]) -> tuple[JudgedCase, ...]:
    return tuple(judge(assessor, case) for case in cases)


def imaging_tests(knowledge: KnowledgeBase) -> frozenset[str]:
    """Return the tests (their words) that answer an imaging finding, or need a machine that one of those needs."""

    def answers_imaging(test: TestDefinition) -> bool:
        return any(knowledge.findings[name].kind is FindingKind.IMAGING for name in test.findings)

    tests = [
        *(test for plan in knowledge.plans.values() for test in plan.tests),
        *(test for rule in knowledge.rules.values() for test in rule.tests),
        *(first.test for first in knowledge.first_tests),
    ]
    machines = {test.resource for test in tests if test.resource and answers_imaging(test)}
    return frozenset(test.text for test in tests if answers_imaging(test) or test.resource in machines)
