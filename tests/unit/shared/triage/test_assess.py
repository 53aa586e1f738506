"""The whole answer for one child."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.triage.assess import Assessor, conclusion, verdict
from shared.triage.assessment import Assessment, Disposition, Verdict
from shared.triage.presentation import read_presentation
from tests.book import the_book

BOOK = the_book()
ASSESSOR = Assessor(BOOK)
EXAMPLES = Path(__file__).resolve().parents[4] / "assets" / "examples"
CALCINOSIS = "calcinosis_cutis_iatrogenic"
CASE = CaseId("c" * 32)


def example(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text())


def assess(body: object) -> Assessment:
    return ASSESSOR.assess(read_presentation(BOOK, body))


def a_case(age_days: int = 900, setting: str = "rural_primary_care", **findings: object) -> Assessment:
    return assess({"age_days": age_days, "setting": setting, "region": ["hand"], "findings": findings})


def probability(assessment: Assessment, condition: str) -> float:
    return next(row.probability for row in assessment.differential if row.condition == condition)


def rules(assessment: Assessment) -> set[str]:
    return {rule.id for rule in (*assessment.red_flags, *assessment.prompts)}


# --- the children of the founding reports ----------------------------------------------------------------------------


def test_the_infants_first_visit_ranks_calcinosis_first_and_asks_for_a_film_before_antibiotics() -> None:
    first_visit = assess(example("infant_first_visit.json"))

    assert first_visit.differential[0].condition == CALCINOSIS
    assert first_visit.differential[0].verdict is Verdict.LIKELY
    assert first_visit.next_tests[0].test.startswith("X-ray")
    assert first_visit.next_tests[0].is_available
    assert "P02_xray_before_knife" in rules(first_visit)
    assert first_visit.disposition is Disposition.SAME_DAY
    assert first_visit.red_flags == ()
    assert first_visit.fits


def test_with_the_calcium_unknown_the_question_about_it_comes_first_or_second() -> None:
    unknown = assess(example("infant_first_visit_calcium_unknown.json"))

    assert "prior_iv_calcium_same_limb_3m" in [question.finding for question in unknown.next_questions[:2]]
    assert "P01_ask_iv_calcium" in rules(unknown)


def test_the_infants_hard_lump_with_calcium_on_the_film_is_calcinosis_and_not_urgent() -> None:
    second_visit = assess(example("infant_second_visit.json"))

    assert second_visit.differential[0].condition == CALCINOSIS
    assert second_visit.differential[0].probability > 0.9
    assert second_visit.differential[0].verdict is Verdict.VERY_LIKELY
    assert second_visit.disposition is Disposition.WITHIN_DAYS
    assert any("cut" in step.text for step in second_visit.plan.do_not)


@pytest.mark.parametrize("neonate", [0, 1, 2])
def test_the_three_neonates_have_calcinosis_first_and_get_a_film(neonate: int) -> None:
    assessment = assess(example("three_neonates.json")[neonate])

    assert assessment.differential[0].condition == CALCINOSIS
    assert assessment.next_tests[0].test.startswith("X-ray")
    assert assessment.disposition in (Disposition.WITHIN_DAYS, Disposition.SAME_DAY)


def test_fever_and_a_high_crp_after_iv_calcium_are_an_infection_until_excluded() -> None:
    case = example("infant_first_visit.json")
    case["findings"]["fever_ge_38"] = True
    case["measurements"]["crp"] = {"value": 48, "unit": "mg/L"}

    feverish = assess(case)

    assert "RF18_calcinosis_does_not_exclude_infection" in rules(feverish)
    assert feverish.disposition in (Disposition.SAME_DAY, Disposition.EMERGENCY)
    assert probability(feverish, CALCINOSIS) < probability(assess(example("infant_first_visit.json")), CALCINOSIS)


# --- how soon --------------------------------------------------------------------------------------------------------


def test_mild_things_are_not_urgent() -> None:
    bite = a_case(itch_predominant=True, skin_break_or_bite=True, fever_ge_38=False, erythema=True, onset="hours")
    cellulitis = a_case(
        erythema=True, warmth=True, tenderness=True, skin_break_or_bite=True, fever_ge_38=False,
        toxic_appearance=False, bone_point_tenderness=False, pain_on_passive_joint_motion=False,
        restricted_motion_pseudoparalysis=False, fluctuance=False, itch_predominant=False, onset="days",
    )  # fmt: skip

    assert bite.differential[0].condition == "insect_bite_allergic"
    assert bite.disposition is Disposition.ROUTINE
    assert cellulitis.differential[0].condition == "cellulitis"
    assert cellulitis.disposition is Disposition.WITHIN_DAYS


def test_bone_joint_and_necrotising_infections_are_seen_today_or_now() -> None:
    urgent = (Disposition.EMERGENCY, Disposition.SAME_DAY)

    assert a_case(bone_point_tenderness=True, fever_ge_38=True, restricted_motion_pseudoparalysis=True).disposition in (
        urgent
    )
    assert a_case(pain_on_passive_joint_motion=True, fever_ge_38=True, swelling_crosses_joint=True).disposition in (
        urgent
    )
    assert a_case(pain_out_of_proportion=True, spreading_erythema_streaks=True).disposition is Disposition.EMERGENCY


def test_a_child_about_whom_nothing_is_known_is_not_sent_away() -> None:
    nothing = a_case()

    assert nothing.disposition is not Disposition.ROUTINE
    assert len(nothing.not_assessed) > 5
    assert nothing.fits


# --- fit, words, brief -----------------------------------------------------------------------------------------------


def test_answers_that_fit_nothing_are_said_to_fit_nothing() -> None:
    jumble = a_case(
        whitish_chalky=True,
        itch_predominant=True,
        palpable_cord=True,
        multiple_lesions=True,
        sickle_cell_disease=True,
        bone_point_tenderness=True,
    )

    assert not jumble.fits
    assert jumble.disposition is not Disposition.ROUTINE


@pytest.mark.parametrize(
    ("p", "interval", "expected"),
    [
        (0.95, (0.8, 0.99), Verdict.VERY_LIKELY),
        (0.95, (0.3, 0.99), Verdict.LIKELY),
        (0.6, (0.2, 0.9), Verdict.LIKELY),
        (0.6, (0.09, 0.9), Verdict.POSSIBLE),
        (0.2, (0.1, 0.4), Verdict.POSSIBLE),
        (0.05, (0.01, 0.6), Verdict.POSSIBLE),
        (0.05, (0.01, 0.2), Verdict.UNLIKELY),
    ],
)
def test_a_word_that_sounds_certain_needs_an_interval_that_agrees(
    p: float, interval: tuple[float, float], expected: Verdict
) -> None:
    assert verdict(BOOK, p, interval) is expected


def test_weights_are_sorted_with_the_strongest_first_and_have_the_sign_of_their_list() -> None:
    for row in assess(example("infant_first_visit.json")).differential:
        assert all(item.weight > 0 for item in row.for_)
        assert all(item.weight < 0 for item in row.against)
        for items in (row.for_, row.against):
            assert [abs(item.weight) for item in items] == sorted((abs(i.weight) for i in items), reverse=True)


def test_a_conclusion_names_five_conditions_and_the_residual() -> None:
    brief = conclusion(assess(example("infant_first_visit.json")), BOOK)

    assert len(brief.differential) == 6
    assert brief.differential[0].condition == CALCINOSIS
    assert "other_not_modelled" in [row.condition for row in brief.differential]
    assert all(row.low <= row.probability <= row.high for row in brief.differential)
    assert (brief.disposition, brief.red_flags, brief.fits) == ("same_day", (), True)


def test_the_same_child_gets_the_same_answer_to_the_last_digit() -> None:
    body = example("infant_first_visit.json")

    assert assess(body) == Assessor(BOOK).assess(read_presentation(BOOK, body))


# --- unknown, not possible, disputed ---------------------------------------------------------------------------------


def test_unknown_is_the_same_as_missing_in_the_ranking_and_is_not_asked_again() -> None:
    told = a_case(erythema=True, fever_ge_38=False)
    with_unknown = a_case(erythema=True, fever_ge_38=False, itch_predominant="unknown", warmth=None)

    assert told.differential == with_unknown.differential
    assert "itch_predominant" in [question.finding for question in told.next_questions]


def test_a_red_flag_that_one_branch_saw_counts_and_the_ranking_takes_the_answer_as_unknown() -> None:
    base = Entry(
        EntryId(DeviceId("a" * 16), 1),
        CASE,
        EntryKind.ASSESSMENT,
        {"age_days": 900, "setting": "rural_primary_care", "erythema": True, "spreading_erythema_streaks": True},
    )
    ill = Entry(EntryId(DeviceId("a" * 16), 2), CASE, EntryKind.FOLLOW_UP, {"toxic_appearance": True}, (base.id,))
    well = Entry(EntryId(DeviceId("b" * 16), 1), CASE, EntryKind.FOLLOW_UP, {"toxic_appearance": False}, (base.id,))
    agreed = CaseLog.of(CASE, [base])
    disagreed = CaseLog.of(CASE, [base, ill, well])

    merged = ASSESSOR.assess_case(fold(disagreed))

    assert {"RF01_necrotising_fasciitis", "RF02_sepsis_any_age"} <= rules(merged)
    assert merged.disposition is Disposition.EMERGENCY
    assert merged.differential == ASSESSOR.assess_case(fold(agreed)).differential
    assert rules(ASSESSOR.assess_case(fold(agreed))).isdisjoint({"RF01_necrotising_fasciitis", "RF02_sepsis_any_age"})


def test_a_case_is_assessed_from_its_log_as_from_its_file() -> None:
    answers = {
        "age_days": 900,
        "setting": "rural_primary_care",
        "region": ("hand",),
        "erythema": True,
        "crp": Quantity(35, "mg/L"),
    }
    entry = Entry(EntryId(DeviceId("a" * 16), 1), CASE, EntryKind.ASSESSMENT, answers)
    body = {
        "age_days": 900,
        "setting": "rural_primary_care",
        "region": ["hand"],
        "findings": {"erythema": True},
        "measurements": {"crp": {"value": 35, "unit": "mg/L"}},
    }

    assert ASSESSOR.assess_case(fold(CaseLog.of(CASE, [entry]))) == assess(body)


def test_a_laboratory_that_cannot_measure_crp_is_not_asked_for_it() -> None:
    presentation = read_presentation(
        BOOK, {"age_days": 900, "findings": {"erythema": True, "fever_ge_38": False}, "resources": ["lab"]}
    )
    without_crp = replace(presentation, not_possible=frozenset({"crp"}))

    assert "crp_gt_20" in [question.finding for question in ASSESSOR.assess(presentation).next_questions]
    assert "crp_gt_20" not in [question.finding for question in ASSESSOR.assess(without_crp).next_questions]


def test_the_questions_left_agree_with_the_questions_that_are_worth_asking() -> None:
    presentation = read_presentation(BOOK, example("infant_first_visit_calcium_unknown.json"))

    at_least, at_most = ASSESSOR.questions_left(presentation)

    assert 1 <= at_least <= at_most == len(ASSESSOR.assess(presentation).next_questions)


# --- signs of danger short of a rule ---------------------------------------------------------------------------------

SEEN_TODAY = {
    "toddler with a sore joint, no fever, low CRP": (
        730,
        {"pain_on_passive_joint_motion": True, "fever_ge_38": False, "warmth": True, "crp_gt_20": False},
    ),
    "toddler who does not step on the foot, no fever": (
        500,
        {"non_weight_bearing_or_no_use": True, "fever_ge_38": False},
    ),
    "redness that spreads fast, with fever": (2000, {"spreading_erythema_streaks": True, "fever_ge_38": True}),
    "pain much worse than it looks": (2000, {"pain_out_of_proportion": True, "erythema": True}),
    "limb hard as wood": (1500, {"tense_limb": True}),
    "pain on stretching the fingers": (1500, {"pain_on_passive_finger_toe_stretch": True}),
    "newly numb": (1500, {"numbness_or_weakness": True}),
    "a finger held bent": (2000, {"kanavel_flexed_posture": True}),
    "a newborn with a red, warm foot": (14, {"erythema": True, "warmth": True, "fever_ge_38": False}),
    "an infant who feeds badly": (40, {"poor_feeding": True, "erythema": True}),
    "a cold infant": (60, {"temp_c": 35.2}),
    "sickle cell disease, both hands": (
        400,
        {"sickle_cell_disease": True, "multiple_lesions": True, "onset": "days", "fever_ge_38": False},
    ),
    "weak immune system and a warm limb": (2000, {"immunosuppression": True, "warmth": True}),
    "a break on the film of a baby": (100, {"xray_lt_10d": "fracture", "trauma_history": False}),
    "a calcium drip here within the last day": (300, {"infusate_vesicant": True}),
    "red lines in an infant": (60, {"spreading_erythema_streaks": True, "fever_ge_38": False}),
    "a sore spot of bone": (3000, {"bone_point_tenderness": True, "warmth": True, "fever_ge_38": False}),
    "a high CRP": (274, {"crp_gt_20": True, "itch_predominant": False, "erythema": True}),
    "germs in the blood": (27, {"blood_culture_positive": True, "over_venepuncture_site": True}),
    "gas on the film": (28, {"xray_lt_10d": "gas_or_foreign_body", "swelling_consistency": "rock_hard_nodular"}),
    "a drip that runs into it": (300, {"infusion_running_now": True}),
}


@pytest.mark.parametrize("setting", ["rural_primary_care", "hospital_paediatric_ed", "nicu_inpatient_post_iv"])
@pytest.mark.parametrize("child", SEEN_TODAY)
def test_a_child_with_one_sign_of_danger_is_never_sent_home(child: str, setting: str) -> None:
    age_days, findings = SEEN_TODAY[child]

    assert a_case(age_days, setting, **findings).disposition in (Disposition.SAME_DAY, Disposition.EMERGENCY)


NOT_URGENT = {
    "an itchy bite": (
        1500,
        {
            "skin_break_or_bite": True,
            "itch_predominant": True,
            "fever_ge_38": False,
            "onset": "hours",
            "erythema": True,
        },
    ),
    "an itchy bite of a finger": (
        1500,
        {"itch_predominant": True, "kanavel_fusiform_swelling": True, "skin_break_or_bite": True, "fever_ge_38": False},
    ),
    "mild cellulitis": (
        2500,
        {
            "erythema": True,
            "warmth": True,
            "tenderness": True,
            "fever_ge_38": False,
            "skin_break_or_bite": True,
            "restricted_motion_pseudoparalysis": False,
            "onset": "days",
        },
    ),
    "a firm lump after calcium that moves a little less": (
        274,
        {
            "prior_iv_calcium_same_limb_3m": True,
            "swelling_consistency": "firm_indurated",
            "restricted_motion_pseudoparalysis": True,
            "over_venepuncture_site": True,
        },
    ),
    "a hard lump after calcium in a child with leukaemia": (
        1826,
        {
            "prior_iv_calcium_same_limb_3m": True,
            "swelling_consistency": "rock_hard_nodular",
            "immunosuppression": True,
            "fever_ge_38": False,
        },
    ),
}


@pytest.mark.parametrize("child", NOT_URGENT)
def test_what_is_mild_is_not_called_urgent(child: str) -> None:
    age_days, findings = NOT_URGENT[child]

    assert a_case(age_days, **findings).disposition in (Disposition.WITHIN_DAYS, Disposition.ROUTINE)


def test_a_newborn_is_not_sent_home_because_he_is_said_to_itch() -> None:
    assert a_case(10, itch_predominant=True).disposition is not Disposition.ROUTINE


def test_a_sign_of_danger_says_today_in_the_plan_too() -> None:
    child = a_case(14, erythema=True, warmth=True, tenderness=True, spreading_erythema_streaks=True, fever_ge_38=False)

    assert child.plan.management[0].text.startswith("Examine and decide today")
    assert "today" in child.plan.parents
    assert not any("Oral antibiotic" in step.text for step in child.plan.management)


def test_in_an_emergency_nothing_tells_to_wait_for_the_film() -> None:
    child = a_case(
        274, prior_iv_calcium_same_limb_3m=True, toxic_appearance=True, swelling_consistency="rock_hard_nodular"
    )

    assert child.disposition is Disposition.EMERGENCY
    assert "P02_xray_before_knife" not in rules(child)
    assert "does not wait" in child.next_tests[0].why or not child.next_tests[0].test.startswith("X-ray")


def test_who_has_the_film_with_the_calcium_is_not_told_to_take_it_first() -> None:
    say = {"prior_iv_calcium_same_limb_3m": True, "swelling_consistency": "rock_hard_nodular"}

    assert "P02_xray_before_knife" in rules(a_case(274, **say))
    assert "P02_xray_before_knife" not in rules(a_case(274, xray_ge_10d="soft_tissue_calcification", **say))
    # An early film may be normal: it answers nothing.
    assert "P02_xray_before_knife" in rules(a_case(274, xray_lt_10d="normal_or_swelling_only", **say))


def test_an_emergency_by_the_ranking_alone_reads_as_one() -> None:
    findings = dict.fromkeys(
        ["restricted_motion_pseudoparalysis", "pain_on_passive_joint_motion", "us_joint_effusion"], True
    )
    child = assess({"age_days": 5600, "setting": "hospital_paediatric_ed", "region": ["knee"], "findings": findings})

    assert child.disposition is Disposition.EMERGENCY
    assert not any(rule.priority == 1 for rule in child.red_flags)
    assert child.plan.management[0].text.startswith("Refer to hospital now")
    assert "Come back" not in child.plan.parents
