"""One case over two tablets: a real server, two real stores, answers that differ and are settled by a new entry."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.presenters.frame import Meaning
from shared.case.entry import EntryKind, Quantity
from shared.case.fold import fold
from sync_server.services import intake
from tests.joined import two_fingers
from tests.presenter_world import BOY, Finger

INTERVAL = "days_since_iv_calcium"


@pytest.fixture
def two(tmp_path):
    with two_fingers(tmp_path) as two:
        yield two


def sync(*fingers: Finger):
    for finger in fingers:
        finger.flow.home.press_sync()
        assert finger.store.sync_overview().failure == ""


def correct(finger: Finger, case_id, days):
    finger.flow.home.open_case(case_id)
    finger.flow.case.correct(INTERVAL)
    finger.type_number(Quantity(days, "d"))


def test_two_tablets_that_answer_differently_both_show_it_and_one_settles_it(two):
    first, second = two
    case_id = first.save_boy()
    sync(first, second)
    for finger, days in ((first, 14), (second, 21)):
        correct(finger, case_id, days)
        assert finger.screen is Screen.CASE
        finger.flow.case.back()
    sync(first, second, first)

    for finger in two:
        finger.flow.home.open_case(case_id)
        (item,) = finger.view.disagreements
        assert (item.code, item.title, item.note) == (INTERVAL, "Two answers differ", "Both stay on record")
        assert {answer.value for answer in item.answers} == {"14 days", "21 days"}
        badges = [row.badge.meaning for row in finger.view.timeline if row.title == "Correction"]
        assert badges == [Meaning.DIFFERS, Meaning.DIFFERS]
    number = next(answer.number for answer in second.view.disagreements[0].answers if answer.value == "14 days")
    second.flow.case.choose(INTERVAL, number)
    assert second.view.disagreements == ()
    assert second.view.error == ""
    second.flow.case.back()
    first.flow.case.back()
    sync(second, first)

    state = fold(first.store.log(case_id))
    assert state.disagreements == ()
    assert state.agreed[INTERVAL] == Quantity(14, "d")
    assert len(first.store.log(case_id)) == 4


def test_neither_examines_again_and_settles_it_with_a_third_answer(two):
    first, second = two
    case_id = first.save_boy()
    sync(first, second)
    for finger, days in ((first, 14), (second, 21)):
        correct(finger, case_id, days)
        finger.flow.case.back()
    sync(first, second, first)
    first.flow.home.open_case(case_id)
    first.flow.case.neither(INTERVAL)
    assert first.screen is Screen.MEASUREMENT
    # Tablets stand in the order of their random names, so either answer may come first.
    assert first.view.last_value in ("Answers so far: 14 days / 21 days.", "Answers so far: 21 days / 14 days.")
    assert first.view.save_button == "Save correction"
    first.type_number(Quantity(17, "d"))

    assert first.screen is Screen.CASE
    assert fold(first.store.log(case_id)).agreed[INTERVAL] == Quantity(17, "d")


def test_the_timeline_names_lanes_authors_and_days_of_this_tablet_only(two):
    first, second = two
    case_id = first.save_boy()
    sync(first, second)
    correct(second, case_id, 21)
    second.flow.case.back()
    sync(second, first)
    first.flow.home.open_case(case_id)

    own, other = first.view.timeline
    assert (own.title, own.under_title, own.lane, own.is_own) == (
        "Visit 1",
        "21 Nov · Ana Sample · this tablet",
        0,
        True,
    )
    assert (other.title, other.under_title, other.lane, other.is_own) == ("Correction", "tablet 2", 1, False)
    assert other.parents == (0,)
    assert first.view.timeline_note == "2 tablets, joined without loss"


def test_a_follow_up_asks_how_long_ago_the_visit_of_another_tablet_was_and_reasons_with_it(two):
    first, second = two
    case_id = first.save_boy()
    sync(first, second)
    second.flow.home.open_case(case_id)
    second.flow.case.follow_up()
    second.flow.danger_signs.go_on()

    assert second.item == "visit_day"
    assert second.view.title == "How many days ago was the first visit?"
    second.type_number(Quantity(14, "d"))
    assert second.item == "swelling_consistency"
    assert "Last time: Soft, puffy." in second.view.detail
    second.to_result({**BOY, "swelling_consistency": "rock_hard_nodular"})
    second.flow.result.enter_test()
    assert second.item == "xray_ge_10d"
    second.flow.question.answer("soft_tissue_calcification")
    second.to_result({})
    second.flow.result.plan()
    second.flow.plan.save()
    sent = second.store.sent_form(second.store.log(case_id).heads[0])
    assert "visit_day" not in sent.answers
    assert sent.kind is EntryKind.FOLLOW_UP


def test_going_back_from_a_correction_leaves_no_draft_and_no_entry(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    finger.flow.case.correct("swelling_consistency")
    assert finger.screen is Screen.QUESTION
    assert (finger.view.skip_button, finger.view.result_button) == ("", "")
    finger.flow.question.back()

    assert finger.screen is Screen.CASE
    assert len(finger.store.log(case_id)) == 1
    assert finger.store.drafts() == ()


def test_a_correction_is_a_new_entry_and_the_old_one_stays(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    finger.flow.case.correct("swelling_consistency")
    finger.flow.question.answer("firm_indurated")

    kinds = [entry.kind for entry in finger.store.log(case_id).in_causal_order()]
    assert kinds == [EntryKind.ASSESSMENT, EntryKind.CORRECTION]
    assert finger.view.timeline[1].content == "Firm"
    stands = next(row for row in finger.view.answers if row.code == "swelling_consistency")
    assert stands.value == "Firm"


def test_a_follow_up_that_was_begun_is_taken_up_again(finger):
    case_id = finger.save_boy()
    finger.tablet.clock.pass_time(7 * 24 * 3600)
    finger.flow.home.open_case(case_id)
    finger.flow.case.follow_up()
    finger.flow.danger_signs.answer("fever", "no")
    finger.flow.danger_signs.back()
    assert finger.screen is Screen.CASE
    finger.flow.case.follow_up()

    assert len(finger.store.drafts()) == 1
    assert next(line for line in finger.view.lines if line.line_id == "fever").answer == "no"


def test_an_own_follow_up_counts_the_days_by_itself(finger):
    case_id = finger.save_boy()
    finger.tablet.clock.pass_time(14 * 24 * 3600)
    finger.flow.home.open_case(case_id)
    finger.flow.case.follow_up()
    finger.flow.danger_signs.go_on()

    assert finger.item == "swelling_consistency"


def test_a_number_of_days_that_cannot_be_read_is_not_dropped_by_saving_the_rest(finger):
    finger.flow.home.open_case(finger.save_boy())
    finger.flow.case.outcome()
    finger.flow.outcome.choose_sequelae("no")
    finger.flow.outcome.type_healed("2 or 3")
    assert finger.view.error
    assert not finger.view.can_go_on
    finger.flow.outcome.save()
    assert finger.screen is Screen.OUTCOME

    finger.flow.outcome.type_healed("")
    assert finger.view.can_go_on


def test_an_outcome_is_saved_as_its_own_entry(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    finger.flow.case.outcome()
    assert not finger.view.can_go_on
    finger.flow.outcome.choose_healed_unit("months")
    finger.flow.outcome.type_healed("2")
    finger.flow.outcome.choose_sequelae("no")
    finger.flow.outcome.choose_diagnosis("calcinosis_cutis_iatrogenic")
    finger.flow.outcome.toggle_proof("xray")
    finger.flow.outcome.save()

    entry = finger.store.log(case_id).in_causal_order()[-1]
    assert entry.kind is EntryKind.OUTCOME
    assert entry.conclusion is None
    assert dict(entry.answers) == {
        "healed_days": 61,
        "sequelae": False,
        "final_diagnosis": "calcinosis_cutis_iatrogenic",
        "proven_by": ("xray",),
    }
    lines = {line.label: line.value for line in finger.view.lines}
    assert lines["Gone after"] == "61 days"
    assert lines["It turned out to be"] == "Iatrogenic calcinosis cutis"


def test_what_identifies_the_child_is_shown_here_only(two):
    first, second = two
    first.flow.home.new_case()
    first.flow.new_case.type_local("patient_name", "Quillon Testbairn")
    first.begin_case_in_hand()
    case_id = first.save_from_danger_signs()
    sync(first, second)
    first.flow.home.open_case(case_id)
    second.flow.home.open_case(case_id)

    assert first.view.local == ("Name: Quillon Testbairn",)
    assert second.view.local == ()


def test_the_answers_of_a_case_begin_with_the_child(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)

    assert [row.label for row in finger.view.answers[:5]] == ["Age", "Sex", "Place", "Side", "Seen in"]
    assert finger.view.timeline[0].content.startswith("Soft, puffy")


def test_the_next_check_is_dated_from_this_tablets_first_visit(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    assert finger.view.next_title == "Next check: 28 Nov · 1 week"
    finger.flow.case.back()
    finger.tablet.clock.pass_time(10 * 24 * 3600)
    finger.flow.home.open_case(case_id)
    assert finger.view.next_title == "Check was due: 28 Nov · 1 week"
    finger.flow.case.back()
    finger.tablet.clock.pass_time(15 * 24 * 3600)
    finger.flow.home.open_case(case_id)

    assert finger.view.next_title == "Next check: 19 Dec · 4 weeks"


def test_a_case_that_the_server_does_not_accept_says_why(two, monkeypatch):
    first, second = two
    case_id = first.save_boy()
    # A server that takes less than this tablet sends.
    monkeypatch.setattr(intake, "MAX_ENTRY_BYTES", 100)
    sync(first, second)

    first.flow.home.open_case(case_id)

    assert first.view.refused_title == "Not accepted by the server"
    assert first.view.refused == (
        "This entry is larger than 12 KB. Everything is kept on this tablet. Show this to the coordinator."
    )
    (row,) = first.view.timeline
    assert row.under_title.endswith("this tablet · not accepted")
    assert not second.store.log(case_id)


def test_a_case_that_the_server_has_says_nothing_of_it(two):
    first, _ = two
    case_id = first.save_boy()
    sync(first)

    first.flow.home.open_case(case_id)

    assert first.view.refused == ""
