"""The same cases with something left unsaid."""

from __future__ import annotations

from shared.evaluation.withholding import imaging_codes, iv_calcium_codes, without
from shared.triage.presentation import read_presentation
from tests.book import the_book
from tests.published import the_case, the_cases


def test_without_the_calcium_history_nothing_tells_of_it_and_the_rest_stays():
    codes = iv_calcium_codes(the_book())
    case = the_case("cc01a")
    left = read_presentation(the_book(), without(the_book(), case, codes).body)
    whole = read_presentation(the_book(), case.body)

    assert "interval_since_iv_calcium" in whole.findings
    assert not codes & left.findings.keys()
    assert "days_since_iv_calcium" not in left.numbers
    assert set(left.findings) == set(whole.findings) - codes
    assert left.measurements["crp"] == whole.measurements["crp"]


def test_without_imaging_no_picture_is_known():
    codes = imaging_codes(the_book())

    assert any(codes & case.body["findings"].keys() for case in the_cases().records)
    for case in the_cases().records:
        left = read_presentation(the_book(), without(the_book(), case, codes).body)
        assert not codes & left.findings.keys()


def test_withholding_leaves_the_record_itself_alone():
    case = the_case("cc01a")
    before = repr(case.body)
    without(the_book(), case, iv_calcium_codes(the_book()))

    assert repr(case.body) == before
