"""The strict reader of CASE.json, and the lenient one of case logs."""

from __future__ import annotations

from typing import Any

import pytest

from shared.case.entry import Quantity
from shared.errors import InvalidInput
from shared.triage.presentation import presentation_from_answers, read_presentation
from tests.book import the_book


def a_case(**changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = {
        "age_days": 274,
        "sex": "male",
        "region": ["hand", "wrist"],
        "side": "left",
        "setting": "hospital_paediatric_ed",
        "findings": {"fever_ge_38": False, "swelling_consistency": "firm_indurated"},
        "measurements": {"crp": {"value": 3.6, "unit": "mg/L"}, "onset_days": {"value": 5, "unit": "d"}},
        "resources": ["xray", "lab", "ultrasound"],
    }
    return {**case, **changes}


def _read(**changes: Any) -> Any:
    return read_presentation(the_book(), a_case(**changes))


def _fault(**changes: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        _read(**changes)
    return caught.value


def test_a_whole_case_is_read() -> None:
    child = _read()

    assert (child.age_days, child.age_band, child.sex, child.side) == (274, "infant_28d_to_12m", "male", "left")
    assert child.regions == ("hand", "wrist")
    assert child.findings == {
        "fever_ge_38": "no",
        "swelling_consistency": "firm_indurated",
        "crp_gt_20": "no",
        "onset": "days",
        "age_band": "infant_28d_to_12m",
        "site": "hand+wrist",
        "bilateral": "no",
    }
    assert child.derived == {"crp_gt_20", "onset", "site", "bilateral"}
    assert child.measurements == {"crp": 3.6, "onset_days": 5.0}
    assert child.numbers == {"age_days": 274.0, "crp_mg_l": 3.6, "onset_days": 5.0}
    assert child.resources == {"xray", "lab", "ultrasound"}
    assert child.questions == child.notes == ()


def test_only_the_age_is_needed() -> None:
    child = read_presentation(the_book(), {"age_days": 10})

    assert (child.setting, child.sex, child.side, child.regions) == (
        "rural_primary_care",
        "unknown",
        "unknown",
        ("unspecified",),
    )
    assert child.resources == frozenset()
    assert child.findings == {"age_band": "neonate_lt_28d"}


def test_null_and_unknown_are_the_same_as_leaving_it_out() -> None:
    left_out = read_presentation(the_book(), {"age_days": 10})
    spelt_out = read_presentation(
        the_book(),
        {
            "age_days": 10,
            "sex": None,
            "side": "unknown",
            "region": None,
            "setting": None,
            "resources": None,
            "findings": {"fever_ge_38": None, "onset": "unknown", "tense_limb": "unknown"},
            "measurements": {"crp": None, "temp_c": "unknown"},
        },
    )

    assert spelt_out == left_out


def test_not_possible_is_kept_apart_from_unknown() -> None:
    child = _read(findings={"us_joint_effusion": "not_possible"}, measurements={"esr": "not_possible"})

    assert child.not_possible == {"us_joint_effusion", "esr"}
    assert "us_joint_effusion" not in child.findings


@pytest.mark.parametrize("value", [True, "yes"])
def test_yes_is_said_in_two_ways(value: object) -> None:
    child = _read(findings={"erythema": value, "tense_limb": value})

    assert child.findings["erythema"] == "yes"
    assert child.inputs == {"tense_limb": True}


def test_inputs_of_the_rules_are_taken_in_findings_and_in_measurements() -> None:
    in_findings = _read(findings={"tense_limb": True, "temp_c": 38.4}, measurements={})
    in_measurements = _read(findings={}, measurements={"tense_limb": True, "temp_c": {"value": 38.4, "unit": "Cel"}})

    assert in_findings.inputs == in_measurements.inputs == {"tense_limb": True}
    assert in_findings.numbers["temp_c"] == in_measurements.numbers["temp_c"] == 38.4
    assert in_findings.measurements["temperature"] == 38.4


def test_fahrenheit_and_mg_per_dl_are_converted() -> None:
    child = _read(
        findings={},
        measurements={"temperature": {"value": 101.3, "unit": "[degF]"}, "crp": {"value": 3, "unit": "mg/dL"}},
    )

    assert child.measurements == {"temperature": 38.5, "crp": 30.0}
    assert child.findings["fever_ge_38"] == "yes"
    assert child.findings["crp_gt_20"] == "yes"


def test_a_normal_temperature_now_does_not_take_back_a_reported_fever() -> None:
    child = _read(findings={"fever_ge_38": True}, measurements={"temp_c": 37.0})

    assert child.findings["fever_ge_38"] == "yes"


def test_days_since_calcium_say_that_calcium_was_given() -> None:
    child = _read(findings={}, measurements={"days_since_iv_calcium": 30, "onset_days": 5})

    assert child.findings["prior_iv_calcium_same_limb_3m"] == "yes"
    assert child.findings["interval_since_iv_calcium"] == "d4_to_28"


def test_an_interval_counted_up_to_the_visit_is_accepted() -> None:
    child = _read(
        findings={"interval_since_iv_calcium": "d29_to_90"}, measurements={"days_since_iv_calcium": 30, "onset_days": 5}
    )

    assert child.findings["interval_since_iv_calcium"] == "d29_to_90"


def test_calcium_longer_ago_than_three_months_leaves_no_interval() -> None:
    child = _read(findings={}, measurements={"days_since_iv_calcium": 200})

    assert child.findings["prior_iv_calcium_same_limb_3m"] == "no"
    assert "interval_since_iv_calcium" not in child.findings


def test_a_swelling_before_the_calcium_is_questioned() -> None:
    child = _read(findings={}, measurements={"days_since_iv_calcium": 3, "onset_days": 9})

    assert child.questions == ("The swelling began before the calcium was given. Are both days right?",)


def test_a_doubtful_unit_is_questioned_and_used_where_both_readings_agree() -> None:
    low = _read(findings={}, measurements={"crp": {"value": 0.36, "unit": "mg/L"}})
    high = _read(findings={}, measurements={"calcium": {"value": 10, "unit": "mmol/L"}})

    assert low.findings["crp_gt_20"] == "no"
    assert "Is the unit right?" in low.questions[0]
    assert "serum_ca_or_po4_abnormal" not in high.findings
    assert "Is the unit right?" in high.questions[0]


def test_a_child_of_17_is_accepted_and_noted() -> None:
    assert _read(age_days=6209).notes == ()
    assert _read(age_days=6210).notes == ("Older than 16 years: outside the evidence.",)
    assert _read(age_days=6574).age_band == "5_to_16y"


@pytest.mark.parametrize(
    ("changes", "field", "advice"),
    [
        ({"age_days": None}, "age_days", "is missing"),
        ({"age_days": -1}, "age_days", "from 0 days to under 18 years"),
        ({"age_days": 6575}, "age_days", "from 0 days to under 18 years"),
        ({"age_days": 10**400}, "age_days", "from 0 days to under 18 years"),
        ({"age_days": 3.5}, "age_days", "whole number"),
        ({"age_days": float("nan")}, "age_days", "whole number"),
        ({"age_days": float("inf")}, "age_days", "whole number"),
        ({"age_days": True}, "age_days", "whole number"),
        ({"age_days": "274"}, "age_days", "whole number"),
        ({"agedays": 3}, "agedays", "did you mean age_days?"),
        ({"sex": "boy"}, "sex", "male, female, unknown"),
        ({"sex": 1}, "sex", "male, female, unknown"),
        ({"side": ["left"]}, "side", "left, right, both"),
        ({"setting": "clinic"}, "setting", "rural_primary_care"),
        ({"region": "hand"}, "region", "a list"),
        ({"region": []}, "region", "one or several"),
        ({"region": ["hand", "head"]}, "region", "one or several"),
        ({"region": [["hand"]]}, "region", "one or several"),
        ({"resources": ["xray", "ct"]}, "resources", "xray, lab, ultrasound"),
        ({"findings": []}, "findings", "must be an object"),
        ({"measurements": 5}, "measurements", "must be an object"),
        ({"findings": {"fever": True}}, "findings.fever", "did you mean fever_ge_38?"),
        ({"findings": {"erythma": True}}, "findings.erythma", "did you mean erythema?"),
        ({"findings": {"age_days": 3}}, "findings.age_days", "top of the case"),
        ({"findings": {"erythema": 1}}, "findings.erythema", "true, false or unknown"),
        ({"findings": {"erythema": "maybe"}}, "findings.erythema", "true, false or unknown"),
        ({"findings": {"tense_limb": 0}}, "findings.tense_limb", "true, false or unknown"),
        ({"findings": {"onset": True}}, "findings.onset", "hours, days, weeks"),
        ({"findings": {"onset": "years"}}, "findings.onset", "hours, days, weeks"),
        ({"findings": {"age_band": "1_to_4y"}}, "findings.age_band", "contradicts age_days"),
        ({"measurements": {"crp": 5}}, "measurements.crp.unit", "is missing; use mg/L or mg/dL"),
        ({"measurements": {"crp": {"value": 5}}}, "measurements.crp.unit", "is missing"),
        ({"measurements": {"crp": {"unit": "mg/L"}}}, "measurements.crp.value", "is missing"),
        ({"measurements": {"crp": {"value": 5, "unit": 5}}}, "measurements.crp.unit", "must be text"),
        ({"measurements": {"crp": {"value": 5, "unit": "kg"}}}, "measurements.crp.unit", "use mg/L, mg/dL"),
        ({"measurements": {"crp": {"value": "5", "unit": "mg/L"}}}, "measurements.crp.value", "must be a number"),
        ({"measurements": {"crp": {"value": True, "unit": "mg/L"}}}, "measurements.crp.value", "must be a number"),
        ({"measurements": {"crp": {"value": float("nan"), "unit": "mg/L"}}}, "measurements.crp.value", "ordinary"),
        ({"measurements": {"crp": {"value": 10**400, "unit": "mg/L"}}}, "measurements.crp.value", "ordinary"),
        ({"measurements": {"crp": {"value": -1, "unit": "mg/L"}}}, "measurements.crp", "not possible"),
        ({"measurements": {"crp": {"value": 5, "unit": "mg/L", "by": "x"}}}, "measurements.crp", "neither value nor"),
        ({"measurements": {"temp_c": 60}}, "measurements.temp_c", "25 to 45 °C"),
        ({"measurements": {"temp_c": False}}, "measurements.temp_c", "must be a number"),
        (
            {"measurements": {"temp_c": 38.0, "temperature": {"value": 39, "unit": "Cel"}}},
            "measurements.temperature",
            "contradicts measurements.temp_c",
        ),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], field: str, advice: str) -> None:
    fault = _fault(**changes)

    assert fault.field == field
    assert advice in fault.advice


@pytest.mark.parametrize("body", [None, [], "case", 5, True])
def test_a_case_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(InvalidInput, match=r"^case: must be an object"):
        read_presentation(the_book(), body)


@pytest.mark.parametrize(
    ("findings", "measurements", "field"),
    [
        ({"crp_gt_20": False}, {"crp": {"value": 120, "unit": "mg/L"}}, "findings.crp_gt_20"),
        ({"fever_ge_38": False}, {"temp_c": 39}, "findings.fever_ge_38"),
        ({"esr_band": "le_20"}, {"esr_mm_h": 50}, "findings.esr_band"),
        ({"onset": "weeks"}, {"onset_days": 2}, "findings.onset"),
        ({"hr_high_risk": True}, {"heart_rate": 120}, "findings.hr_high_risk"),
        ({"crp_gt_20": True}, {"crp": {"value": 0.9, "unit": "mg/L"}}, "findings.crp_gt_20"),
        (
            {"prior_iv_calcium_same_limb_3m": False},
            {"days_since_iv_calcium": 12},
            "findings.prior_iv_calcium_same_limb_3m",
        ),
        (
            {"prior_iv_calcium_same_limb_3m": False, "interval_since_iv_calcium": "d4_to_28"},
            {},
            "findings.interval_since_iv_calcium",
        ),
        (
            {"xray_calcification_pattern": "sheet_like", "xray_lt_10d": "fracture"},
            {},
            "findings.xray_calcification_pattern",
        ),
    ],
)
def test_an_answer_that_contradicts_a_number_is_refused(
    findings: dict[str, Any], measurements: dict[str, Any], field: str
) -> None:
    assert _fault(findings=findings, measurements=measurements).field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"Yusuf Haddad": 1},
        {"findings": {"Yusuf Haddad": True}},
        {"findings": {"yusuf haddad": True}},
        {"measurements": {"Yusuf": 1}},
        {"findings": {"erythema": "Yusuf Haddad"}},
        {"findings": {"onset": "Yusuf Haddad"}},
        {"sex": "Yusuf Haddad"},
        {"region": ["Yusuf Haddad"]},
        {"measurements": {"crp": {"value": "Yusuf Haddad", "unit": "mg/L"}}},
        {"measurements": {"crp": {"value": 5, "unit": "Yusuf Haddad"}}},
        {"measurements": {"crp": {"value": 5, "unit": "mg/L", "Yusuf Haddad": 1}}},
    ],
)
def test_nothing_that_could_be_a_name_is_echoed(changes: dict[str, Any]) -> None:
    text = str(_fault(**changes)).lower()

    assert "yusuf" not in text
    assert "haddad" not in text


