"""Two visits of one case: what a later visit makes of the earlier ones, on any tablet that holds the log."""

from __future__ import annotations

from typing import Any

import pytest

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.case.log import CaseLog
from shared.knowledge.loader import load_knowledge
from shared.privacy.policy import Vocabulary, load_policy
from shared.privacy.projection import Timing, project
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.follow_up import EarlierVisits, day_of
from shared.triage.presentation import presentation_from_answers
from tests.book import KNOWLEDGE, the_book

CASE = CaseId("c" * 32)
TABLET, OTHER = DeviceId("1" * 16), DeviceId("2" * 16)
FIRST: dict[str, Any] = {
    "age_days": 274,
    "sex": "male",
    "region": ("hand",),
    "setting": "hospital_paediatric_ed",
    "resources": ("lab", "xray"),
    "prior_iv_calcium_same_limb_3m": True,
    "days_since_iv_calcium": Quantity(14, "d"),
    "swelling_consistency": "rock_hard_nodular",
    "erythema": False,
    "tenderness": False,
    "warmth": False,
    "fever_ge_38": False,
    "crp": Quantity(0.4, "mg/L"),
    "xray_ge_10d": "soft_tissue_calcification",
    "lump_size": Quantity(20, "mm"),
}
NOT_EXPECTED, NEW_SIGN = "RF21_not_the_expected_course", "RF22_new_sign_after_calcium"


def entry(seq: int, kind: EntryKind, answers: dict[str, Any], *parents: EntryId, device: DeviceId = TABLET) -> Entry:
    return Entry(EntryId(device, seq), CASE, kind, answers, tuple(sorted(parents)))


def first_visit(**answers: Any) -> CaseLog:
    return CaseLog.of(CASE, [entry(1, EntryKind.ASSESSMENT, {**FIRST, **answers})])


def with_follow_up(log: CaseLog, day: int, **answers: Any) -> CaseLog:
    return log.append(
        entry(len(log) + 1, EntryKind.FOLLOW_UP, {"visit_day": Quantity(day, "d"), **answers}, *log.heads)
    )


def assess(log: CaseLog, day: int | None, kind: EntryKind = EntryKind.FOLLOW_UP, **given: Any) -> Any:
    now = EarlierVisits(log).at_visit(the_book(), kind, given, day)
    presentation = presentation_from_answers(the_book(), now.answers, (), now.disputed)
    return Assessor(the_book()).assess(presentation)


def fired(log: CaseLog, day: int | None, kind: EntryKind = EntryKind.FOLLOW_UP, **given: Any) -> set[str]:
    return {rule.id for rule in assess(log, day, kind, **given).red_flags}


def mm(value: float) -> Quantity:
    return Quantity(value, "mm")


@pytest.mark.parametrize(
    ("day", "now", "is_raised"),
    [
        (56, mm(18), True),  # nine tenths: not smaller
        (56, mm(17.9), False),
        (55, mm(20), False),
        (56, Quantity(2, "cm"), True),
        (28, mm(24), True),  # a fifth more after four weeks
        (28, mm(23.9), False),
        (27, mm(40), False),
        (56, mm(0), False),  # nothing is left
    ],
)
def test_two_widths_tell_whether_the_lump_goes_the_expected_way(day: int, now: Quantity, is_raised: bool) -> None:
    assert (NOT_EXPECTED in fired(first_visit(), day, lump_size=now)) is is_raised


def test_a_lump_not_smaller_at_eight_weeks_is_seen_again_within_days_with_a_film_and_why() -> None:
    shrinking = assess(first_visit(), 56, lump_size=mm(6))
    assessment = assess(first_visit(), 56, lump_size=mm(20))

    urgency = list(Disposition)
    assert urgency.index(assessment.disposition) <= urgency.index(Disposition.WITHIN_DAYS)
    assert NOT_EXPECTED not in {rule.id for rule in shrinking.red_flags}
    rule = next(rule for rule in assessment.red_flags if rule.id == NOT_EXPECTED)
    assert rule.because == ("days_followed", "lump_size_percent")
    assert rule.sources
    assert "X-ray again: is it calcium, and is the bone whole?" in [test.test for test in assessment.next_tests]
    assert "tumour, infection, calcium from another disease" in " ".join(s.text for s in assessment.plan.management)


@pytest.mark.parametrize("sign", ["fever_ge_38", "erythema", "warmth", "tenderness"])
def test_a_sign_that_was_not_there_at_the_visit_before_makes_it_same_day(sign: str) -> None:
    assessment = assess(first_visit(), 14, **{sign: True})

    assert NEW_SIGN in {rule.id for rule in assessment.red_flags}
    assert assessment.disposition in (Disposition.SAME_DAY, Disposition.EMERGENCY)


def test_a_sign_that_stood_before_or_belongs_to_a_child_without_calcium_is_not_new() -> None:
    assert NEW_SIGN not in fired(first_visit(erythema=True), 14, erythema=True)
    assert NEW_SIGN not in fired(first_visit(), 14, erythema=False)
    assert NEW_SIGN not in fired(first_visit(), 14)
    without = {"prior_iv_calcium_same_limb_3m": False, "xray_ge_10d": "normal_or_swelling_only"}
    assert NEW_SIGN not in fired(CaseLog.of(CASE, [entry(1, EntryKind.ASSESSMENT, {"age_days": 900, **without})]), 14)


