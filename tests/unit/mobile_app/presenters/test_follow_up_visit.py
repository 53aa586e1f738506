"""A follow-up visit on the tablet: few questions, dates that count from where the plan began, and what has changed."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from shared.case.entry import EntryKind, Quantity
from shared.triage.reassess import last_assessment
from tests.presenter_world import BOY, the_reassessor

DAY = 86_400
LUMP = {
    **BOY,
    "swelling_consistency": "rock_hard_nodular",
    "erythema": "no",
    "warmth": "no",
    "tenderness": "no",
    "bluish_discoloration": "no",
    "lump_size": Quantity(20, "mm"),
    "xray_ge_10d": "soft_tissue_calcification",
}
NOT_EXPECTED, NEW_SIGN = "RF21_not_the_expected_course", "RF22_new_sign_after_calcium"


def asked_until_the_result(finger, told):
    """Answer everything that is asked, and return what was."""
    asked = []
    while finger.screen in (Screen.QUESTION, Screen.MEASUREMENT):
        asked.append(finger.item)
        finger.answer(told)
    return asked


@pytest.fixture
def lump(finger):
    """A child with a lump of leaked calcium, proven by a film and measured; the first visit is saved."""
    finger.begin_questions()
    asked = asked_until_the_result(finger, LUMP)
    assert "lump_size" in asked
    finger.flow.result.enter_test()
    asked_until_the_result(finger, LUMP)
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    return finger


def follow_up(finger, days):
    """Begin a follow-up so many days later, with no danger sign."""
    finger.tablet.clock.pass_time(days * DAY)
    if finger.screen is Screen.HOME:
        finger.flow.home.open_case(finger.store.summaries()[0].case_id)
    finger.flow.case.follow_up()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()


def save(finger):
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    return finger.store.summaries()[0]


def test_a_follow_up_begins_with_the_few_things_that_can_change(lump):
    follow_up(lump, 28)
    asked = asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})

    assert asked[:4] == ["swelling_consistency", "lump_size", "erythema", "tenderness"]
    # What was settled at the first visit and stays as it was is not asked a second time.
    assert not {"warmth", "fluctuance", "onset_days", "days_since_iv_calcium", "recent_hospital_admission"} & set(asked)


def test_the_last_answer_is_shown_beside_each_of_them(lump):
    follow_up(lump, 28)
    lump.answer(LUMP)

    assert lump.view.last_value == "Last time: 20 mm."


def test_where_something_is_new_pus_joint_and_bone_are_asked_too(lump):
    follow_up(lump, 14)
    asked = asked_until_the_result(lump, {**LUMP, "erythema": "yes"})

    assert {"warmth", "fluctuance", "purulent_discharge", "bone_point_tenderness"} <= set(asked)
    assert save(lump).conclusion.disposition == "same_day"


def test_a_lump_that_has_become_soft_is_examined_again_too(lump):
    follow_up(lump, 7)
    asked_until_the_result(lump, LUMP)
    save(lump)
    follow_up(lump, 7)
    asked = asked_until_the_result(lump, {**LUMP, "swelling_consistency": "soft_oedematous"})

    assert {"fluctuance", "purulent_discharge"} <= set(asked)


def test_a_lump_not_smaller_at_eight_weeks_changes_the_assessment_and_says_why(lump):
    follow_up(lump, 56)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(2, "cm")})
    titles = [rule.title for rule in (lump.view.banner, *lump.view.other_rules)]

    assert "The lump does not shrink as leaked calcium does." in titles
    rule = next(r for r in (lump.view.banner, *lump.view.other_rules) if r.title.startswith("The lump does not"))
    assert rule.because == ("Days between the two widths: 56 days", "Width, against the first one: 100 %")
    assert NOT_EXPECTED in save(lump).conclusion.red_flags


def test_a_lump_that_shrinks_goes_its_way(lump):
    follow_up(lump, 56)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(5, "mm")})

    assert not {NOT_EXPECTED, NEW_SIGN} & set(save(lump).conclusion.red_flags)


def test_a_fever_after_all_makes_it_same_day(lump):
    lump.tablet.clock.pass_time(10 * DAY)
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)
    lump.flow.case.follow_up()
    lump.flow.danger_signs.answer("fever", "yes")
    lump.flow.danger_signs.no_to_the_rest()
    lump.flow.danger_signs.go_on()
    asked_until_the_result(lump, {**LUMP, "temperature": Quantity(38.6, "Cel")})
    saved = save(lump)

    assert NEW_SIGN in saved.conclusion.red_flags
    assert saved.conclusion.disposition in ("same_day", "emergency")


def test_without_a_first_width_the_follow_up_asks_in_words_from_eight_weeks_on(finger):
    finger.begin_questions()
    asked_until_the_result(finger, {code: value for code, value in LUMP.items() if code != "lump_size"})
    save(finger)
    follow_up(finger, 55)
    early = asked_until_the_result(finger, LUMP)
    save(finger)
    assert "lump_not_smaller_8_weeks" not in early

    # The width of day 55 is the first that is known: a day later it says nothing of the course.
    follow_up(finger, 5)
    late = asked_until_the_result(finger, {**LUMP, "lump_size": Quantity(15, "mm")})
    assert "lump_not_smaller_8_weeks" not in late


def test_a_tablet_that_never_measured_asks_whether_it_is_smaller(finger):
    told = {code: value for code, value in LUMP.items() if code != "lump_size"}
    finger.begin_questions()
    asked_until_the_result(finger, told)
    save(finger)
    follow_up(finger, 60)
    asked = asked_until_the_result(finger, {**told, "lump_not_smaller_8_weeks": "yes"})

    assert asked[1:3] == ["lump_size", "lump_not_smaller_8_weeks"]
    assert NOT_EXPECTED in save(finger).conclusion.red_flags


def test_the_visit_keeps_its_day_and_is_repeated_bit_for_bit(lump):
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    case_id = save(lump).case_id
    log = lump.store.log(case_id)
    last = log[last_assessment(log)]

    assert (last.kind, last.answers["visit_day"]) == (EntryKind.FOLLOW_UP, Quantity(28, "d"))
    for entry in log:
        assert the_reassessor().repeat(log, entry.id).is_exact
    assert lump.store.sent_form(last.id).answers["visit_day"] == 28


def test_a_second_visit_on_another_day_is_no_disagreement(lump):
    follow_up(lump, 7)
    asked_until_the_result(lump, LUMP)
    save(lump)
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)

    assert lump.view.disagreements == ()
    assert "visit_day" not in [answer.code for answer in lump.view.answers]


def test_dates_count_from_the_visit_at_which_the_plan_began_and_say_what_to_expect(lump):
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    lump.flow.result.plan()
    first, second, third = lump.view.follow_up[:3]

    # The first visit was on 21 November; 8 weeks, 3 months and 6 months from then.
    assert [first.when, second.when, third.when] == ["16 Jan · 4 weeks", "20 Feb · 9 weeks", "22 May · 5 months"]
    assert first.is_next
    assert first.expect.startswith("Expect: gone or nearly gone in about 3 of 4")
    assert second.expect == "Expect: gone in about 19 of 20"
    assert lump.view.reconsider_title == "Think again if"
    assert "Growing after 4 weeks" in lump.view.reconsider


def test_the_case_says_the_next_check_what_to_expect_and_when_to_think_again(lump):
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)
    assert lump.view.next_title == "Next check: 28 Nov · 1 week"
    lump.flow.case.back()
    lump.tablet.clock.pass_time(20 * DAY)
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)

    # As on the start screen: the check that was missed is still to be done.
    assert lump.view.next_title == "Check was due: 28 Nov · 1 week"
    lump.flow.case.back()
    lump.tablet.clock.pass_time(5 * DAY)
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)

    # From three days before on, a visit is the check after four weeks.
    assert lump.view.next_title == "Next check: 19 Dec · 4 weeks"
    assert lump.view.next_expect == "Expect: smaller or softer in most"
    assert lump.view.reconsider_title == "Think again if"
    lump.flow.case.back()
    lump.tablet.clock.pass_time(400 * DAY)
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)
    assert lump.view.next_title.startswith("Check was due: 22 May")


def test_after_a_check_was_done_the_next_one_is_named_the_same_day(lump):
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    lump.flow.home.open_case(save(lump).case_id)

    assert lump.view.next_title == "Next check: 16 Jan · 8 weeks"


def letter_of(finger):
    """Return the lines of the letter in front by their names."""
    return {line.partition(": ")[0]: line.partition(": ")[2] for part in finger.view.preview for line in part.lines}


def test_a_letter_says_what_was_found_now_apart_from_what_was_found_before(finger):
    finger.begin_questions()
    finger.to_result()
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    follow_up(finger, 28)
    asked_until_the_result(finger, {**LUMP, "lump_size": Quantity(12, "mm"), "swelling_consistency": "firm_indurated"})
    finger.flow.result.letter()
    said = letter_of(finger)

    assert "Firm" in said["Present"]
    assert "12 mm" in said["Measured"]
    # The drip was 30 days before the first visit.
    assert "58 days" in said["Measured"]
    assert "CRP" not in said["Measured"]
    assert "CRP 0.36 mg/L" in said["At an earlier visit"]
    assert "Calcium by drip in this limb" in said["At an earlier visit"]
    assert "Fever" in said["Absent"]
    assert "Pus" in said["Absent at an earlier visit"]


def test_a_letter_of_a_saved_case_tells_its_last_visit_apart_too(lump):
    lump.flow.home.open_case(lump.store.summaries()[0].case_id)
    lump.flow.case.letter()
    assert "At an earlier visit" not in letter_of(lump)
    lump.flow.letter.back()
    lump.flow.case.back()
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    lump.flow.home.open_case(save(lump).case_id)
    lump.tablet.clock.pass_time(3 * DAY)
    lump.flow.case.letter()
    said = letter_of(lump)

    assert "12 mm" in said["Measured"]
    assert "58 days" in said["Measured"]
    assert "Calcium by drip in this limb" in said["At an earlier visit"]


def test_a_count_of_days_in_a_case_says_from_when_it_counts(lump):
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    lump.flow.home.open_case(save(lump).case_id)
    said = {answer.code: answer.value for answer in lump.view.answers}

    assert said["days_since_iv_calcium"] == "30 days at the first visit"
    assert said["lump_size"] == "12 mm"


def test_a_question_says_nothing_of_a_last_time_at_which_nobody_knew(finger):
    finger.begin_questions()
    finger.to_result({**BOY, "tenderness": "unknown"})
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    follow_up(finger, 7)
    while finger.item != "tenderness":
        finger.answer(LUMP)
    assert "Last time" not in finger.view.detail


def test_a_film_that_has_answered_is_not_told_as_a_second_one_too(lump):
    follow_up(lump, 28)
    asked_until_the_result(lump, {**LUMP, "lump_size": Quantity(12, "mm")})
    lump.flow.result.enter_test()
    asked_until_the_result(lump, LUMP)
    lump.flow.result.plan()
    films = [test.text for test in lump.view.tests if test.is_done and "X-ray" in test.text]

    assert films == ["X-ray of the lump, 2 views"]