def test_answers_of_a_log_give_the_same_child() -> None:
    answers = {
        "age_days": 274,
        "sex": "male",
        "region": ("hand", "wrist"),
        "side": "left",
        "setting": "hospital_paediatric_ed",
        "fever_ge_38": False,
        "swelling_consistency": "firm_indurated",
        "crp": Quantity(3.6, "mg/L"),
        "onset_days": 5,
    }

    assert presentation_from_answers(the_book(), answers, ["xray", "lab", "ultrasound"]) == _read()


@pytest.mark.parametrize("group", the_book().age_groups, ids=lambda group: group.id)
def test_an_age_group_is_read_as_its_youngest_day(group) -> None:
    child = presentation_from_answers(the_book(), {"age_group": group.id}, [])

    assert child.age_days == group.from_days


def test_dont_know_and_not_possible_close_a_question_of_a_log() -> None:
    child = presentation_from_answers(
        the_book(), {"age_days": 274, "fever_ge_38": "unknown", "us_joint_effusion": "not_possible"}, []
    )

    assert child.closed == {"fever_ge_38", "us_joint_effusion"}
    assert child.not_known == {"fever_ge_38"}


def test_a_log_with_nonsense_still_gives_a_child_and_says_what_was_left_out() -> None:
    answers = {
        "age_days": 274,
        "sex": "boy",
        "erythema": "perhaps",
        "temperature": Quantity(60.0, "Cel"),
        "crp_gt_20": False,
        "crp": Quantity(120.0, "mg/L"),
        "outcome_diagnosis": "abscess",
    }

    child = presentation_from_answers(the_book(), answers, ["xray", "spoon"])

    assert child.findings["crp_gt_20"] == "yes"
    assert "erythema" not in child.findings
    assert "temperature" not in child.measurements
    assert child.resources == {"xray"}
    assert len(child.questions) == 4


def test_a_log_without_an_age_is_refused() -> None:
    with pytest.raises(InvalidInput, match="age_days: is missing"):
        presentation_from_answers(the_book(), {"fever_ge_38": True}, [])


@pytest.mark.parametrize(("stated", "count"), [(True, 14), (False, 16.5)])
def test_the_laboratorys_own_range_wins_over_the_books(stated: bool, count: float) -> None:
    child = read_presentation(
        the_book(),
        {
            "age_days": 1000,
            "findings": {"wbc_high_for_age": stated},
            "measurements": {"wbc": {"value": count, "unit": "10*9/L"}},
        },
    )

    assert child.findings["wbc_high_for_age"] == ("yes" if stated else "no")
    assert "wbc_high_for_age" not in child.derived
    assert any("laboratory" in question for question in child.questions)


def test_what_cannot_be_told_at_this_age_is_left_out() -> None:
    newborn = read_presentation(the_book(), {"age_days": 10, "findings": {"itch_predominant": True}})
    toddler = read_presentation(the_book(), {"age_days": 400, "findings": {"itch_predominant": True}})

    assert "itch_predominant" not in newborn.findings
    assert newborn.notes
    assert toddler.findings["itch_predominant"] == "yes"
