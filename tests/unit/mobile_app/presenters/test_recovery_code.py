"""The recovery code is shown once, written down and typed back; with it a forgotten PIN or a lost secret is no loss."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import HandwiseError
from tests.pin_and_code import NEW_PIN, code_of, code_of_case_in_hand, switched_on_again, type_pin
from tests.presenter_world import Finger
from tests.tablet_world import PIN


def test_a_group_that_is_not_what_was_shown_is_named_and_no_code_holds(new):
    new.set_up_with_pin()
    groups = {group.number: group.text for group in new.view.page.groups}
    new.flow.recovery_code.go_on()
    first, second = [asked.name for asked in new.view.page.fields]
    new.flow.recovery_code.type_field(first, groups[first])
    new.flow.recovery_code.type_field(second, "0000" if groups[second] != "0000" else "1111")

    new.flow.recovery_code.go_on()

    assert f"Group {second}" in new.view.page.error
    assert not new.tablet.vault.has_recovery_code()
    new.flow.recovery_code.back()
    assert [group.text for group in new.view.page.groups] == list(groups.values())


def test_two_different_groups_are_asked_for_and_small_letters_will_do(new):
    new.set_up_with_pin()
    new.flow.recovery_code.go_on()

    asked = [int(field.name) for field in new.view.page.fields]

    assert len(set(asked)) == 2
    assert set(asked) <= set(range(1, 8))
    new.flow.recovery_code.back()
    new.confirm_recovery_code()
    assert new.tablet.vault.has_recovery_code()


def test_a_new_code_asks_for_the_own_pin_and_ends_the_one_before(finger):
    first = code_of(finger)
    finger.flow.backup.make_code()
    assert finger.view.page.shows_pad
    assert not finger.view.page.groups
    type_pin(finger.flow.recovery_code, "999111")
    assert "Wrong PIN" in finger.view.page.error
    type_pin(finger.flow.recovery_code, PIN)
    finger.confirm_recovery_code()

    with pytest.raises(HandwiseError, match="another recovery code"):
        finger.tablet.vault.check_code(RecoveryCode(first.replace("-", "")))


def test_the_code_shown_is_gone_when_the_screen_is_left(new):
    new.set_up_with_pin()
    shown = [group.text for group in new.view.page.groups]

    new.flow.recovery_code.lock()
    new.type_pin(PIN)
    new.flow.unlock.unlock()
    new.flow.home.do_task()
    new.flow.backup.make_code()

    assert [group.text for group in new.view.page.groups] != shown


def test_another_language_leaves_the_code_in_front_as_it_is(new):
    new.set_up_with_pin()
    shown = new.view.page.groups

    new.flow.manner.speak("ar")
    assert new.view.page.groups == shown
    new.flow.manner.speak("en")


# A forgotten PIN


def forget(finger: Finger) -> Finger:
    finger.flow.lock()
    finger.flow.unlock.forgotten()
    assert finger.screen is Screen.FORGOTTEN_PIN
    return finger


def test_the_code_gives_a_new_pin_and_opens_the_tablet(finger):
    finger.begin_case()
    code = code_of_case_in_hand(finger)
    forget(finger)

    finger.flow.forgotten_pin.type_field("code", code.lower().replace("-", " "))
    finger.flow.forgotten_pin.go_on()
    type_pin(finger.flow.forgotten_pin, NEW_PIN, times=2)

    assert finger.screen is Screen.HOME
    assert len(finger.view.drafts) == 1
    again = switched_on_again(finger)
    again.type_pin(NEW_PIN)
    again.flow.unlock.unlock()
    assert again.screen is Screen.HOME
    again.flow.lock()


def test_a_slip_in_the_code_names_the_group_and_uses_no_try(finger):
    code = code_of(finger)
    forget(finger)
    wrong = "X" if code[11] != "X" else "Y"

    finger.flow.forgotten_pin.type_field("code", code[:11] + wrong + code[12:])
    finger.flow.forgotten_pin.go_on()
    assert "group 3" in finger.view.error
    finger.flow.forgotten_pin.type_field("code", code[:-2])
    assert not finger.view.can_go_on
    finger.flow.forgotten_pin.type_field("code", code + "0")
    finger.flow.forgotten_pin.go_on()

    assert "28" in finger.view.error
    assert finger.tablet.vault.seconds_until_next_code() == 0


def test_another_code_is_said_and_after_four_one_has_to_wait(finger):
    code_of(finger)
    forget(finger)

    for _ in range(4):
        finger.flow.forgotten_pin.type_field("code", RecoveryCode.generate().text)
        finger.flow.forgotten_pin.go_on()
        assert "another recovery code" in finger.view.error
        assert finger.view.step == "code"

    assert "30 seconds" in finger.view.error
    assert not finger.view.can_go_on
    finger.tablet.clock.pass_time(30)
    finger.flow.forgotten_pin.redraw()
    assert finger.view.can_go_on


def test_with_several_users_one_says_whose_pin_is_forgotten(finger):
    ben = finger.tablet.vault.add_user(finger.store, "Ben Sample", "Doctor", "740218")
    code = code_of(finger)
    forget(finger)

    finger.flow.forgotten_pin.choose(ben.user_id)
    finger.flow.forgotten_pin.type_field("code", code)
    finger.flow.forgotten_pin.go_on()
    type_pin(finger.flow.forgotten_pin, NEW_PIN, times=2)

    assert finger.store.user == ben
    finger.flow.lock()
    finger.flow.unlock.choose_user(finger.tablet.vault.users()[0].user_id)
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.HOME


def test_a_tablet_whose_secret_is_lost_says_so_and_opens_with_the_code(finger):
    code = code_of(finger)
    finger.flow.lock()
    (finger.tablet.folder / "device" / "secret").unlink()
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    assert "recovery code" in finger.view.error

    finger.flow.unlock.forgotten()
    finger.flow.forgotten_pin.type_field("code", code)
    finger.flow.forgotten_pin.go_on()
    type_pin(finger.flow.forgotten_pin, NEW_PIN, times=2)

    assert finger.screen is Screen.HOME
