"""The danger rules: each fires when it must and is silent when it must be (red_flag_cases.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.case.entry import Quantity
from shared.triage.assessment import FiredRule
from shared.triage.presentation import Presentation, presentation_from_answers, read_presentation
from shared.triage.red_flags import could_still_fire, evaluate
from tests.book import the_book

CASES = yaml.safe_load((Path(__file__).parent / "red_flag_cases.yaml").read_text(encoding="utf-8"))
UNITS = {"onset_days": "d", "days_since_iv_calcium": "d", "antibiotics_given": "h"}


def _flat(verdict: str) -> list[Any]:
    return [
        pytest.param(rule, case, id=f"{rule[:4]}-{count}")
        for rule, verdicts in CASES.items()
        for count, case in enumerate(verdicts[verdict], start=1)
    ]


def _read(case: dict[str, Any]) -> Presentation:
    measured = {
        name: value if name in the_book().inputs or name in UNITS else {"value": value, "unit": "mmol/L"}
        for name, value in case.get("measured", {}).items()
    }
    return read_presentation(
        the_book(),
        {"age_days": case.get("age", 274), "findings": case.get("say", {}), "measurements": measured},
    )


def _fired(case: dict[str, Any]) -> dict[str, FiredRule]:
    return {rule.id: rule for rule in evaluate(the_book(), _read(case))}


def test_every_rule_has_its_cases() -> None:
    assert list(CASES) == list(the_book().rules)
    assert all(verdicts["fires"] and verdicts["stays_silent"] for verdicts in CASES.values())


@pytest.mark.parametrize(("rule", "case"), _flat("fires"))
def test_a_rule_fires_when_it_must(rule: str, case: dict[str, Any]) -> None:
    fired = _fired(case)

    assert rule in fired
    assert fired[rule].because == tuple(case.get("because", fired[rule].because))
    assert fired[rule].because


@pytest.mark.parametrize(("rule", "case"), _flat("stays_silent"))
def test_a_rule_is_silent_just_before(rule: str, case: dict[str, Any]) -> None:
    assert rule not in _fired(case)


def test_nothing_known_fires_nothing() -> None:
    assert evaluate(the_book(), _read({})) == ()


def test_the_most_urgent_rule_comes_first() -> None:
    fired = evaluate(
        the_book(),
        _read({"say": {"failure_48_72h_antibiotics": True, "toxic_appearance": True, "over_venepuncture_site": True}}),
    )

    assert [rule.id for rule in fired] == ["RF02_sepsis_any_age", "RF20_failure_of_treatment", "P01_ask_iv_calcium"]
    assert [rule.priority for rule in fired] == [1, 2, 4]


def test_a_fired_rule_carries_its_action_and_sources() -> None:
    (rule,) = evaluate(the_book(), _read({"say": {"failure_48_72h_antibiotics": True}}))

    assert rule.action.startswith("Re-think")
    assert rule.sources == ("mims_cell", "aktas2015", "seed_alghaith2022")
    assert rule.quality == "D"


def test_a_rule_that_one_side_of_a_disagreement_fires_is_fired() -> None:
    answers = {"age_days": 274, "over_venepuncture_site": True}
    disputed = {"toxic_appearance": (True, False), "crepitus_bullae_necrosis": (False, "unknown")}

    presentation = presentation_from_answers(the_book(), answers, [], disputed)

    assert "toxic_appearance" not in presentation.findings
    assert {rule.id for rule in evaluate(the_book(), presentation)} == {"RF02_sepsis_any_age", "P01_ask_iv_calcium"}


def test_a_disputed_number_counts_with_each_of_its_values() -> None:
    disputed = {"crp": (Quantity(5.0, "mg/L"), Quantity(80.0, "mg/L"))}

    presentation = presentation_from_answers(the_book(), {"age_days": 274, "bone_point_tenderness": True}, [], disputed)

    assert "crp_gt_20" not in presentation.findings
    assert [rule.id for rule in evaluate(the_book(), presentation)] == ["RF05_acute_osteomyelitis"]


def test_a_disputed_excuse_does_not_silence_a_rule() -> None:
    """A fracture would explain the sore bone; whether there is one is disputed."""
    disputed = {"xray_lt_10d": ("fracture", "normal_or_swelling_only")}
    answers = {"age_days": 274, "bone_point_tenderness": True, "fever_ge_38": True}

    presentation = presentation_from_answers(the_book(), answers, [], disputed)

    assert "RF05_acute_osteomyelitis" in {rule.id for rule in evaluate(the_book(), presentation)}


def _open(say: dict[str, Any], measured: dict[str, Any] | None = None, age: int = 274) -> tuple[str, ...]:
    return could_still_fire(the_book(), _read({"age": age, "say": say, "measured": measured or {}}))


def test_what_could_still_fire_names_unanswered_signs_only() -> None:
    open_codes = _open({"toxic_appearance": False, "fever_ge_38": False, "tense_limb": False})

    assert "pain_out_of_proportion" in open_codes
    assert not {"toxic_appearance", "fever_ge_38", "tense_limb"} & set(open_codes)


def test_a_sign_that_no_rule_waits_for_any_more_is_not_open() -> None:
    """Poor feeding alone matters under 28 days only; a limb that is not tense needs no test of feeling."""
    assert "poor_feeding" in _open({}, age=20)
    assert "poor_feeding" not in _open({}, age=40)
    assert "numbness_or_weakness" in _open({})
    assert "numbness_or_weakness" not in _open({"tense_limb": False})


def test_a_count_is_open_not_what_follows_from_it() -> None:
    open_codes = _open({"pain_out_of_proportion": True})

    assert "heart_rate" in open_codes
    assert "hr_high_risk" not in open_codes


def test_who_said_no_fever_has_answered_whether_it_is_high_but_not_whether_it_is_low() -> None:
    assert "temperature" in _open({"fever_ge_38": False}, {"cap_refill_s": 4})
    assert "temperature" not in _open({"fever_ge_38": False}, {"cap_refill_s": 2, "heart_rate": 120, "resp_rate": 30})


def test_every_open_code_is_one_that_can_be_asked() -> None:
    book = the_book()

    for age in (5, 60, 274, 4000):
        for code in _open({}, age=age):
            assert code in book.findings or code in book.inputs or code in book.measurements
