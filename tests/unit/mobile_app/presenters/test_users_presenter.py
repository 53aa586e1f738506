"""Who may open the tablet is changed only by somebody who shows with his PIN who he is; somebody is always left."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from tests.pin_and_code import type_pin
from tests.presenter_world import Finger, a_full_disk
from tests.tablet_world import PIN

NEW_PIN = "907132"


@pytest.fixture
def users(finger):
    finger.flow.home.settings()
    finger.flow.settings.choose_section("users")
    assert finger.screen is Screen.USERS
    return finger.flow.users


def add(finger: Finger, name: str, pin: str = NEW_PIN) -> str:
    """Add a person, with the own PIN where it is asked for, and return the id."""
    finger.flow.users.add()
    if finger.view.step == "own":
        type_pin(finger.flow.users, PIN)
    finger.flow.users.type_name(name)
    finger.flow.users.choose_role("Doctor")
    finger.flow.users.go_on()
    type_pin(finger.flow.users, pin)
    type_pin(finger.flow.users, pin)
    return finger.tablet.vault.users()[-1].user_id


def test_a_new_person_has_a_name_a_role_and_a_pin_that_opens(finger, users):
    user_id = add(finger, "  Ben Sample ")

    assert finger.view.step == "none"
    assert "Ben Sample" in finger.view.done
    assert [row.name for row in finger.view.users] == ["Ana Sample", "Ben Sample"]
    finger.flow.lock()
    finger.flow.unlock.choose_user(user_id)
    finger.type_pin(NEW_PIN)
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.HOME
    assert (finger.store.user.name, finger.store.user.role) == ("Ben Sample", "Doctor")


def test_nobody_is_changed_without_the_pin_of_whoever_holds_the_tablet(finger, users):
    for begin in (users.add, lambda: users.change_pin(finger.store.user.user_id)):
        begin()
        assert finger.view.step == "own"
        type_pin(finger.flow.users, "135792")

        assert finger.view.step == "own"
        assert "Wrong PIN" in finger.view.error
        users.cancel()


def test_the_own_pin_is_asked_for_once_until_the_screen_is_left(finger, users):
    add(finger, "Ben Sample")
    users.add()
    assert finger.view.step == "who"
    users.back()
    finger.flow.settings.choose_section("users")
    users.add()

    assert finger.view.step == "own"


def test_guessing_the_own_pin_here_is_as_slow_as_on_the_locked_tablet(finger, users):
    users.add()
    for _ in range(4):
        type_pin(finger.flow.users, "135792")

    assert not finger.view.is_pad_on
    assert "Next try in 30 seconds" in finger.view.error
    type_pin(finger.flow.users, PIN)
    assert finger.view.step == "own"
    finger.tablet.clock.pass_time(12)
    users.tick()
    assert "18 seconds" in finger.view.error
    finger.tablet.clock.pass_time(18)
    users.tick()
    assert finger.view.is_pad_on
    assert finger.view.error == ""
    type_pin(finger.flow.users, PIN)
    assert finger.view.step == "who"


def test_two_different_pins_add_nobody(finger, users):
    users.add()
    type_pin(finger.flow.users, PIN)
    users.type_name("Ben Sample")
    users.go_on()
    type_pin(finger.flow.users, NEW_PIN)
    type_pin(finger.flow.users, "907133")

    assert finger.view.step == "new"
    assert finger.view.error
    assert len(finger.tablet.vault.users()) == 1
    type_pin(finger.flow.users, NEW_PIN)
    type_pin(finger.flow.users, NEW_PIN)
    assert len(finger.tablet.vault.users()) == 2


def test_a_row_of_digits_is_refused_in_a_sentence_without_the_digits(finger, users):
    users.add()
    type_pin(finger.flow.users, PIN)
    users.type_name("Ben Sample")
    users.go_on()
    type_pin(finger.flow.users, "222222")
    type_pin(finger.flow.users, "222222")

    assert (finger.view.step, len(finger.tablet.vault.users())) == ("new", 1)
    assert finger.view.error
    assert "222222" not in finger.view.error


def test_a_name_is_needed_and_spaces_are_none(finger, users):
    users.add()
    type_pin(finger.flow.users, PIN)
    users.type_name("   ")

    assert not finger.view.can_go_on
    users.go_on()
    assert finger.view.step == "who"


def test_a_forgotten_pin_of_another_user_is_replaced(finger, users):
    user_id = add(finger, "Ben Sample")
    users.change_pin(user_id)
    type_pin(finger.flow.users, "618033")
    type_pin(finger.flow.users, "618033")

    assert "Ben Sample" in finger.view.done
    finger.flow.lock()
    finger.flow.unlock.choose_user(user_id)
    finger.type_pin(NEW_PIN)
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.UNLOCK
    finger.type_pin("618033")
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.HOME


def test_another_name_is_shown_from_now_on(finger, users):
    user_id = add(finger, "Ben Sample")
    users.rename(user_id)
    assert finger.view.name == "Ben Sample"
    assert finger.view.roles == ()
    users.type_name("Ben Other")
    users.go_on()

    assert [row.name for row in finger.view.users] == ["Ana Sample", "Ben Other"]


def test_whoever_is_removed_opens_it_no_more_and_his_draft_stays(finger, users):
    user_id = add(finger, "Ben Sample")
    finger.flow.lock()
    finger.flow.unlock.choose_user(user_id)
    finger.type_pin(NEW_PIN)
    finger.flow.unlock.unlock()
    finger.begin_questions()
    draft = finger.store.drafts()[0]
    again = finger.again()
    again.flow.home.settings()
    again.flow.settings.choose_section("users")
    again.flow.users.remove(user_id)
    assert again.view.step == "own"
    type_pin(again.flow.users, PIN)
    assert again.view.step == "sure"
    assert "Ben Sample" in again.view.button
    again.flow.users.go_on()

    assert [row.name for row in again.view.users] == ["Ana Sample"]
    assert again.store.drafts()[0].answers == draft.answers
    again.flow.lock()


def test_nobody_removes_himself_so_somebody_is_always_left(finger, users):
    me = finger.store.user.user_id
    assert finger.view.users[0].remove_button == ""
    users.remove(me)
    assert finger.view.step == "none"
    add(finger, "Ben Sample")
    users.remove(me)

    assert finger.view.step == "none"
    assert len(finger.tablet.vault.users()) == 2


def test_an_act_that_is_put_down_changes_nobody(finger, users):
    before = finger.tablet.vault.users()
    users.add()
    type_pin(finger.flow.users, PIN)
    users.type_name("Ben Sample")
    users.cancel()

    assert finger.view.step == "none"
    assert finger.tablet.vault.users() == before
    users.add()
    assert finger.view.name == ""


def test_on_a_full_disk_nobody_is_added_and_it_is_said(finger, users):
    users.add()
    type_pin(finger.flow.users, PIN)
    users.type_name("Ben Sample")
    users.go_on()
    type_pin(finger.flow.users, NEW_PIN)
    with a_full_disk():
        type_pin(finger.flow.users, NEW_PIN)

    assert finger.view.error
    assert len(finger.tablet.vault.users()) == 1


def test_no_pin_is_ever_in_a_view(finger, users):
    add(finger, "Ben Sample")

    assert PIN not in repr(finger.seen)
    assert NEW_PIN not in repr(finger.seen)


def test_the_users_screen_can_be_locked_from_and_forgets_who_confirmed(finger, users):
    add(finger, "Ben Sample")
    users.lock()
    assert finger.flow.is_locked
    again = finger.again()
    again.flow.home.settings()
    again.flow.settings.choose_section("users")
    again.flow.users.add()

    assert again.view.step == "own"
    again.flow.lock()
