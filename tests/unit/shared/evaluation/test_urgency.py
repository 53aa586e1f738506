"""Soon enough, and not too soon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.evaluation.judging import JudgedCase, judge
from shared.evaluation.urgency import URGENT, trade_off, urgency
from shared.evaluation.withholding import imaging_codes, iv_calcium_codes, without
from shared.triage.assessment import Disposition
from shared.triage.presentation import read_presentation
from tests.book import the_book
from tests.published import the_assessor, the_case, the_cases, the_judged


def _om06(disposition: Disposition, onset_days: float, *, with_imaging: bool = True) -> JudgedCase:
    """An osteomyelitis that is called `disposition`."""
    case = the_case("om06")
    case = replace(case, body={**case.body, "measurements": {"onset_days": {"value": onset_days, "unit": "d"}}})
    judged = judge(the_assessor(), case)
    assert judged.asks_for_imaging
    return replace(judged, disposition=disposition, asks_for_imaging=with_imaging)


@pytest.mark.parametrize(
    ("judged", "is_in_time"),
    [
        (_om06(Disposition.EMERGENCY, 1), True),
        (_om06(Disposition.SAME_DAY, 1), True),
        (_om06(Disposition.WITHIN_DAYS, 14), False),
        (_om06(Disposition.WITHIN_DAYS, 15), True),
        (_om06(Disposition.WITHIN_DAYS, 60, with_imaging=False), False),
        (_om06(Disposition.ROUTINE, 60), False),
    ],
)
def test_a_dangerous_infection_is_seen_today_or_imaged_within_days_after_two_weeks(judged, is_in_time):
    found = urgency(the_cases(), [judged])

    assert (found.dangerous.k, found.dangerous.n) == (int(is_in_time), 1)
    assert [called.id for called in found.too_late] == ([] if is_in_time else ["om06"])


def test_mild_goes_by_what_was_recorded_and_a_temperature_counts():
    bite = the_case("ib02")
    hot = replace(
        bite, body={**bite.body, "findings": {}, "measurements": {"temperature": {"value": 39, "unit": "Cel"}}}
    )
    limp = replace(bite, body={**bite.body, "findings": {"non_weight_bearing_or_no_use": True}})
    mild = the_cases().mild

    assert mild.holds(bite, read_presentation(the_book(), bite.body))
    assert not mild.holds(hot, read_presentation(the_book(), hot.body))
    assert not mild.holds(limp, read_presentation(the_book(), limp.body))
    abscess = the_case("ab08")
    assert not mild.holds(abscess, read_presentation(the_book(), abscess.body))


def test_a_mild_record_that_is_called_urgent_is_counted_and_named():
    bite = judge(the_assessor(), the_case("ib02"))
    called = [replace(bite, disposition=d) for d in Disposition]
    found = urgency(the_cases(), called)

    assert (found.mild.k, found.mild.n) == (2, 4)
    assert [row.disposition for row in found.too_soon] == list(URGENT)
    assert found.with_diagnosis == found.mild


def test_no_dangerous_infection_of_the_published_cases_may_wait():
    found = urgency(the_cases(), the_judged())

    assert found.dangerous.n == sum(
        case.final_diagnosis in the_cases().dangerous.diagnoses for case in the_cases().records
    )
    assert found.too_late == ()


@pytest.mark.parametrize("codes", [iv_calcium_codes, imaging_codes])
def test_none_may_wait_where_the_calcium_or_the_film_is_not_known(codes):
    cases = [without(the_book(), case, codes(the_book())) for case in the_cases().records]
    judged = [judge(the_assessor(), case) for case in cases]

    assert urgency(the_cases(), judged).too_late == ()


def test_the_trade_off_is_the_plain_figure_at_one_and_only_calls_less_urgent_with_higher_lines():
    rows = trade_off(the_assessor(), the_cases(), (0.001, 1.0, 1000.0))
    plain = urgency(the_cases(), the_judged())

    assert rows[1].dangerous == plain.dangerous
    assert rows[1].mild == plain.mild
    assert [row.urgent.k for row in rows] == sorted((row.urgent.k for row in rows), reverse=True)
    assert rows[0].urgent.k > rows[2].urgent.k
    assert rows[0].mild_ranked.k == rows[0].mild_ranked.n
    for row in rows:
        assert row.dangerous_ranked.k <= row.dangerous.k
        assert row.mild_ranked.k <= row.mild.k
        assert row.urgent.n == len(the_cases().records)


def test_the_assessor_is_as_before_when_the_lines_have_been_moved():
    before = judge(the_assessor(), the_case("om06"))
    trade_off(the_assessor(), the_cases(), (4.0,))

    assert judge(the_assessor(), the_case("om06")) == before
