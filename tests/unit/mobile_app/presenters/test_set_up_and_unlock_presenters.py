"""A tablet is made ready once, opens only with its PIN, and shows nothing before."""

from __future__ import annotations

from mobile_app.navigation import Screen
from mobile_app.presenters.unlock import initials_of
from shared.errors import StoreDamaged
from tests.presenter_world import Finger, a_finger
from tests.tablet_world import PIN, a_tablet


def test_a_new_tablet_asks_for_a_name_and_a_pin_twice_and_opens(tmp_path):
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.flow.start()
        assert finger.screen is Screen.SET_UP
        finger.flow.set_up.go_on()
        finger.flow.set_up.go_on()
        assert not finger.view.can_go_on
        finger.flow.set_up.type_name("  Ana Sample ")
        finger.flow.set_up.choose_role("Doctor")
        finger.flow.set_up.go_on()
        assert (finger.view.step, finger.view.rings_filled, finger.view.can_go_on) == ("pin", 0, False)
        for digit in PIN:
            finger.flow.set_up.press(digit)
        assert finger.view.rings_filled == 6
        finger.flow.set_up.go_on()
        for digit in PIN:
            finger.flow.set_up.press(digit)
        finger.flow.set_up.go_on()

        assert finger.screen is Screen.RECOVERY_CODE
        (user,) = tablet.vault.users()
        assert (user.name, user.role) == ("Ana Sample", "Doctor")
        finger.flow.lock()


def test_two_different_pins_and_a_row_of_digits_are_refused_in_one_sentence(tmp_path):
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.flow.start()
        finger.flow.set_up.go_on()
        finger.flow.set_up.go_on()
        finger.flow.set_up.type_name("Ana")
        finger.flow.set_up.go_on()
        for typed in (("482913", "482914"), ("123456",)):
            for digits in typed:
                for digit in digits:
                    finger.flow.set_up.press(digit)
                finger.flow.set_up.go_on()
            assert finger.view.step == "pin"
            assert finger.view.error
            assert "482913" not in finger.view.error
        assert finger.screen is Screen.SET_UP
        assert not tablet.vault.users()


def test_the_pin_is_never_in_a_view(tmp_path):
    # Set up here: the pads on which the PIN was chosen are among what was seen.
    with a_finger(tmp_path) as finger:
        finger.flow.lock()
        finger.type_pin(PIN)

        assert PIN not in repr(finger.seen)
        assert finger.view.rings_filled == 6


def test_a_wrong_pin_says_so_and_the_pad_stays_off_while_the_delay_runs(finger):
    finger.flow.lock()
    for _ in range(6):
        finger.type_pin("135792")
        finger.flow.unlock.unlock()
        if not finger.view.is_pad_on:
            break

    assert finger.screen is Screen.UNLOCK
    assert finger.view.error.startswith("Wrong PIN. Next try in ")
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.UNLOCK
    first = finger.view.error
    finger.tablet.clock.pass_time(10)
    finger.flow.tick()
    assert finger.view.error != first
    finger.tablet.clock.pass_time(3600)
    finger.flow.tick()
    assert finger.view.is_pad_on
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.HOME


def test_before_unlocking_no_view_holds_anything_of_a_case(finger):
    finger.save_boy()
    code = finger.view.recent[0].name
    finger.flow.lock()
    finger.seen.clear()
    finger.flow.unlock.open()

    assert code not in repr(finger.seen)
    assert "hand" not in repr(finger.seen)


def test_locking_drops_every_presenter_that_has_read_the_store(finger):
    finger.flow.lock()

    assert finger.flow.is_locked
    assert not hasattr(finger.flow, "home")
    assert finger.screen is Screen.UNLOCK


def test_a_tablet_that_nobody_touches_locks_by_itself(finger):
    finger.begin_questions()
    finger.seconds = 119
    finger.flow.tick()
    assert not finger.flow.is_locked
    finger.flow.touched()
    finger.seconds = 200
    finger.flow.tick()
    assert not finger.flow.is_locked
    finger.seconds = 240
    finger.flow.tick()

    assert finger.flow.is_locked


def test_initials_leave_titles_out():
    assert [initials_of(name) for name in ("Nurse 1", "Dr A", "Ana Sample", "Dr")] == ["N1", "A", "AS", "D"]


def test_a_damaged_keyring_is_a_sentence_on_the_unlock_screen_and_not_a_new_tablet(finger):
    finger.flow.lock()
    for copy in finger.tablet.store_folder.glob("keyring*"):
        copy.write_bytes(b"not a keyring")

    again = Finger(finger.tablet)
    again.flow.start()
    again.flow.tick()
    again.type_pin(PIN)
    again.flow.unlock.unlock()

    assert again.screen is Screen.UNLOCK
    assert again.view.error == str(StoreDamaged())
    assert (again.view.tiles, again.view.is_pad_on, again.view.can_unlock) == ((), False, False)


def test_a_keyring_that_gets_damaged_while_the_pad_is_shown_is_a_sentence_too(finger):
    finger.flow.lock()
    for copy in finger.tablet.store_folder.glob("keyring*"):
        copy.write_bytes(b"not a keyring")
    finger.flow.unlock.press("1")

    assert finger.view.error == str(StoreDamaged())


def test_a_long_wait_is_said_in_minutes(finger):
    finger.flow.lock()
    for _ in range(6):
        finger.tablet.clock.pass_time(
            finger.tablet.vault.seconds_until_next_try(finger.tablet.vault.users()[0].user_id)
        )
        finger.type_pin("111112")
        finger.flow.unlock.unlock()

    assert finger.view.error == "Wrong PIN. Next try in 5 minutes."
