"""Everything `handwise knowledge check` says about accuracy, as values.

    variants     all records; without the calcium history; without imaging; without what the knowledge quotes; ...
    by_class     the same scores for each class of records
    misses       where the right diagnosis did not lead; unranked: where the knowledge does not rank it
    figures      the probabilities that move the results most

Scores are over the scorable records whose diagnosis is ranked; how soon a child is seen is judged on every record.
Nothing is fitted to the records, so leaving one out changes nothing for the others: the plain figure is the
leave-one-out figure. How uncertain it is, resampling the children shows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.evaluation.calibration import Calibration, of_danger, of_leading
from shared.evaluation.influence import Influence, influences
from shared.evaluation.judging import JudgedCase, judge_all
from shared.evaluation.published_cases import PublishedCase, PublishedCases
from shared.evaluation.scores import Accuracy, Resampled, accuracy, resampled
from shared.evaluation.urgency import TradeOff, Urgency, trade_off, urgency
from shared.evaluation.withholding import imaging_codes, iv_calcium_codes, without
from shared.triage.assess import Assessor

FIGURES = 20
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Variant:
    """The scores of one way to look at the records, and how soon the children among them would have been seen."""

    name: str
    scores: Accuracy
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class ClassScores:
    name: str
    scores: Accuracy


@dataclass(frozen=True, slots=True)
class Miss:
    """A record whose right diagnosis did not lead: where it stood, and what led."""

    id: str
    diagnosis: str
    place: int
    p_right: float
    leading: str
    p_leading: float


@dataclass(frozen=True, slots=True)
class Unranked:
    """A record whose diagnosis this knowledge does not rank: does it say so, and how soon is the child seen?"""

    id: str
    diagnosis: str
    fits: bool
    disposition: str
    leading: str
    p_leading: float


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """The whole report on one version of the knowledge.

    `with_unranked` are the scorable records with those whose diagnosis is not ranked, as missed. `at_first` scores the
    ranked ones before anything is asked: by setting, age and place alone. `unscorable` are records with too few
    findings to score, `unfit` those of a ranked diagnosis that "does not fit". `resampled` is None where nothing can be
    scored.
    """

    knowledge_version: str
    records: int
    children: int
    unscorable: tuple[str, ...]
    unfit: tuple[str, ...]
    variants: tuple[Variant, ...]
    resampled: Resampled | None
    with_unranked: Accuracy
    at_first: Accuracy
    by_class: tuple[ClassScores, ...]
    calibration: Calibration
    danger_calibration: Calibration
    trade_off: tuple[TradeOff, ...]
    misses: tuple[Miss, ...]
    unranked: tuple[Unranked, ...]
    figures: tuple[Influence, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, numbers rounded to six decimals."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded


def measure(assessor: Assessor, cases: PublishedCases) -> AccuracyReport:
    """Return the report. The cases must suit the knowledge (`reading.check_cases` finds nothing)."""
    knowledge, records = assessor.knowledge, cases.records
    judged = judge_all(assessor, records)
    scored = _scored(judged)
    return AccuracyReport(
        knowledge_version=knowledge.version,
        records=len(records),
        children=len({case.patient for case in records}),
        unscorable=tuple(case.id for case in records if not case.scorable),
        unfit=tuple(i.case.id for i in judged if i.place is not None and not i.fits),
        variants=(
            _variant("all records", cases, judged),
            _variant("without the IV calcium history", cases, _less(assessor, cases, iv_calcium_codes(knowledge))),
            _variant("without imaging", cases, _less(assessor, cases, imaging_codes(knowledge))),
            _variant(
                "without reports that the knowledge quotes",
                cases,
                [item for item in judged if not item.case.is_quoted(knowledge)],
            ),
        ),
        resampled=resampled(scored) if scored else None,
        with_unranked=accuracy([item for item in judged if item.case.scorable]),
        at_first=accuracy(_scored(judge_all(assessor, map(_unasked, records)))),
        by_class=tuple(
            ClassScores(name, accuracy([item for item in scored if item.case.class_ == name]))
            for name in sorted({item.case.class_ for item in scored})
        ),
        calibration=of_leading(scored),
        danger_calibration=of_danger(judged, cases.dangerous.diagnoses),
        trade_off=trade_off(assessor, cases),
        misses=tuple(_miss(item, item.place) for item in scored if item.place is not None and item.place > 1),
        unranked=tuple(_unranked(item) for item in judged if item.place is None),
        figures=influences(assessor, scored)[:FIGURES] if scored else (),
    )


def _variant(name: str, cases: PublishedCases, judged: Sequence[JudgedCase]) -> Variant:
    return Variant(name, accuracy(_scored(judged)), urgency(cases, judged))


def _less(assessor: Assessor, cases: PublishedCases, codes: Collection[str]) -> tuple[JudgedCase, ...]:
    return judge_all(assessor, (without(assessor.knowledge, case, codes) for case in cases.records))


def _unasked(case: PublishedCase) -> PublishedCase:
    return replace(case, body={**case.body, "findings": {}, "measurements": {}})


def _scored(judged: Sequence[JudgedCase]) -> list[JudgedCase]:
    return [item for item in judged if item.case.scorable and item.place is not None]


def _miss(item: JudgedCase, place: int) -> Miss:
    return Miss(item.case.id, item.case.final_diagnosis, place, item.p_right, *item.leading)


def _unranked(item: JudgedCase) -> Unranked:
    return Unranked(item.case.id, item.case.final_diagnosis, item.fits, item.disposition.value, *item.leading)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
