"""Another tablet withdraws a case while somebody works on it here: nothing of it is kept, and the screen says so."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.ports.judgements import Judgement
from mobile_app.storage.intake import take_in
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from tests.presenter_world import Finger
from tests.unit.mobile_app.storage.test_photos import a_picture
from tests.unit.mobile_app.storage.test_withdrawal import everything

OTHER = DeviceId("b" * 16)
SAID = "This case was withdrawn. Its content was erased from this tablet."


def another_tablet_withdraws(finger: Finger, case_id: CaseId) -> None:
    withdrawal = Entry(EntryId(OTHER, 7), case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    with finger.store.database.writing() as session:
        take_in(session, finger.store.device, (withdrawal,), (), finger.tablet.clock.now())


@pytest.fixture
def case_id(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    return case_id


def test_a_tap_keeps_no_answer_of_it_and_says_why(finger, case_id):
    finger.flow.case.follow_up()
    finger.flow.danger_signs.no_to_the_rest()
    another_tablet_withdraws(finger, case_id)

    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()

    assert SAID in (finger.view.error, finger.flow.danger_signs._desk.visit.error)
    assert finger.store.drafts() == ()
    assert "toxic_appearance" not in everything(finger.store)


@pytest.mark.parametrize("screen", [Screen.LETTER, Screen.HAND_OVER, Screen.ADD_PHOTO, Screen.WITHDRAW, Screen.OUTCOME])
def test_when_the_news_arrives_every_screen_of_the_case_gives_way_to_the_case(finger, case_id, screen):
    if screen is Screen.OUTCOME:
        finger.flow.case.outcome()
        finger.flow.outcome.choose_sequelae("no")
    else:
        finger.flow._enter(screen)
    another_tablet_withdraws(finger, case_id)

    finger.flow._sync_changed()

    assert finger.screen is Screen.CASE
    assert finger.view.notice == SAID
    assert (finger.view.answers, finger.view.actions) == ((), ())
    assert finger.store.drafts() == ()


def test_a_visit_in_the_middle_of_its_questions_gives_way_too(finger, case_id):
    finger.flow.case.follow_up()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    another_tablet_withdraws(finger, case_id)

    finger.flow._sync_changed()

    assert (finger.screen, finger.view.notice) == (Screen.CASE, SAID)


def test_a_visit_to_another_case_stands_still(finger, case_id):
    finger.flow.case.back()
    finger.begin_questions()
    another_tablet_withdraws(finger, case_id)

    finger.flow._sync_changed()

    assert finger.screen in (Screen.QUESTION, Screen.MEASUREMENT)


def test_no_photo_is_kept_of_it(finger, case_id):
    finger.flow.case.add_photo()
    another_tablet_withdraws(finger, case_id)

    finger.flow.add_photo.take(a_picture())

    assert finger.view.error == SAID
    assert finger.store.photos.of_case(case_id) == ()


def test_neither_tick_nor_judgement_nor_mark_is_kept_of_it(finger, case_id):
    finger.flow.case.follow_up()
    another_tablet_withdraws(finger, case_id)

    with pytest.raises(Exception, match="withdrawn"):
        finger.store.plan_ticks.put(case_id, "Raise the arm", finger.tablet.clock.now())
    finger.store.keep_judgements("9", [Judgement(case_id, 1, None)])
    finger.store.read_marks.mark(case_id, 3)

    assert not finger.store.plan_ticks.of(case_id)
    assert finger.store.read_marks.read_up_to(case_id) == 0
    with finger.store.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM judgement").scalar() == 0


def test_what_is_set_aside_of_it_later_holds_no_content(finger, case_id):
    another_tablet_withdraws(finger, case_id)
    forged = Entry(EntryId(finger.store.device, 99), case_id, EntryKind.FOLLOW_UP, {"swelling_consistency": "firm"})

    with finger.store.database.writing() as session:
        taken = take_in(session, finger.store.device, (forged,), (), finger.tablet.clock.now())

    assert len(taken.reasons) == 1
    assert "firm" not in everything(finger.store)
