"""The published cases that ship, what the book makes of them, and judged cases with chosen probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from shared.evaluation.accuracy import AccuracyReport, measure
from shared.evaluation.judging import JudgedCase, judge_all
from shared.evaluation.published_cases import PublishedCase, PublishedCases
from shared.evaluation.reading import load_cases
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.presentation import Presentation
from tests.book import the_book

PUBLISHED_CASES = Path(__file__).resolve().parents[1] / "assets" / "published_cases"


@cache
def the_cases() -> PublishedCases:
    return load_cases(PUBLISHED_CASES)


@cache
def the_assessor() -> Assessor:
    return Assessor(the_book())


@cache
def the_judged() -> tuple[JudgedCase, ...]:
    return judge_all(the_assessor(), the_cases().records)


@cache
def the_report() -> AccuracyReport:
    return measure(the_assessor(), the_cases())


def the_case(id: str) -> PublishedCase:
    return next(case for case in the_cases().records if case.id == id)


def judged_with(
    probabilities: Mapping[str, float],
    *acceptable: str,
    patient: str = "one",
    disposition: Disposition = Disposition.ROUTINE,
) -> JudgedCase:
    """Return a case whose ranking gave these probabilities; the first of `acceptable` is its diagnosis."""
    case = replace(
        the_cases().records[0], id=patient, patient=patient, final_diagnosis=acceptable[0], acceptable=acceptable
    )
    return JudgedCase(
        case=case,
        presentation=Presentation(age_days=400, age_band="1_to_4y", setting="hospital_paediatric_ed"),
        probabilities={
            name: probabilities[name] for name in sorted(probabilities, key=lambda name: -probabilities[name])
        },
        fits=True,
        disposition=disposition,
        red_flags=(),
        asks_for_imaging=False,
    )
