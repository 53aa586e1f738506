"""Which question comes next, and when the questions stop."""

from __future__ import annotations

from shared.differential.engine import Differential
from shared.differential.picture import ClinicalPicture
from shared.triage.assessment import FiredRule, NextQuestion
from shared.triage.interview import Interview, next_questions, open_findings, questions_left
from tests.book import the_book

BOOK = the_book()
ENGINE = Differential(BOOK)
ASK_IV_CALCIUM = FiredRule("P01_ask_iv_calcium", 4, "Ask.", (), "D", ())


def interview(
    *,
    age_days: float = 900,
    closed: frozenset[str] = frozenset(),
    resources: frozenset[str] = frozenset(),
    numbers: dict[str, float] | None = None,
    **states: str,
) -> Interview:
    picture = ClinicalPicture("rural_primary_care", {"age_band": "1_to_4y", **states}, numbers or {})
    return Interview(picture, age_days, closed, resources)


def questions(given: Interview, prompts: tuple[FiredRule, ...] = ()) -> tuple[NextQuestion, ...]:
    return next_questions(ENGINE, given, ENGINE.rank(given.picture), True, prompts)


def asked(given: Interview, prompts: tuple[FiredRule, ...] = ()) -> list[str]:
    return [question.finding for question in questions(given, prompts)]


def test_what_is_answered_unknown_or_not_possible_here_is_not_asked_again() -> None:
    given = interview(closed=frozenset({"fluctuance", "warmth"}), fever_ge_38="no")

    assert not {"fluctuance", "warmth", "fever_ge_38"} & set(open_findings(BOOK, given))


def test_a_question_waits_for_its_condition() -> None:
    assert "interval_since_iv_calcium" not in open_findings(BOOK, interview())
    assert "interval_since_iv_calcium" in open_findings(BOOK, interview(prior_iv_calcium_same_limb_3m="yes"))
    assert "prior_iv_line_site_noncalcium" in open_findings(BOOK, interview())
    assert "prior_iv_line_site_noncalcium" not in open_findings(BOOK, interview(prior_iv_calcium_same_limb_3m="yes"))
    assert "failure_48_72h_antibiotics" not in open_findings(BOOK, interview())
    assert "failure_48_72h_antibiotics" in open_findings(BOOK, interview(numbers={"antibiotics_given": 60}))


def test_itch_is_not_asked_of_an_infant() -> None:
    assert "itch_predominant" in open_findings(BOOK, interview(age_days=900))
    assert "itch_predominant" not in open_findings(BOOK, interview(age_days=200))


def test_a_ward_does_not_ask_what_it_implies() -> None:
    ward = Interview(ClinicalPicture("nicu_inpatient_post_iv", {}), 10, frozenset(), frozenset())

    assert "recent_hospital_admission" not in open_findings(BOOK, ward)


def test_laboratory_and_imaging_are_asked_only_where_they_are_to_be_had() -> None:
    def kinds(*resources: str) -> set[str]:
        given = interview(resources=frozenset(resources))
        return {BOOK.findings[finding].kind.value for finding in open_findings(BOOK, given)}

    assert kinds() == {"history", "exam"}
    assert kinds("lab") == {"history", "exam", "lab"}
    assert kinds("xray") == {"history", "exam", "imaging"}
    assert "us_fluid_collection" not in open_findings(BOOK, interview(resources=frozenset({"xray"})))


def test_one_film_is_asked_for_by_the_age_of_the_swelling_and_none_after_one_was_taken() -> None:
    here = frozenset({"xray"})

    early = open_findings(BOOK, interview(resources=here, numbers={"onset_days": 4}))
    late = open_findings(BOOK, interview(resources=here, onset="weeks"))
    taken = open_findings(BOOK, interview(resources=here, xray_lt_10d="normal_or_swelling_only"))

    assert "xray_lt_10d" in early
    assert "xray_ge_10d" not in early
    assert "xray_ge_10d" in late
    assert not {"xray_lt_10d", "xray_ge_10d"} & set(taken)


def test_a_needle_is_never_proposed_in_order_to_learn_something() -> None:
    assert "aspirate" not in open_findings(BOOK, interview(resources=frozenset({"lab"}), fluctuance="yes"))


def test_what_a_prompt_asks_for_comes_first() -> None:
    given = interview(recent_hospital_admission="yes", erythema="yes")

    assert asked(given, (ASK_IV_CALCIUM,))[0] == "prior_iv_calcium_same_limb_3m"


def test_the_best_question_for_its_cost_comes_first() -> None:
    gains = [question.gain for question in questions(interview(erythema="yes"))]

    assert len(gains) > 5
    assert gains == sorted(gains, reverse=True)


def test_an_expensive_test_counts_less_than_an_equally_telling_question() -> None:
    given = interview(resources=frozenset({"xray"}), onset="weeks", erythema="yes")
    bits = ENGINE.gains(ENGINE.rank(given.picture), ["xray_ge_10d"])["xray_ge_10d"]
    gain = next(question.gain for question in questions(given) if question.finding == "xray_ge_10d")

    assert gain == bits / BOOK.limits.costs["imaging"]


def test_the_questions_stop_when_no_answer_would_change_enough() -> None:
    settled = interview(
        prior_iv_calcium_same_limb_3m="yes",
        interval_since_iv_calcium="d4_to_28",
        over_venepuncture_site="yes",
        swelling_consistency="rock_hard_nodular",
        progressed_soft_to_hard="yes",
        xray_ge_10d="soft_tissue_calcification",
        fever_ge_38="no",
        restricted_motion_pseudoparalysis="no",
    )

    assert questions(settled) == ()
    assert questions_left(ENGINE, settled, True, ()) == (0, 0)


def test_an_interview_always_comes_to_an_end_and_its_progress_is_within_its_bounds() -> None:
    given = interview()
    for _ in range(len(BOOK.findings)):
        at_least, at_most = questions_left(ENGINE, given, True, ())
        assert 0 <= at_least <= at_most
        open_questions = questions(given)
        assert at_most == len(open_questions)
        if not open_questions:
            break
        given = given.after(open_questions[0].finding, BOOK.findings[open_questions[0].finding].states[-1])

    assert questions(given) == ()
