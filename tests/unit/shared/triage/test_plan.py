"""The plan and the order of tests."""

from __future__ import annotations

from typing import Any

import pytest

from shared.triage.assess import Assessor
from shared.triage.assessment import NextTest, Plan
from shared.triage.plan import build_plan, next_tests, working_condition
from shared.triage.presentation import read_presentation
from shared.triage.red_flags import evaluate
from tests.book import the_book

CALCINOSIS = {"calcinosis_cutis_iatrogenic": 0.6, "extravasation_injury": 0.2, "other_not_modelled": 0.1}
CELLULITIS = {"cellulitis": 0.7, "abscess": 0.2, "osteomyelitis": 0.02, "other_not_modelled": 0.08}
UNCLEAR = {"cellulitis": 0.3, "abscess": 0.25, "fracture_trauma": 0.25, "other_not_modelled": 0.2}
EVERYTHING = ["xray", "lab", "ultrasound", "mri", "surgery"]
SURE = {"calcinosis_cutis_iatrogenic": 0.95, "other_not_modelled": 0.02}
FILMED = {"prior_iv_calcium_same_limb_3m": True, "xray_ge_10d": "soft_tissue_calcification"}


def _tests(
    say: dict[str, Any], probabilities: dict[str, float], resources: list[str] | None = None
) -> tuple[NextTest, ...]:
    book = the_book()
    case = {"age_days": 274, "findings": say, "resources": EVERYTHING if resources is None else resources}
    child = read_presentation(book, case)
    return next_tests(book, child, evaluate(book, child), probabilities)


def _plan(say: dict[str, Any], probabilities: dict[str, float], age_days: int = 274) -> Plan:
    book = the_book()
    return build_plan(
        book, evaluate(book, read_presentation(book, {"age_days": age_days, "findings": say})), probabilities
    )


def _texts(steps: tuple[Any, ...]) -> str:
    return " | ".join(step.text for step in steps)


@pytest.mark.parametrize("probabilities", [CALCINOSIS, CELLULITIS, UNCLEAR])
def test_after_iv_calcium_the_x_ray_comes_first_whatever_leads(probabilities: dict[str, float]) -> None:
    first = _tests({"prior_iv_calcium_same_limb_3m": True}, probabilities)[0]

    assert first.test.startswith("X-ray")
    assert "Before any cut, needle or further antibiotics" in first.why
    assert first.sources == ("jacep1977", "seed_alghaith2022")


def test_a_hard_lump_over_a_drip_site_is_x_rayed_first_too() -> None:
    say = {"swelling_consistency": "firm_indurated", "over_venepuncture_site": True}

    assert _tests(say, CELLULITIS)[0].test.startswith("X-ray")


def test_without_calcium_or_a_drip_site_the_leading_conditions_tests_come_first() -> None:
    assert not _tests({"erythema": True}, CELLULITIS)[0].test.startswith("X-ray")


def test_the_film_never_delays_an_emergency() -> None:
    tests = _tests({"prior_iv_calcium_same_limb_3m": True, "toxic_appearance": True}, CALCINOSIS)
    film = next(test for test in tests if test.test.startswith("X-ray"))

    assert "Urgent treatment does not wait" in film.why
    assert "antibiotics" not in film.why


def test_an_emergencys_own_tests_come_before_everything() -> None:
    say = {"us_joint_effusion": True, "fever_ge_38": True}

    assert _tests(say, CALCINOSIS)[0].test == "Blood culture before antibiotics"


def test_after_iv_calcium_the_film_comes_before_the_needle_into_a_joint() -> None:
    say = {"pain_on_passive_joint_motion": True, "fever_ge_38": True, "prior_iv_calcium_same_limb_3m": True}
    tests = _tests({**say, "crp_gt_20": True}, CALCINOSIS)

    assert [test.test for test in tests[:2]] == ["X-ray, 2 views", "Ultrasound of the joint and aspiration, same day"]
    assert "does not wait" in tests[0].why


def test_in_a_metabolic_emergency_the_calcium_in_the_blood_comes_before_any_film() -> None:
    say = {"seizure_or_tetany_now": True, "prior_iv_calcium_same_limb_3m": True}

    assert _tests(say, CALCINOSIS)[0].test.startswith("Ionised or corrected calcium")


