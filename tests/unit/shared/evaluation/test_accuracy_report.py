"""The accuracy report: its counts add up, and it says what a plain count over the assessments says."""

from __future__ import annotations

import json
from dataclasses import replace

from shared.evaluation.accuracy import FIGURES, measure
from shared.triage.presentation import read_presentation
from tests.published import the_assessor, the_book, the_case, the_cases, the_report


def test_the_report_says_what_a_plain_count_says():
    """Counted here from `Assessor.assess` alone."""
    first = three = n = 0
    for case in the_cases().records:
        order = [row.condition for row in the_assessor().assess(read_presentation(the_book(), case.body)).differential]
        if case.scorable and any(name in order for name in case.acceptable):
            n += 1
            first += order[0] in case.acceptable
            three += any(name in case.acceptable for name in order[:3])
    scores = the_report().variants[0].scores

    assert (scores.records, scores.first.k, scores.first_three.k) == (n, first, three)


def test_its_counts_add_up():
    report = the_report()
    scores = report.variants[0].scores

    assert report.records == len(the_cases().records)
    assert report.with_unranked.records == report.records - len(report.unscorable)
    scorable = {case.id for case in the_cases().records if case.scorable}
    assert scores.records == report.with_unranked.records - sum(row.id in scorable for row in report.unranked)
    assert sum(row.scores.records for row in report.by_class) == scores.records
    assert sum(row.scores.first.k for row in report.by_class) == scores.first.k
    assert len(report.misses) == scores.records - scores.first.k
    assert sum(miss.place > 3 for miss in report.misses) == scores.records - scores.first_three.k
    assert sum(row.observed.n for row in report.calibration.bins) == scores.records
    assert sum(row.observed.k for row in report.calibration.bins) == scores.first.k
    assert report.danger_calibration.n == report.records
    assert report.at_first.records == scores.records
    assert scores.children <= report.children < report.records
    assert len(report.figures) == FIGURES


def test_the_findings_tell_more_than_age_place_and_setting():
    report = the_report()

    assert report.at_first.first.k < report.variants[0].scores.first.k
    assert report.at_first.log_score > report.variants[0].scores.log_score


def test_without_what_the_knowledge_quotes_only_independent_records_are_left():
    quoted = [case for case in the_cases().records if case.is_quoted(the_book())]
    unquoted = the_report().variants[-1]

    assert quoted
    assert unquoted.scores.records < the_report().variants[0].scores.records
    assert unquoted.scores.children == len(
        {
            case.patient
            for case in the_cases().records
            if case not in quoted and case.scorable and case.is_ranked(the_book())
        }
    )


def test_removing_a_visit_changes_the_records_by_one_and_the_children_by_none():
    second_visit = replace(the_case("cc13"), patient="cc01")
    four = (the_case("cc01b"), second_visit, the_case("om04"), the_case("ab08"))
    whole = measure(the_assessor(), replace(the_cases(), records=four))
    less = measure(the_assessor(), replace(the_cases(), records=four[1:]))

    assert (whole.records, less.records) == (4, 3)
    assert (whole.children, less.children) == (3, 3)
    assert (whole.variants[0].scores.records, less.variants[0].scores.records) == (3, 2)


def test_where_nothing_can_be_scored_it_still_says_how_soon():
    cases = the_cases()
    only = tuple(case for case in cases.records if not case.scorable)
    report = measure(the_assessor(), replace(cases, records=only))

    assert report.variants[0].scores.records == 0
    assert report.resampled is None
    assert report.figures == ()
    assert report.trade_off[0].urgent.n == len(only)


def test_it_reads_back_as_json():
    body = json.loads(json.dumps(the_report().to_json(), allow_nan=False))

    assert body["variants"][0]["scores"]["first"]["n"] == the_report().variants[0].scores.records
    assert body["knowledge_version"] == the_book().version
    assert len(body["figures"]) == FIGURES
