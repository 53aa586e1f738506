"""The laws of an assessment, for any case file whatsoever."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from shared.differential.picture import AGE_BAND
from shared.knowledge.model import FindingKind
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.presentation import read_presentation
from tests.book import the_book

BOOK = the_book()
ASSESSOR = Assessor(BOOK)
URGENCY = [Disposition.EMERGENCY, Disposition.SAME_DAY, Disposition.WITHIN_DAYS, Disposition.ROUTINE]
MEASURED = {"temperature": ("Cel", 36.0, 40.0), "crp": ("mg/L", 1.0, 200.0), "esr": ("mm/h", 2.0, 100.0)}


@st.composite
def case_files(draw: DrawFn) -> dict[str, Any]:
    """Draw a case as `handwise triage` reads it; findings that follow from the measurements are left to these."""
    # Two findings refine another and are refused beside its contrary; the ranking's own laws cover them.
    free = sorted(set(BOOK.findings) - {AGE_BAND, "interval_since_iv_calcium", "xray_calcification_pattern"})
    asked = draw(st.lists(st.sampled_from(free), unique=True, max_size=20))
    findings: dict[str, Any] = {f: draw(st.sampled_from(BOOK.findings[f].states)) for f in asked}
    findings |= dict.fromkeys(draw(st.sets(st.sampled_from(["tense_limb", "poor_feeding"]), max_size=2)), True)
    measurements: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from(sorted(MEASURED)))):
        unit, low, high = MEASURED[name]
        measurements[name] = {"value": round(draw(st.floats(low, high)), 1), "unit": unit}
        for derived in BOOK.measurements[name].derives:
            findings.pop(derived.code, None)
    return {
        "age_days": draw(st.integers(0, 16 * 365)),
        "setting": draw(st.sampled_from(sorted(BOOK.settings))),
        "findings": findings,
        "measurements": measurements,
        "resources": sorted(draw(st.sets(st.sampled_from(["xray", "lab", "ultrasound"])))),
    }


@settings(max_examples=60)
@given(case_files())
def test_an_assessment_is_whole_and_never_less_urgent_than_its_red_flags(body: dict[str, Any]) -> None:
    assessment = ASSESSOR.assess(read_presentation(BOOK, body))
    as_json = assessment.to_json()

    assert json.loads(json.dumps(as_json, allow_nan=False)) == as_json
    assert {row.condition for row in assessment.differential} == set(BOOK.conditions)
    assert abs(sum(row.probability for row in assessment.differential) - 1) < 1e-9
    probabilities = [row.probability for row in assessment.differential]
    assert probabilities == sorted(probabilities, reverse=True)
    for flag in assessment.red_flags:
        assert URGENCY.index(assessment.disposition) <= flag.priority - 1
    if not assessment.fits:
        assert assessment.disposition is not Disposition.ROUTINE


@settings(max_examples=60)
@given(case_files())
def test_no_question_is_asked_twice_out_of_turn_or_beyond_what_the_clinic_has(body: dict[str, Any]) -> None:
    presentation = read_presentation(BOOK, body)

    asked = [question.finding for question in ASSESSOR.assess(presentation).next_questions]

    assert len(asked) == len(set(asked))
    assert not any(presentation.is_answered(code) for code in asked)
    for finding in asked:
        if finding not in BOOK.findings:
            assert finding in BOOK.inputs or finding in BOOK.measurements
            continue
        definition = BOOK.findings[finding]
        assert definition.from_age_days <= presentation.age_days
        assert definition.kind is not FindingKind.LAB or "lab" in presentation.resources


@settings(max_examples=60)
@given(case_files(), st.sampled_from(["unknown", None]))
def test_unknown_is_the_same_as_missing(body: dict[str, Any], unknown: str | None) -> None:
    missing = dict.fromkeys(set(BOOK.findings) - set(body["findings"]) - {AGE_BAND}, unknown)
    for name in body["measurements"]:
        for derived in BOOK.measurements[name].derives:
            missing.pop(derived.code, None)
    padded = {**body, "findings": {**body["findings"], **missing}}

    plain = ASSESSOR.assess(read_presentation(BOOK, body))
    with_unknown = ASSESSOR.assess(read_presentation(BOOK, padded))

    assert plain.differential == with_unknown.differential
    assert plain.disposition is with_unknown.disposition


@settings(max_examples=60)
@given(case_files())
def test_an_answer_that_is_also_measured_is_counted_once(body: dict[str, Any]) -> None:
    """The findings that follow from the measurements, said once more, change nothing."""
    presentation = read_presentation(BOOK, body)
    said = {code: presentation.findings[code] for code in presentation.derived if code in presentation.findings}
    said.pop(AGE_BAND, None)
    twice = {**body, "findings": {**body["findings"], **said}}

    assert ASSESSOR.assess(read_presentation(BOOK, twice)).differential == ASSESSOR.assess(presentation).differential


@settings(max_examples=60)
@given(case_files(), st.sampled_from(sorted(sign.id for sign in BOOK.danger_signs)))
def test_a_yes_to_a_danger_sign_never_makes_a_child_less_urgent(body: dict[str, Any], line: str) -> None:
    """Against the same child of whom nobody knows the sign."""
    sign = next(sign for sign in BOOK.danger_signs if sign.id == line)
    open_ = {code: value for code, value in body["findings"].items() if code not in {*sign.yes, *sign.no}}
    measured = {} if "fever_ge_38" in sign.yes else body["measurements"]
    unknown = {**body, "findings": open_, "measurements": measured}
    present = {**unknown, "findings": {**open_, **dict.fromkeys(sign.yes, True)}}

    before, after = (ASSESSOR.assess(read_presentation(BOOK, child)).disposition for child in (unknown, present))

    assert URGENCY.index(after) <= URGENCY.index(before)