@pytest.mark.parametrize("danger", ["absent_pulse_or_cold_pale", "toxic_appearance", "seizure_or_tetany_now"])
def test_in_an_emergency_no_routine_test_of_a_harmless_condition_is_listed(danger: str) -> None:
    listed = " | ".join(test.test for test in _tests({danger: True}, UNCLEAR))

    assert "Mark the edge" not in listed
    assert "Gram stain" not in listed


def test_a_test_that_is_answered_is_left_out() -> None:
    before = _tests({"prior_iv_calcium_same_limb_3m": True}, CALCINOSIS)
    after = _tests({"prior_iv_calcium_same_limb_3m": True, "xray_ge_10d": "soft_tissue_calcification"}, CALCINOSIS)

    assert any("X-ray" in test.test for test in before)
    assert not any("X-ray" in test.test for test in after)


def test_a_normal_early_film_is_repeated() -> None:
    say = {"prior_iv_calcium_same_limb_3m": True, "xray_lt_10d": "normal_or_swelling_only"}

    assert _tests(say, CALCINOSIS)[0].test == "X-ray again, 2 to 3 weeks after the calcium"


def test_no_test_is_listed_twice() -> None:
    say = {"prior_iv_calcium_same_limb_3m": True, "failure_48_72h_antibiotics": True}
    tests = _tests(say, {"osteomyelitis": 0.4, "cellulitis": 0.3, "calcinosis_cutis_iatrogenic": 0.3})

    assert sum(test.test.startswith("X-ray") for test in tests) == 1
    assert len({test.test for test in tests}) == len(tests)


def test_what_the_clinic_lacks_is_listed_and_says_so() -> None:
    film = _tests({"prior_iv_calcium_same_limb_3m": True}, CALCINOSIS, resources=["lab"])[0]

    assert not film.is_available
    assert film.why.endswith("Not available here: refer for it.")
    assert _tests({"prior_iv_calcium_same_limb_3m": True}, CALCINOSIS)[0].is_available


def test_what_was_not_possible_is_not_available() -> None:
    say = {"prior_iv_calcium_same_limb_3m": True, "xray_lt_10d": "not_possible", "xray_ge_10d": "not_possible"}

    assert not _tests(say, CALCINOSIS)[0].is_available


def test_a_dangerous_condition_is_tested_for_from_a_lower_line_on() -> None:
    rare = _tests({}, {**CELLULITIS, "osteomyelitis": 0.02})
    less_rare = _tests({}, {**CELLULITIS, "osteomyelitis": 0.04})

    assert not any(test.test == "MRI" for test in rare)
    assert any(test.test == "MRI" for test in less_rare)


def test_the_plan_of_the_leading_condition_is_given_with_its_sources() -> None:
    plan = _plan(FILMED, SURE)

    assert plan.management[0].text == "No more calcium through this site; take the cannula out."
    assert [row.after_days for row in plan.follow_up] == [7, 28, 56, 91, 182]
    assert "Do not massage" in _texts(plan.do_not)
    assert "shrinks over 1-3 months" in plan.parents
    assert len(plan.prevention) == 7
    assert all(step.sources for step in (*plan.management, *plan.do_not, *plan.prevention, *plan.follow_up))


def test_a_prompt_forbids_the_knife_even_where_cellulitis_leads() -> None:
    plan = _plan({"prior_iv_calcium_same_limb_3m": True}, CELLULITIS)

    assert plan.do_not[0].text == "Do not cut or puncture before the X-ray."


def test_an_emergency_comes_first_and_leaves_routine_care_out() -> None:
    plan = _plan({"prior_iv_calcium_same_limb_3m": True, "toxic_appearance": True}, CALCINOSIS)

    assert plan.management[0].text == "Call ahead, start the transfer."
    assert "before the X-ray" not in _texts(plan.do_not)
    assert "antibiotics for a hard lump" not in _texts(plan.do_not)
    assert plan.follow_up == ()
    assert plan.prevention == ()
    assert plan.parents.startswith("Your child needs the hospital now.")


def test_an_emergency_keeps_the_plan_of_a_dangerous_condition() -> None:
    plan = _plan({"toxic_appearance": True}, {"osteomyelitis": 0.8, "other_not_modelled": 0.2})

    assert "orthopaedics" in _texts(plan.management)
    assert plan.follow_up


def test_where_nothing_stands_out_the_plan_says_so() -> None:
    unclear, clear = _plan({}, UNCLEAR), _plan({}, CELLULITIS)

    assert unclear.management[0].text.startswith("Not clear: refer or image")
    assert "Not clear" not in _texts(clear.management)


