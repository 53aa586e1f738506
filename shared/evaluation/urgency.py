"""Soon enough, and not too soon: dangerous infections that may not wait, mild swellings that may.

    dangerous   soon enough: emergency or same day; within days where the swelling has stood for over two weeks and
                imaging is asked for
    mild        over-triaged: emergency or same day

Who is dangerous and who is mild is written in groups.yaml of the cases' folder; mild goes by what the record itself
says, not by what the danger rules make of it. `trade_off` moves the lines from which a dangerous possibility asks for
the same day, and shows what each figure costs the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from shared.evaluation.judging import JudgedCase, judge_all
from shared.evaluation.published_cases import DangerousGroup, PublishedCases
from shared.evaluation.scores import Share, share
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.disposition import by_probability

URGENT = (Disposition.EMERGENCY, Disposition.SAME_DAY)
ONSET_DAYS = "onset_days"
FACTORS = (0.2, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Called:
    """How soon one record was called, and what the danger rules said. `onset_days` is None where it is not known."""

    id: str
    diagnosis: str
    disposition: Disposition
    onset_days: float | None
    red_flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Urgency:
    """The two figures, and the records behind what went wrong.

    `with_diagnosis` is the over-triage of all records with a mild diagnosis, ill or not: the wider count.
    """

    dangerous: Share
    mild: Share
    with_diagnosis: Share
    too_late: tuple[Called, ...]
    too_soon: tuple[Called, ...]


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What the two figures would be with the same-day lines `factor` times as high: from lowest to highest, `lines`.

    `..._ranked`: what the ranking alone would call, without danger rules and signs. `urgent` counts all records.
    """

    factor: float
    lines: tuple[float, float]
    dangerous: Share
    mild: Share
    dangerous_ranked: Share
    mild_ranked: Share
    urgent: Share


def urgency(cases: PublishedCases, judged: Sequence[JudgedCase]) -> Urgency:
    """Return sensitivity for the dangerous group and over-triage of the mild one, over all records of `judged`."""
    dangerous = _dangerous(cases, judged)
    mild = _mild(cases, judged)
    too_late = [item for item in dangerous if not _is_soon_enough(cases.dangerous, item)]
    too_soon = [item for item in mild if _is_urgent(item)]
    with_diagnosis = [item for item in judged if item.case.final_diagnosis in cases.mild.diagnoses]
    return Urgency(
        dangerous=share(len(dangerous) - len(too_late), len(dangerous)),
        mild=share(len(too_soon), len(mild)),
        with_diagnosis=share(sum(map(_is_urgent, with_diagnosis)), len(with_diagnosis)),
        too_late=tuple(map(_called, too_late)),
        too_soon=tuple(map(_called, too_soon)),
    )


def trade_off(assessor: Assessor, cases: PublishedCases, factors: Sequence[float] = FACTORS) -> tuple[TradeOff, ...]:
    """Return both figures for each factor on the same-day lines; 1 is the knowledge as it is."""
    rows = []
    for factor in factors:
        varied = _with_same_day_lines(assessor, factor)
        judged = judge_all(varied, cases.records)
        dangerous, mild = _dangerous(cases, judged), _mild(cases, judged)
        ranked = {item.case.id: _ranked_alone(varied.knowledge, item) for item in judged}
        lines = varied.knowledge.limits.thresholds["same_day"].values()
        rows.append(
            TradeOff(
                factor=factor,
                lines=(min(lines), max(lines)),
                dangerous=_soon_enough(cases.dangerous, dangerous),
                mild=_urgent(mild),
                dangerous_ranked=_soon_enough(cases.dangerous, [ranked[i.case.id] for i in dangerous]),
                mild_ranked=_urgent([ranked[item.case.id] for item in mild]),
                urgent=_urgent(judged),
            )
        )
    return tuple(rows)


def _dangerous(cases: PublishedCases, judged: Sequence[JudgedCase]) -> list[JudgedCase]:
    return [item for item in judged if item.case.final_diagnosis in cases.dangerous.diagnoses]


def _mild(cases: PublishedCases, judged: Sequence[JudgedCase]) -> list[JudgedCase]:
    return [item for item in judged if cases.mild.holds(item.case, item.presentation)]


def _soon_enough(group: DangerousGroup, judged: Sequence[JudgedCase]) -> Share:
    return share(sum(_is_soon_enough(group, item) for item in judged), len(judged))


def _urgent(judged: Sequence[JudgedCase]) -> Share:
    return share(sum(map(_is_urgent, judged)), len(judged))


def _is_urgent(item: JudgedCase) -> bool:
    return item.disposition in URGENT


def _is_soon_enough(group: DangerousGroup, item: JudgedCase) -> bool:
    if _is_urgent(item):
        return True
    onset = item.presentation.measurements.get(ONSET_DAYS)
    has_stood = onset is not None and onset > group.long_standing_after_days
    is_within_days = item.disposition is Disposition.WITHIN_DAYS
    return has_stood and is_within_days and item.asks_for_imaging


def _called(item: JudgedCase) -> Called:
    return Called(
        id=item.case.id,
        diagnosis=item.case.final_diagnosis,
        disposition=item.disposition,
        onset_days=item.presentation.measurements.get(ONSET_DAYS),
        red_flags=item.red_flags,
    )


def _with_same_day_lines(assessor: Assessor, factor: float) -> Assessor:
    """Return an assessor whose same-day lines are `factor` times as high, and nothing else is different."""
    limits = assessor.knowledge.limits
    lines = {name: min(1.0, line * factor) for name, line in limits.thresholds["same_day"].items()}
    thresholds = MappingProxyType({**limits.thresholds, "same_day": MappingProxyType(lines)})
    varied = Assessor(replace(assessor.knowledge, limits=replace(limits, thresholds=thresholds)))
    # The ranking does not know these lines: its tables and draws are the same.
    varied.differential = assessor.differential
    return varied


def _ranked_alone(knowledge: KnowledgeBase, item: JudgedCase) -> JudgedCase:
    return replace(item, disposition=by_probability(knowledge, item.probabilities, item.fits))
