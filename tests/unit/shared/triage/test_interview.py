"""Which question comes next, and when the questions stop."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from shared.knowledge.model import FindingKind
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.interview import WORTH_ITSELF, Interview, open_findings
from shared.triage.presentation import Presentation, read_presentation
from tests.book import the_book

BOOK = the_book()
ASSESSOR = Assessor(BOOK)
CALCIUM = "prior_iv_calcium_same_limb_3m"
SETTINGS = ("rural_primary_care", "hospital_paediatric_ed", "nicu_inpatient_post_iv")
URGENCY = tuple(Disposition)


def child(
    age_days: int = 900,
    *,
    region: str = "hand",
    setting: str = "rural_primary_care",
    resources: tuple[str, ...] = (),
    measurements: dict[str, Any] | None = None,
    **findings: object,
) -> Presentation:
    body = {
        "age_days": age_days,
        "setting": setting,
        "region": [region],
        "resources": list(resources),
        "findings": findings,
        "measurements": measurements or {},
    }
    return read_presentation(BOOK, body)


def no_danger(age_days: int = 900, region: str = "hand") -> dict[str, object]:
    """A no to every line of the danger-sign screen."""
    return {code: False for sign in BOOK.danger_signs_for(age_days, (region,)) for code in sign.no}


def asked(given: Presentation) -> list[str]:
    return [question.finding for question in ASSESSOR.assess(given).next_questions]


def is_open(finding: str, given: Presentation) -> bool:
    return finding in open_findings(BOOK, Interview.of(BOOK, given))


# --- what may be asked -----------------------------------------------------------------------------------------------


def test_what_is_answered_unknown_or_not_possible_here_is_not_asked_again() -> None:
    told = child(fever_ge_38=False)
    given = replace(told, not_known=frozenset({"warmth"}), not_possible=frozenset({"fluctuance"}))

    assert not {"fluctuance", "warmth", "fever_ge_38"} & set(open_findings(BOOK, Interview.of(BOOK, given)))


def test_a_question_waits_for_its_condition() -> None:
    with_calcium = child(prior_iv_calcium_same_limb_3m=True)
    hours_of_antibiotics = replace(child(), numbers={"antibiotics_given": 60})

    assert not is_open("interval_since_iv_calcium", child())
    assert is_open("interval_since_iv_calcium", with_calcium)
    assert is_open("prior_iv_line_site_noncalcium", child())
    assert not is_open("prior_iv_line_site_noncalcium", with_calcium)
    assert not is_open("failure_48_72h_antibiotics", child())
    assert is_open("failure_48_72h_antibiotics", hours_of_antibiotics)


def test_itch_is_not_asked_of_an_infant() -> None:
    assert is_open("itch_predominant", child(900))
    assert not is_open("itch_predominant", child(200))


def test_a_ward_does_not_ask_what_it_implies() -> None:
    assert not is_open("recent_hospital_admission", child(10, setting="nicu_inpatient_post_iv"))


def test_where_the_swelling_is_has_been_said_and_is_not_asked() -> None:
    derived = {finding.id for finding in BOOK.findings.values() if finding.follows_from}

    assert derived
    assert not derived & set(open_findings(BOOK, Interview.of(BOOK, child(region="unspecified"))))


def test_laboratory_and_imaging_are_asked_only_where_they_are_to_be_had() -> None:
    def kinds(*resources: str) -> set[str]:
        given = Interview.of(BOOK, child(resources=resources))
        return {BOOK.findings[finding].kind.value for finding in open_findings(BOOK, given)}

    assert kinds() == {"history", "exam"}
    assert kinds("lab") == {"history", "exam", "lab"}
    assert kinds("xray") == {"history", "exam", "imaging"}
    assert not is_open("us_fluid_collection", child(resources=("xray",)))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_clinic_without_a_laboratory_is_never_asked_for_a_result_from_one(setting: str) -> None:
    """Not even where a danger rule waits for it: fever over a sore bone, and a CRP would complete the picture."""
    sore = {"bone_point_tenderness": True, "restricted_motion_pseudoparalysis": True}

    for findings in ({}, {"erythema": True}, sore, {**sore, "fever_ge_38": True}):
        for code in asked(child(setting=setting, **findings)):
            kind = BOOK.findings[code].kind if code in BOOK.findings else None
            kind = BOOK.measurements[code].kind if code in BOOK.measurements else kind
            assert kind not in (FindingKind.LAB, FindingKind.IMAGING)


def test_one_film_is_asked_for_by_the_age_of_the_swelling_and_none_after_one_was_taken() -> None:
    here = ("xray",)
    early = child(resources=here, measurements={"onset_days": {"value": 4, "unit": "d"}})
    late = child(resources=here, onset="weeks")
    taken = child(resources=here, xray_lt_10d="normal_or_swelling_only")

    assert is_open("xray_lt_10d", early)
    assert not is_open("xray_ge_10d", early)
    assert is_open("xray_ge_10d", late)
    assert not is_open("xray_lt_10d", taken)
    assert not is_open("xray_ge_10d", taken)


def test_a_needle_is_never_proposed_in_order_to_learn_something() -> None:
    assert not is_open("aspirate", child(resources=("lab",), fluctuance=True))


# --- what is asked first ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("age_days", [100, 274, 364])
@pytest.mark.parametrize("setting", SETTINGS)
def test_a_red_swollen_hand_of_an_infant_brings_the_question_about_iv_calcium_among_the_first_three(
    age_days: int, setting: str
) -> None:
    """Nothing points to calcium; with danger signs denied, and with nothing asked at all."""
    assert CALCIUM in asked(child(age_days, setting=setting, erythema=True))[:3]
    assert CALCIUM in asked(child(age_days, setting=setting, erythema=True, **no_danger(age_days)))[:3]


@pytest.mark.parametrize("setting", SETTINGS)
def test_under_three_months_only_fever_and_a_limb_that_is_not_moved_come_before_the_calcium(setting: str) -> None:
    """They are emergencies at that age. Once they are denied, the calcium is among the first three."""
    before = asked(child(35, setting=setting, erythema=True))

    joint_or_bone = {"fever_ge_38", "restricted_motion_pseudoparalysis", "pain_on_passive_joint_motion"}
    assert set(before[: before.index(CALCIUM)]) <= joint_or_bone
    assert CALCIUM in asked(child(35, setting=setting, erythema=True, **no_danger(35)))[:3]


@pytest.mark.parametrize("age_days", [500, 900, 2500, 5000])
@pytest.mark.parametrize("setting", SETTINGS)
def test_an_older_child_is_asked_about_iv_calcium_once_the_swelling_is_hard(age_days: int, setting: str) -> None:
    """At that age leaked calcium is rarer than one in a thousand red hands; hardness makes it worth the question."""
    given = child(age_days, setting=setting, swelling_consistency="rock_hard_nodular", **no_danger(age_days))

    assert CALCIUM in asked(given)[:3]


def test_what_a_prompt_asks_for_comes_first() -> None:
    assert asked(child(recent_hospital_admission=True, erythema=True))[0] == CALCIUM


def test_the_bedside_comes_before_the_laboratory_and_the_best_for_its_cost_first_in_each() -> None:
    given = child(274, setting="hospital_paediatric_ed", resources=("lab", "xray", "ultrasound"), erythema=True)
    questions = ASSESSOR.assess(given).next_questions
    waited_for = [BOOK.findings[q.finding].kind in (FindingKind.LAB, FindingKind.IMAGING) for q in questions]

    assert True in waited_for
    assert waited_for == sorted(waited_for)
    for is_waited_for in (False, True):
        gains = [q.gain for q, is_test in zip(questions, waited_for, strict=True) if is_test is is_waited_for]
        assert gains == sorted(gains, reverse=True)


def test_an_answer_to_nothing_is_not_asked_for() -> None:
    """Every question is worth itself; only what a prompt asks for needs no worth."""
    for findings in ({}, {"erythema": True}, {"swelling_consistency": "rock_hard_nodular"}):
        for question in ASSESSOR.assess(child(**no_danger(), **findings)).next_questions:
            assert question.gain >= WORTH_ITSELF


def test_the_order_of_the_questions_does_not_depend_on_the_order_of_the_answers() -> None:
    told = {"erythema": True, "fever_ge_38": False, "fluctuance": False, "tenderness": True, "onset": "days"}
    orders = list(itertools.permutations(told.items()))[::17]

    first = ASSESSOR.assess(child(**dict(orders[0]))).next_questions
    assert all(ASSESSOR.assess(child(**dict(order))).next_questions == first for order in orders)


# --- signs that only the danger rules read ---------------------------------------------------------------------------


def test_what_a_half_fired_rule_waits_for_is_asked() -> None:
    assert "numbness_or_weakness" in asked(child(tense_limb=True))
    assert "numbness_or_weakness" not in asked(child())
    assert "heart_rate" in asked(child(fever_ge_38=True))
    assert "heart_rate" not in asked(child(fever_ge_38=False))


def test_who_cannot_say_is_not_asked_again_for_what_a_rule_waits_for() -> None:
    given = child(tense_limb=True)

    assert "numbness_or_weakness" not in asked(replace(given, not_known=frozenset({"numbness_or_weakness"})))
    assert "numbness_or_weakness" not in asked(replace(given, not_possible=frozenset({"numbness_or_weakness"})))


def test_a_break_in_the_skin_leads_to_the_question_whose_teeth_made_it() -> None:
    assert "bite_animal_or_human" in asked(child(skin_break_or_bite=True, **no_danger()))
    assert "bite_animal_or_human" not in asked(child(skin_break_or_bite=False, **no_danger()))
    assert "bite_animal_or_human" not in asked(child(skin_break_or_bite=True, bite_animal_or_human=False))


def test_what_compares_two_visits_is_no_question_of_a_first_visit() -> None:
    revisit = BOOK.revisit

    assert revisit is not None
    for given in (child(prior_iv_calcium_same_limb_3m=True), child(xray_ge_10d="soft_tissue_calcification")):
        assert not {revisit.new_sign, revisit.not_smaller} & set(asked(given))


# --- emergencies -----------------------------------------------------------------------------------------------------


EMERGENCIES = {
    "sepsis": {"toxic_appearance": True},
    "a closed compartment": {"tense_limb": True, "pain_on_passive_finger_toe_stretch": True},
    "a limb without blood": {"absent_pulse_or_cold_pale": True},
    "a joint": {"pain_on_passive_joint_motion": True, "fever_ge_38": True, "non_weight_bearing_or_no_use": True},
    "dying flesh": {"pain_out_of_proportion": True, "spreading_erythema_streaks": True},
    "a drip that leaks": {"infusion_running_now": True, "over_venepuncture_site": True},
}


@pytest.mark.parametrize("name", EMERGENCIES)
def test_in_an_emergency_only_what_makes_another_rule_of_an_emergency_fire_is_asked(name: str) -> None:
    given = child(274, resources=("lab", "xray", "ultrasound"), **EMERGENCIES[name])
    now = ASSESSOR.assess(given)
    fired = {rule.id for rule in now.red_flags if rule.priority == 1}

    assert now.disposition is Disposition.EMERGENCY
    assert len(now.next_questions) <= 9
    for question in now.next_questions:
        code = question.finding
        if code in BOOK.measurements:
            continue
        states = BOOK.findings[code].states if code in BOOK.findings else ("yes",)
        then = [ASSESSOR.assess(answered(given, code, state)) for state in states]
        assert any({r.id for r in after.red_flags if r.priority == 1} - fired for after in then), code


def answered(given: Presentation, code: str, state: str) -> Presentation:
    return Interview.of(BOOK, given).after(BOOK, code, state).child


def test_in_an_emergency_nobody_rings_about_an_old_drip() -> None:
    assert CALCIUM not in asked(child(274, toxic_appearance=True, recent_hospital_admission=True))


# --- when the questions stop -----------------------------------------------------------------------------------------


def test_the_questions_stop_when_no_answer_would_change_enough() -> None:
    settled = child(
        274,
        region="forearm",
        **no_danger(274, "forearm"),
        prior_iv_calcium_same_limb_3m=True,
        interval_since_iv_calcium="d4_to_28",
        over_venepuncture_site=True,
        swelling_consistency="rock_hard_nodular",
        progressed_soft_to_hard=True,
        xray_ge_10d="soft_tissue_calcification",
        skin_break_or_bite=False,
        purulent_discharge=False,
    )

    assert asked(settled) == []
    assert ASSESSOR.questions_left(settled) == (0, 0)


@pytest.mark.parametrize("resources", [(), ("lab", "xray", "ultrasound", "mri")])
@pytest.mark.parametrize("place", [0, -1])
def test_an_interview_always_comes_to_an_end_and_its_progress_is_within_its_bounds(
    resources: tuple[str, ...], place: int
) -> None:
    interview = Interview.of(BOOK, child(resources=resources))
    for _ in range(len(BOOK.findings) + len(BOOK.inputs) + len(BOOK.measurements)):
        questions = next_of(interview)
        at_least, at_most = ASSESSOR.interviewer.questions_left(interview, True, ())
        assert (at_least > 0) == (at_most > 0)
        assert 0 <= at_least <= at_most == len(questions)
        if not questions:
            break
        code = questions[0]
        if code in BOOK.measurements:
            interview = interview.without(code)
        else:
            states = BOOK.findings[code].states if code in BOOK.findings else ("yes", "no")
            interview = interview.after(BOOK, code, states[place])

    assert next_of(interview) == []


def next_of(interview: Interview) -> list[str]:
    ranking = ASSESSOR.differential.rank(interview.picture)
    return [q.finding for q in ASSESSOR.interviewer.next_questions(interview, ranking, True, ())]


def test_a_child_without_danger_signs_is_asked_half_of_what_is_open_at_most_if_all_goes_as_expected() -> None:
    for age_days in (40, 274, 900, 3000):
        given = child(age_days, **no_danger(age_days), erythema=True)
        at_least, at_most = ASSESSOR.questions_left(given)
        assert 1 <= at_least <= len(open_findings(BOOK, Interview.of(BOOK, given))) / 2
        assert at_most < len(open_findings(BOOK, Interview.of(BOOK, given)))
