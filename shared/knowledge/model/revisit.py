"""A follow-up visit: what it asks again, and what it compares with the visits before (`follow_up.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass

from shared.knowledge.model.criterion import Criterion
from shared.knowledge.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class RevisitDefinition:
    """What changes between visits.

    `ask_again` are asked at each follow-up, `ask_if_new` besides where something is new. `new_signs` make the yes/no
    input `new_sign` true when they are yes now and were not at the visit before. `size` is measured where `measure_if`
    holds; the course is its last value in per cent of the first (`size_in_percent`) and the days between them
    (`days_between`). Where no two sizes are known, the yes/no input `not_smaller` is asked from day
    `not_smaller_from_day` after the first visit.
    """

    ask_again: tuple[str, ...]
    ask_if_new: tuple[str, ...]
    new_signs: tuple[str, ...]
    new_sign: str
    size: str
    measure_if: Criterion
    size_in_percent: str
    days_between: str
    not_smaller: str
    not_smaller_from_day: int
    evidence: Evidence