def test_without_any_possible_condition_parents_still_get_a_safety_net() -> None:
    plan = _plan({}, {"cellulitis": 0.05, "other_not_modelled": 0.95})

    assert working_condition(the_book(), {"cellulitis": 0.05, "other_not_modelled": 0.95}) is None
    assert "Come back the same day" in plan.parents
    assert [row.after_days for row in plan.follow_up] == [1]


def test_what_is_only_possible_is_not_told_as_a_fact() -> None:
    say = {"prior_iv_calcium_same_limb_3m": True}
    possible = _plan(say, {**CALCINOSIS, "calcinosis_cutis_iatrogenic": 0.35})
    likely = _plan(say, CALCINOSIS)
    awaited = _plan(say, SURE)
    certain = _plan(FILMED, SURE)

    assert "no infection" not in _texts(awaited.management)  # the film that the prompt asks for is not there yet
    assert "Not an infection" not in awaited.parents
    assert "Not an infection" not in possible.parents
    assert "no infection" not in _texts(possible.management)
    assert possible.follow_up[0].after_days == 1
    assert likely.parents == possible.parents
    assert likely.parents.startswith("Calcium medicine may have leaked")
    assert _plan({}, CELLULITIS).parents.startswith("This is the most likely cause; it is not certain yet.")
    assert certain.parents.startswith("Hard lump from calcium")
    assert "no infection" in _texts(certain.management)


@pytest.mark.parametrize("danger", ["fever_ge_38", "crp_gt_20", "failure_48_72h_antibiotics"])
def test_parents_are_not_told_it_is_no_infection_while_one_must_be_excluded(danger: str) -> None:
    plan = _plan({"prior_iv_calcium_same_limb_3m": True, danger: True}, CALCINOSIS)

    assert "Not an infection" not in plan.parents
    assert "today" in plan.parents
    assert "no infection" not in _texts(plan.management)
    assert plan.follow_up[0].after_days == 1


def test_no_oral_antibiotic_is_advised_where_a_bone_infection_must_be_excluded_today() -> None:
    say = {"bone_point_tenderness": True, "crp_gt_20": True}

    assert "Oral antibiotic" in _texts(_plan({}, CELLULITIS).management)
    assert "Oral antibiotic" not in _texts(_plan(say, CELLULITIS).management)
    assert "anaerobes" not in _texts(_plan({"bite_animal_or_human": True}, CELLULITIS).do_not)


def test_an_unlikely_abscess_is_not_cut() -> None:
    assert "Drain it" in _texts(_plan({}, {"abscess": 0.9, "other_not_modelled": 0.02}).management)
    assert "Drain it" not in _texts(_plan({}, UNCLEAR | {"abscess": 0.32}).management)


def test_every_condition_has_a_plan_that_can_be_shown() -> None:
    book = the_book()

    for name, condition in book.conditions.items():
        if condition.type == "residual":
            continue
        plan = _plan({}, {name: 0.9, "other_not_modelled": 0.1})
        assert plan.management, name
        assert plan.parents, name
        assert plan.do_not, name


def test_of_the_tests_of_possible_conditions_those_that_can_be_done_here_come_first() -> None:
    """Rules and the film before the knife keep their place: they say what comes first, here or elsewhere."""
    book = the_book()
    assessor = Assessor(book)
    findings = {"erythema": True, "warmth": True, "tenderness": True, "bone_point_tenderness": True}
    for resources in ([], ["lab"], ["xray"], ["ultrasound"], ["lab", "xray"]):
        body = {"age_days": 1500, "region": ["knee"], "findings": findings, "resources": resources}
        assessment = assessor.assess(read_presentation(book, body))
        from_rules = {test.text for rule in assessment.red_flags for test in book.rules[rule.id].tests}
        from_rules |= {first.test.text for first in book.first_tests}
        here = [test.is_available for test in assessment.next_tests if test.test not in from_rules]

        assert here == sorted(here, reverse=True)
        assert len(here) > 1


def test_the_film_before_the_knife_stays_first_where_there_is_no_x_ray() -> None:
    book = the_book()
    body = {
        "age_days": 274,
        "findings": {"prior_iv_calcium_same_limb_3m": True, "erythema": True},
        "resources": ["lab"],
    }

    first = Assessor(book).assess(read_presentation(book, body)).next_tests[0]

    assert first.test.startswith("X-ray")
    assert not first.is_available
    assert "Before any cut" in first.why
