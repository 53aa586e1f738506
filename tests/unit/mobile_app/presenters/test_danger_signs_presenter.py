"""Twelve lines at most; a yes that calls for action is acted on at once."""

from __future__ import annotations

from mobile_app.navigation import Screen
from shared.case.entry import UNKNOWN
from tests.presenter_world import a_full_disk


def answers(finger):
    return dict(finger.store.drafts()[0].answers)


def line(finger, line_id):
    return next(line for line in finger.view.lines if line.line_id == line_id)


def test_at_most_twelve_lines_and_none_answered(finger):
    finger.begin_case()

    assert 10 <= len(finger.view.lines) <= 12
    assert finger.view.answered == f"0 of {len(finger.view.lines)} answered"
    assert finger.view.fill_button == f"No to the {len(finger.view.lines)} left empty"


def test_no_to_the_rest_states_the_number_keeps_what_was_said_and_then_is_gone(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("not_used", "yes")
    left = len(finger.view.lines) - 1
    assert finger.view.fill_button == f"No to the {left} left empty"
    finger.flow.danger_signs.no_to_the_rest()

    assert finger.view.fill_button == ""
    assert line(finger, "not_used").answer == "yes"
    assert {one.answer for one in finger.view.lines if one.line_id != "not_used"} == {"no"}
    assert answers(finger)["fever_ge_38"] is False


def test_a_yes_that_only_raises_attention_says_what_decides(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("not_used", "yes")

    assert finger.screen is Screen.DANGER_SIGNS
    assert line(finger, "not_used").note.startswith("Noted: ")


def test_a_yes_that_calls_for_action_replaces_the_screen_at_once_and_keeps_the_answers(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("fever", "no")
    finger.flow.danger_signs.answer("no_blood_flow", "yes")

    assert finger.screen is Screen.EMERGENCY
    assert finger.view.title == "Emergency: refer now"
    assert [act.number for act in finger.view.acts] == [str(n) for n in range(1, len(finger.view.acts) + 1)]
    assert finger.view.because
    assert finger.view.raised_at == "09:30"
    finger.flow.emergency.back()
    assert (line(finger, "fever").answer, line(finger, "no_blood_flow").answer) == ("no", "yes")


def test_an_emergency_is_raised_even_when_the_disk_is_full(finger):
    finger.begin_case()
    with a_full_disk():
        finger.flow.danger_signs.answer("looks_very_ill", "yes")

    assert finger.screen is Screen.EMERGENCY
    assert finger.view.error


def test_the_chosen_answer_tapped_again_empties_the_line(finger):
    finger.begin_case()
    finger.flow.danger_signs.answer("fever", "yes")
    finger.flow.danger_signs.answer("fever", "yes")

    assert line(finger, "fever").answer == ""
    assert "fever_ge_38" not in answers(finger)


def test_an_empty_line_stays_unknown(finger):
    finger.begin_case()
    finger.flow.danger_signs.go_on()

    assert "fever_ge_38" not in answers(finger)
    assert finger.screen in (Screen.QUESTION, Screen.MEASUREMENT)


def test_a_no_of_last_time_is_not_a_no_of_today(finger):
    case_id = finger.save_boy()
    finger.tablet.clock.pass_time(7 * 24 * 3600)
    finger.flow.home.open_case(case_id)
    finger.flow.case.follow_up()
    assert {one.answer for one in finger.view.lines} == {""}
    finger.flow.danger_signs.answer("fever", "no")
    finger.flow.danger_signs.go_on()

    assert answers(finger)["fever_ge_38"] is False
    assert answers(finger)["toxic_appearance"] == UNKNOWN


def test_a_yes_of_one_line_outweighs_the_no_of_another_that_shares_a_code(finger):
    finger.begin_case(places=(("hand", "left"),))
    for sign in finger.view.lines:
        if sign.line_id != "tense":
            finger.flow.danger_signs.answer(sign.line_id, "no")
    finger.flow.danger_signs.answer("tense", "yes")

    assert answers(finger)["pain_on_passive_finger_toe_stretch"] is True
