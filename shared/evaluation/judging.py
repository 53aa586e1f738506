"""One published case, assessed and set against its confirmed diagnosis.

Where several diagnoses count as right, the place is that of the first of them and the probability is their sum.
"Something else" takes part in the ranking and is never right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.evaluation.published_cases import PublishedCase
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment
from shared.triage.presentation import Presentation, read_presentation


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case with its assessment. `place` is 1 for the leading diagnosis, None if no right one is ranked."""

    case: PublishedCase
    presentation: Presentation
    assessment: Assessment
    place: int | None
    p_right: float

    @property
    def probabilities(self) -> dict[str, float]:
        """The probability of each condition, the leading one first."""
        return {row.condition: row.probability for row in self.assessment.differential}

    @property
    def leading(self) -> tuple[str, float]:
        """The leading condition and its probability."""
        row = self.assessment.differential[0]
        return row.condition, row.probability

    def is_among(self, first: int) -> bool:
        """Tell whether a right diagnosis is among the first so many."""
        return self.place is not None and self.place <= first


def judge(assessor: Assessor, case: PublishedCase) -> JudgedCase:
    """Return the case as `assessor` sees it.

    Raises:
        InvalidInput: the case does not suit the knowledge; `reading.check_cases` names every such place.
    """
    presentation = read_presentation(assessor.knowledge, case.body)
    assessment = assessor.assess(presentation)
    order = [row.condition for row in assessment.differential]
    places = [order.index(name) + 1 for name in case.acceptable if name in order]
    return JudgedCase(
        case=case,
        presentation=presentation,
        assessment=assessment,
        place=min(places, default=None),
        p_right=sum(row.probability for row in assessment.differential if row.condition in case.acceptable),
    )


def judge_all(assessor: Assessor, cases: Iterable[PublishedCase]) -> tuple[JudgedCase, ...]:
    return tuple(judge(assessor, case) for case in cases)
