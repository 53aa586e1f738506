"""A follow-up on another tablet: what it measured and found survives the projection, the server and the way back."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from shared.case.entry import EntryKind, Quantity
from shared.triage.reassess import last_assessment
from tests.joined import two_fingers
from tests.presenter_world import BOY, the_reassessor

DAY = 86_400
LUMP = {
    **BOY,
    "swelling_consistency": "rock_hard_nodular",
    "erythema": "no",
    "warmth": "no",
    "tenderness": "no",
    "bluish_discoloration": "no",
    "lump_size": Quantity(2, "cm"),
    "xray_ge_10d": "soft_tissue_calcification",
}


@pytest.fixture
def two(tmp_path):
    with two_fingers(tmp_path) as two:
        yield two


def sync(*fingers):
    for finger in fingers:
        finger.flow.home.press_sync()
        assert finger.store.sync_overview().failure == ""
        assert finger.store.sync_overview().not_accepted == 0


def save(finger):
    finger.flow.result.plan()
    finger.flow.plan.save()
    finger.flow.sent_preview.done()
    if finger.screen is Screen.CASE:
        finger.flow.case.back()
    return finger.store.summaries()[0].case_id


def test_the_other_tablet_finds_the_lump_not_smaller_and_the_first_reads_why(two):
    first, second = two
    first.begin_questions()
    first.to_result(LUMP)
    first.flow.result.enter_test()
    first.to_result(LUMP)
    case_id = save(first)
    sync(first, second)

    second.tablet.clock.pass_time(60 * DAY)
    second.flow.home.open_case(case_id)
    second.flow.case.follow_up()
    second.flow.danger_signs.no_to_the_rest()
    second.flow.danger_signs.go_on()
    assert second.item == "visit_day"
    second.type_number(Quantity(60, "d"))
    second.to_result({**LUMP, "lump_size": Quantity(21, "mm"), "tenderness": "yes"})
    save(second)
    sync(second, first)

    log = first.store.log(case_id)
    last = log[last_assessment(log)]
    assert last.kind is EntryKind.FOLLOW_UP
    assert last.answers["lump_size"] == Quantity(21, "mm")
    # A month given by another tablet and a day count never stand together, so this copy does not say its day.
    assert "visit_day" not in last.answers
    assert {"RF21_not_the_expected_course", "RF22_new_sign_after_calcium"} <= set(last.conclusion.red_flags)
    again = the_reassessor().conclude(log, last.id, last.conclusion.knowledge_version, day=60)
    assert set(last.conclusion.red_flags) <= set(again.red_flags)
    assert again.disposition == last.conclusion.disposition

    own = second.store.log(case_id)
    assert the_reassessor().repeat(own, last_assessment(own)).is_exact
