"""What version 1.0 of the book holds: counts of everything, and figures read back from each file."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from shared.knowledge.model import Evidence, Likelihood, Range
from tests.book import FIRST, the_first_book


def _cells() -> list[Likelihood]:
    return [cell for finding in the_first_book().findings.values() for cell in finding.likelihoods.values()]


def _support(name: str) -> int:
    return sum(cell.evidence.support == name for cell in _cells())


def test_the_first_book_has_all_findings_and_conditions() -> None:
    book = the_first_book()

    assert len(book.conditions) == 13
    assert len(book.findings) == 51
    assert sum(finding.is_binary for finding in book.findings.values()) == 42
    assert len(book.groups) == 26
    assert len(book.consider) == 8
    assert len(book.sources) == 111


def test_all_612_likelihoods_are_there_with_their_support() -> None:
    assert len(_cells()) == 612
    counts = {name: _support(name) for name in ("figure", "derived", "partial", "direction", "memory", "none")}
    assert counts == {"figure": 20, "derived": 11, "partial": 20, "direction": 34, "memory": 4, "none": 523}
    assert sum(cell.evidence.verified for cell in _cells()) == 31


def test_all_39_priors_are_there_and_none_is_called_verified() -> None:
    priors = [(c.id, setting) for c in the_first_book().conditions.values() for setting in c.priors]

    assert len(priors) == 39
    assert not any(c.prior_evidence.verified for c in the_first_book().conditions.values())


def test_overrides_are_there() -> None:
    findings = the_first_book().findings.values()

    assert sum(len(cells) for f in findings for cells in f.age_overrides.values()) == 8
    assert sum(len(cells) for f in findings for cells in f.setting_overrides.values()) == 48


def test_all_rules_prompts_and_inputs_are_there() -> None:
    book = the_first_book()

    assert [sum(rule.priority == p for rule in book.rules.values()) for p in (1, 2, 3, 4)] == [12, 7, 1, 4]
    assert sum(item.is_numeric for item in book.inputs.values()) == 10
    assert sum(not item.is_numeric for item in book.inputs.values()) == 23


def test_all_codes_are_there() -> None:
    book = the_first_book()
    tables = [
        *(condition.codes for condition in book.conditions.values()),
        *(finding.codes for finding in book.findings.values()),
        *(entry.codes for entry in book.consider.values()),
        *book.other_codes.values(),
    ]
    icd = [code for table in tables for name, codes in table.items() if name.startswith("icd") for code in codes]

    assert len(icd) == 103
    assert all(code.verified for code in icd)
    assert sum(len(codes) for table in tables for codes in table.values()) == 145


@pytest.mark.parametrize(
    ("finding", "condition", "state", "expected", "quality", "verified"),
    [
        ("erythema", "cellulitis", "yes", Range(0.97, 0.92, 0.99), "A", False),
        ("erythema", "calcinosis_cutis_iatrogenic", "yes", Range(0.55, 0.35, 0.75), "C", True),
        ("onset", "calcinosis_cutis_iatrogenic", "days", Range(0.52, 0.35, 0.686), "C", False),
        ("age_band", "cellulitis", "5_to_16y", Range(0.52, 0.397, 0.641), "C", False),
    ],
)
def test_a_likelihood_reads_back(
    finding: str, condition: str, state: str, expected: Range, quality: str, verified: bool
) -> None:
    cell = the_first_book().findings[finding].likelihoods[condition]

    assert cell.states[state] == expected
    assert (cell.evidence.quality, cell.evidence.verified) == (quality, verified)


def test_a_newborns_fever_overrides_the_osteomyelitis_row() -> None:
    cell = the_first_book().findings["fever_ge_38"].age_overrides["neonate_lt_28d"]["osteomyelitis"]

    assert cell.states["yes"] == Range(0.3, 0.15, 0.55)
    assert cell.evidence == Evidence(
        ("sun2024", "pmc7254949"), "B", False, "direction", "neonates significantly less febrile; number estimated"
    )


def test_priors_read_back() -> None:
    conditions = the_first_book().conditions

    assert conditions["calcinosis_cutis_iatrogenic"].priors["nicu_inpatient_post_iv"] == Range(0.07, 0.02, 0.15)
    assert conditions["cellulitis"].priors["rural_primary_care"] == Range(0.3, 0.2, 0.42)
    assert conditions["calcinosis_cutis_iatrogenic"].prior_evidence.sources == ("seed_neonatal16", "expert")


def test_calcium_shows_on_a_film_by_the_day() -> None:
    days = [(row.from_day, row.to_day, row.visible.p) for row in the_first_book().calcification_by_day]

    assert days == [
        (0, 3, 0.05),
        (4, 7, 0.3),
        (8, 14, 0.75),
        (15, 28, 0.95),
        (29, 60, 0.9),
        (61, 120, 0.45),
        (121, 180, 0.15),
    ]
    assert the_first_book().case_pool is not None
    assert len(the_first_book().case_pool.sources) == 18


def test_limits_by_age_read_back() -> None:
    measurements = the_first_book().measurements

    white_cells = measurements["wbc"].limit_for(274)
    assert white_cells is not None
    assert (white_cells.low, white_cells.high) == (6.0, 17.5)
    calcium = measurements["calcium"].limit_for(10)
    assert calcium is not None
    assert (calcium.low, calcium.high) == (2.0, 2.82)


def test_follow_up_of_calcinosis_has_its_days() -> None:
    plan = the_first_book().plans["calcinosis_cutis_iatrogenic"]

    assert [row.after_days for row in plan.follow_up] == [7, 28, 56, 91, 182]
    assert [point.at_weeks for point in plan.checkpoints] == [4, 8, 13, 26]
    assert len(plan.escalate_if) == 6


def test_sources_read_back() -> None:
    source = the_first_book().sources["jacep1977"]

    assert source.url == "https://pubmed.ncbi.nlm.nih.gov/830982/"
    assert source.verified
    assert source.quality == "C"


def test_every_question_is_plain_and_says_why_and_how() -> None:
    for finding in the_first_book().findings.values():
        assert finding.ask.endswith("?"), finding.id
        assert len(finding.ask.split()) <= 16, finding.id
        assert finding.why, finding.id
        assert 1 <= len(finding.how_to) <= 3, finding.id
        assert all(finding.state_labels[state] for state in finding.states), finding.id


def test_the_first_book_gives_no_dose_to_give() -> None:
    book = the_first_book()
    plans = book.plans.values()
    statements = [s.text for p in plans for s in (*p.management, *p.do_not, *p.prevention, p.parents)]
    rules = [text for rule in book.rules.values() for text in (rule.action, *rule.steps)]
    dose = re.compile(r"\d\s*(mg|mcg|µg|g|ml|mL|units?|U|IU|mmol)(/kg)?\b(?!/L)")

    for text in chain(statements, rules):
        assert not dose.search(text.replace("20 mg/L", "")), text


def test_every_file_of_the_folder_is_read() -> None:
    files = {path.relative_to(FIRST).as_posix() for path in FIRST.rglob("*") if path.is_file()}

    assert sum(name.startswith("findings/") for name in files) == len(the_first_book().findings)
    assert sum(name.startswith("conditions/") for name in files) == len(the_first_book().conditions)
    assert all(name.endswith(".yaml") for name in files)
