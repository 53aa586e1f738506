"""A new tablet asks for its language, clinic, person and PIN; switched off at any step, it goes on or begins anew."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from tests.pin_and_code import NEW_PIN, switched_on_again, type_pin
from tests.tablet_world import PIN


def test_a_new_tablet_asks_for_language_clinic_person_and_pin_and_shows_the_code(new):
    seen = [new.view.step]
    assert [tile.title for tile in new.view.tiles][:1] == ["English"]
    new.flow.set_up.go_on()
    seen.append(new.view.step)
    new.flow.set_up.type_field("clinic", "  Children's   clinic ")
    new.flow.set_up.go_on()
    seen.append(new.view.step)
    assert not new.view.can_go_on
    new.flow.set_up.type_field("who", "Ana Sample")
    new.flow.set_up.choose_role("Doctor")
    new.flow.set_up.go_on()
    seen.append(new.view.step)
    type_pin(new.flow.set_up, PIN, times=2)

    assert seen == ["language", "clinic", "who", "pin"]
    assert new.screen is Screen.RECOVERY_CODE
    assert [len(group.text) for group in new.view.page.groups] == [4] * 7
    assert new.store.settings.read().clinic == "Children's clinic"
    assert [(user.name, user.role) for user in new.tablet.vault.users()] == [("Ana Sample", "Doctor")]


def test_the_language_chosen_first_is_spoken_from_the_next_word_on_and_kept(new, monkeypatch):
    monkeypatch.setattr("shared.language.languages.is_complete", lambda _code, **_: True)
    before = new.view.title

    new.flow.set_up.choose("fr")

    assert new.view.step == "language"
    assert [tile.value for tile in new.view.tiles if tile.is_chosen] == ["fr"]
    assert switched_on_again(new).flow.manner.now.language == "fr"
    new.flow.set_up.choose("en")
    assert new.view.title == before


def test_two_pins_that_differ_are_typed_again_and_nothing_is_made(new):
    new.flow.set_up.go_on()
    new.flow.set_up.go_on()
    new.flow.set_up.type_name("Ana Sample")
    new.flow.set_up.go_on()
    type_pin(new.flow.set_up, PIN)
    type_pin(new.flow.set_up, NEW_PIN)

    assert "differ" in new.view.error
    assert new.tablet.vault.users() == ()
    type_pin(new.flow.set_up, "123456", times=2)
    assert new.view.step == "pin"
    assert new.view.error
    assert new.tablet.vault.users() == ()


def test_back_goes_one_step_back_with_what_was_typed(new):
    new.flow.set_up.go_on()
    new.flow.set_up.type_field("clinic", "Clinic A")
    new.flow.set_up.go_on()
    new.flow.set_up.type_name("Ana")
    new.flow.set_up.go_on()
    type_pin(new.flow.set_up, PIN)

    steps = []
    for _ in range(5):
        new.flow.set_up.back()
        steps.append(new.view.step)

    assert steps == ["pin", "who", "clinic", "language", "language"]
    new.flow.set_up.go_on()
    assert new.view.fields[0].value == "Clinic A"


@pytest.mark.parametrize("steps", range(4))
def test_switched_off_before_the_pin_was_typed_twice_it_is_a_new_tablet(new, steps):
    for step in range(steps):
        if step == 2:
            new.flow.set_up.type_name("Ana Sample")
        new.flow.set_up.go_on()
    for digit in PIN:
        new.flow.set_up.press(digit)

    again = switched_on_again(new)

    assert (again.screen, again.view.step) == (Screen.SET_UP, "language")


def test_switched_off_before_the_code_was_confirmed_the_start_screen_asks_for_one(new):
    new.set_up_with_pin()
    first = [group.text for group in new.view.page.groups]
    new.flow.recovery_code.go_on()

    again = switched_on_again(new)
    assert again.screen is Screen.UNLOCK
    again.type_pin(PIN)
    again.flow.unlock.unlock()

    assert again.view.task is not None
    again.flow.home.do_task()
    assert not again.view.can_back_up
    assert "no recovery code" in again.view.code_note.text
    again.flow.backup.make_code()
    assert [group.text for group in again.view.page.groups] != first
    again.confirm_recovery_code()
    again.flow.recovery_code.go_on()
    assert again.view.can_back_up
    again.flow.backup.back()
    again.flow.settings.back()
    assert again.view.task is None
    again.flow.lock()


def test_after_the_code_the_tablet_is_connected_now_or_later(new):
    new.set_up_with_pin()
    new.confirm_recovery_code()
    assert (new.view.page.button, new.view.page.other_button) == ("Connect now", "Later")

    new.flow.recovery_code.go_on()
    assert new.screen is Screen.CONNECT
    new.flow.connect.back()

    assert new.screen is Screen.HOME
    assert new.view.task is None


def test_the_code_cannot_be_passed_by_while_the_tablet_is_set_up(new):
    new.set_up_with_pin()

    new.flow.recovery_code.back()
    assert new.screen is Screen.RECOVERY_CODE
    new.flow.recovery_code.other()
    assert new.screen is Screen.RECOVERY_CODE
    assert not new.tablet.vault.has_recovery_code()