def test_a_fever_after_all_counts_although_nobody_asked_at_the_first_visit() -> None:
    answers = {code: value for code, value in FIRST.items() if code != "fever_ge_38"}
    log = CaseLog.of(CASE, [entry(1, EntryKind.ASSESSMENT, answers)])

    assert {NEW_SIGN, "RF18_calcinosis_does_not_exclude_infection"} <= fired(log, 7, fever_ge_38=True)


def test_each_follow_up_is_compared_with_the_visit_before_it() -> None:
    log = with_follow_up(first_visit(), 14, erythema=True, lump_size=mm(15))

    assert NEW_SIGN not in fired(log, 21, erythema=True)
    assert NEW_SIGN not in fired(log, 21, erythema=False)
    assert NEW_SIGN in fired(log, 21, erythema=True, tenderness=True)


def test_a_correction_after_a_follow_up_keeps_what_was_new_and_can_take_it_back() -> None:
    log = with_follow_up(first_visit(), 14, erythema=True)

    assert NEW_SIGN in fired(log, 15, EntryKind.CORRECTION, crp=Quantity(0.5, "mg/L"))
    assert NEW_SIGN not in fired(log, 15, EntryKind.CORRECTION, erythema=False)


def test_a_corrected_width_keeps_the_day_on_which_it_was_measured() -> None:
    log = first_visit(lump_size=mm(2))
    log = log.append(entry(2, EntryKind.CORRECTION, {"visit_day": Quantity(3, "d"), "lump_size": mm(20)}, *log.heads))

    assert NOT_EXPECTED in fired(log, 56, lump_size=mm(19))
    assert NOT_EXPECTED not in fired(log, 56, lump_size=mm(10))


def test_a_width_of_a_visit_whose_day_nobody_knows_decides_nothing() -> None:
    log = first_visit()
    log = log.append(entry(1, EntryKind.FOLLOW_UP, {"lump_size": mm(30)}, *log.heads, device=OTHER))

    assert NOT_EXPECTED not in fired(log, None, lump_size=mm(30))
    assert NOT_EXPECTED in fired(log, 60, lump_size=mm(30))


def test_where_no_width_is_known_the_answer_of_the_visit_counts_and_is_asked_anew_at_the_next() -> None:
    answers = {code: value for code, value in FIRST.items() if code != "lump_size"}
    log = CaseLog.of(CASE, [entry(1, EntryKind.ASSESSMENT, answers)])

    assert NOT_EXPECTED in fired(log, 60, lump_not_smaller_8_weeks=True)
    later = with_follow_up(log, 60, lump_not_smaller_8_weeks=True)
    assert NOT_EXPECTED not in fired(later, 90)
    assert NOT_EXPECTED in fired(later, 61, EntryKind.CORRECTION, crp=Quantity(1, "mg/L"))


def test_two_widths_outweigh_what_somebody_says_of_the_size() -> None:
    assert NOT_EXPECTED not in fired(first_visit(), 60, lump_size=mm(8), lump_not_smaller_8_weeks=True)


def test_the_new_codes_survive_the_projection_and_the_copy_comes_to_the_same() -> None:
    """What another tablet or the server pulls is the sent form; it holds the widths, the day, and the new signs."""
    policy = load_policy(KNOWLEDGE / "privacy.yaml", Vocabulary.of(the_book()))
    log = with_follow_up(first_visit(), 60, lump_size=Quantity(2.1, "cm"), erythema=True, lump_not_smaller_8_weeks=True)
    times = (Timing(month="2026-11"), Timing(visit_day=60))
    sent = [project(one, when, policy) for one, when in zip(log.in_causal_order(), times, strict=True)]

    assert sent[1].answers == {
        "erythema": True, "lump_not_smaller_8_weeks": True, "lump_size": Quantity(21, "mm"), "visit_day": 60,
    }  # fmt: skip
    copy = CaseLog.of(CASE, sent)
    assert [day_of(one) for one in copy.in_causal_order()] == [0, 60]
    assert {NOT_EXPECTED, NEW_SIGN} <= fired(copy, 60, EntryKind.CORRECTION)


def test_what_is_worked_out_from_two_visits_is_never_sent() -> None:
    policy = load_policy(KNOWLEDGE / "privacy.yaml", Vocabulary.of(the_book()))
    answers = {"lump_size_percent": Quantity(105, "%"), "days_followed": Quantity(60, "d")}

    assert project(entry(1, EntryKind.ASSESSMENT, answers), Timing(), policy).answers == {}


def test_the_age_and_the_days_are_those_of_the_visit() -> None:
    now = EarlierVisits(first_visit()).at_visit(the_book(), EntryKind.FOLLOW_UP, {}, 30).answers

    assert now["age_days"] == 304
    assert now["days_since_iv_calcium"] == Quantity(44, "d")


def test_under_a_version_that_knows_no_follow_up_nothing_is_compared() -> None:
    now = EarlierVisits(first_visit()).at_visit(
        load_knowledge(KNOWLEDGE.parent / "1.0"), EntryKind.FOLLOW_UP, {"lump_size": mm(20), "erythema": True}, 60
    )

    assert "new_sign_since_last_visit" not in now.answers
    assert "lump_size_percent" not in now.answers
