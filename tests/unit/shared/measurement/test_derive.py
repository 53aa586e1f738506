"""What follows from numbers, at every edge."""

from __future__ import annotations

import pytest

from shared.measurement.derive import derive, feeders_of
from tests.book import the_book


@pytest.mark.parametrize(
    ("measurement", "value", "age_days", "code", "state"),
    [
        ("temperature", 38.0, 274, "fever_ge_38", "yes"),
        ("temperature", 37.9, 274, "fever_ge_38", "no"),
        ("temperature", 37.0, 20, "fever_ge_38", None),
        ("temperature", 38.0, 20, "fever_ge_38", "yes"),
        ("crp", 20, 274, "crp_gt_20", "no"),
        ("crp", 20.1, 274, "crp_gt_20", "yes"),
        ("esr", 20, 274, "esr_band", "le_20"),
        ("esr", 21, 274, "esr_band", "21_to_40"),
        ("esr", 40, 274, "esr_band", "21_to_40"),
        ("esr", 41, 274, "esr_band", "gt_40"),
        ("procalcitonin", 0.5, 274, "procalcitonin_ge_0_5", "yes"),
        ("procalcitonin", 0.49, 274, "procalcitonin_ge_0_5", "no"),
        ("procalcitonin", 12, 2, "procalcitonin_ge_0_5", None),
        ("wbc", 17.5, 274, "wbc_high_for_age", "no"),
        ("wbc", 17.6, 274, "wbc_high_for_age", "yes"),
        ("wbc", 30, 3, "wbc_high_for_age", "no"),
        ("wbc", 30, 9, "wbc_high_for_age", "yes"),
        ("wbc", 14, 3000, "wbc_high_for_age", "yes"),
        ("onset_days", 0.9, 274, "onset", "hours"),
        ("onset_days", 1, 274, "onset", "days"),
        ("onset_days", 7, 274, "onset", "days"),
        ("onset_days", 8, 274, "onset", "weeks"),
        ("days_since_iv_calcium", 0.5, 274, "interval_since_iv_calcium", "lt_24h"),
        ("days_since_iv_calcium", 3, 274, "interval_since_iv_calcium", "d1_to_3"),
        ("days_since_iv_calcium", 4, 274, "interval_since_iv_calcium", "d4_to_28"),
        ("days_since_iv_calcium", 28, 274, "interval_since_iv_calcium", "d4_to_28"),
        ("days_since_iv_calcium", 29, 274, "interval_since_iv_calcium", "d29_to_90"),
        ("days_since_iv_calcium", 91, 274, "interval_since_iv_calcium", "gt_90d"),
        ("days_since_iv_calcium", 12, 274, "prior_iv_calcium_same_limb_3m", "yes"),
        ("days_since_iv_calcium", 120, 274, "prior_iv_calcium_same_limb_3m", "no"),
        ("heart_rate", 160, 274, "hr_high_risk", "yes"),
        ("heart_rate", 159, 274, "hr_high_risk", "no"),
        ("heart_rate", 130, 1900, "hr_high_risk", "yes"),
        ("heart_rate", 129, 1900, "hr_high_risk", "no"),
        ("resp_rate", 60, 274, "rr_high_risk", "yes"),
        ("resp_rate", 24, 3000, "rr_high_risk", "no"),
        ("resp_rate", 25, 3000, "rr_high_risk", "yes"),
    ],
)
def test_a_number_settles_its_finding(
    measurement: str, value: float, age_days: int, code: str, state: str | None
) -> None:
    assert derive(the_book(), {measurement: value}, age_days).get(code) == state


def test_one_abnormal_mineral_is_enough_but_normal_needs_both() -> None:
    code = "serum_ca_or_po4_abnormal"

    assert derive(the_book(), {"calcium": 1.8}, 274)[code] == "yes"
    assert code not in derive(the_book(), {"calcium": 2.5}, 274)
    assert derive(the_book(), {"calcium": 2.5, "phosphate": 1.8}, 274)[code] == "no"
    assert derive(the_book(), {"calcium": 2.5, "phosphate": 3.0}, 274)[code] == "yes"
    assert feeders_of(the_book(), code) == ("calcium", "phosphate")


def test_the_interval_ends_where_the_swelling_began() -> None:
    found = derive(the_book(), {"days_since_iv_calcium": 30, "onset_days": 5}, 274)

    assert found["interval_since_iv_calcium"] == "d4_to_28"


def test_a_swelling_older_than_the_calcium_has_no_interval() -> None:
    assert "interval_since_iv_calcium" not in derive(the_book(), {"days_since_iv_calcium": 3, "onset_days": 9}, 274)
