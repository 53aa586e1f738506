"""First start, the recovery code, a forgotten PIN, backup and restore, as a finger does them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app import language
from mobile_app.language import PSEUDO
from mobile_app.navigation import Screen
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import HandwiseError
from tests.presenter_world import Finger, a_finger
from tests.tablet_world import PIN, TestTablet, a_tablet

NEW_PIN = "385201"


@pytest.fixture
def new(tmp_path):
    """A new tablet, switched on."""
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.flow.start()
        yield finger
        finger.flow.lock()


@pytest.fixture
def finger(tmp_path):
    with a_finger(tmp_path) as finger:
        yield finger


def switched_on_again(finger: Finger) -> Finger:
    """The same tablet after its app was killed."""
    if finger.flow.store is not None:
        finger.flow.store.close()
    again = Finger(finger.tablet)
    again.flow.start()
    return again


def type_pin(presenter, pin: str = NEW_PIN, times: int = 2) -> None:
    for _ in range(times):
        for digit in pin:
            presenter.press(digit)
        presenter.go_on()


def code_of(finger: Finger) -> str:
    """Make a new recovery code on an unlocked tablet and return it."""
    finger.flow.home.settings()
    finger.flow.settings.choose_section("backup")
    finger.flow.backup.make_code()
    if finger.view.page.shows_pad:
        type_pin(finger.flow.recovery_code, PIN, times=1)
    code = finger.confirm_recovery_code()
    finger.flow.recovery_code.go_on()
    assert finger.screen is Screen.BACKUP
    return code


# First start


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
    type_pin(new.flow.set_up, PIN)

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
    type_pin(new.flow.set_up, PIN, times=1)
    type_pin(new.flow.set_up, NEW_PIN, times=1)

    assert "differ" in new.view.error
    assert new.tablet.vault.users() == ()
    type_pin(new.flow.set_up, "123456")
    assert new.view.step == "pin"
    assert new.view.error
    assert new.tablet.vault.users() == ()


def test_back_goes_one_step_back_with_what_was_typed(new):
    new.flow.set_up.go_on()
    new.flow.set_up.type_field("clinic", "Clinic A")
    new.flow.set_up.go_on()
    new.flow.set_up.type_name("Ana")
    new.flow.set_up.go_on()
    type_pin(new.flow.set_up, PIN, times=1)

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


# The recovery code


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
    type_pin(finger.flow.recovery_code, "999111", times=1)
    assert "Wrong PIN" in finger.view.page.error
    type_pin(finger.flow.recovery_code, PIN, times=1)
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
    type_pin(finger.flow.forgotten_pin)

    assert finger.screen is Screen.HOME
    assert len(finger.view.drafts) == 1
    again = switched_on_again(finger)
    again.type_pin(NEW_PIN)
    again.flow.unlock.unlock()
    assert again.screen is Screen.HOME
    again.flow.lock()


def code_of_case_in_hand(finger: Finger) -> str:
    finger.flow.lock()
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    return code_of(finger)


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
    type_pin(finger.flow.forgotten_pin)

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
    type_pin(finger.flow.forgotten_pin)

    assert finger.screen is Screen.HOME


# Backup and restore


def back_up(finger: Finger) -> Path:
    finger.flow.backup.back_up()
    assert finger.view.error == ""
    assert "written and checked" in finger.view.done
    return next((finger.tablet.folder / "stick").iterdir())


def test_a_backup_is_made_with_a_tap_and_its_day_and_cases_are_said(finger):
    finger.save_boy()
    code_of_case_in_hand(finger)
    assert finger.view.last == ()

    file = back_up(finger)

    assert "1 case" in finger.view.done
    assert [line.value for line in finger.view.last][1:] == ["1 case"]
    assert finger.view.last_note == file.name


def test_what_a_backup_holds_is_said_in_the_language_chosen_afterwards(finger):
    finger.save_boy()
    code_of_case_in_hand(finger)
    back_up(finger)
    english = finger.view.done

    try:
        assert finger.flow.manner.speak(PSEUDO.code) == ""
        assert finger.view.done.startswith("⟦")
        finger.flow.manner.speak("en")
    finally:
        language.use("en")

    assert finger.view.done == english


def test_a_folder_that_cannot_be_written_to_is_a_sentence(finger):
    code_of(finger)
    finger.flow.backup.type_field("folder", "/proc/none")

    finger.flow.backup.back_up()

    assert "cannot be written there" in finger.view.error
    assert finger.view.done == ""


def restored(finger: Finger, folder: Path, code: str, file: Path) -> Finger:
    other = Finger(TestTablet(folder))
    other.flow.start()
    other.flow.set_up.other()
    assert other.screen is Screen.RESTORE
    other.flow.restore.type_field("path", str(file))
    other.flow.restore.go_on()
    assert other.view.step == "code", other.view.error
    other.flow.restore.type_field("code", code)
    other.flow.restore.go_on()
    assert other.view.step == "who", other.view.error
    other.flow.restore.type_field("name", "Ben Sample")
    other.flow.restore.go_on()
    type_pin(other.flow.restore)
    return other


def test_a_backup_comes_back_on_a_new_tablet_in_five_steps(finger, tmp_path):
    finger.save_boy()
    code = code_of_case_in_hand(finger)
    file = back_up(finger)

    other = restored(finger, tmp_path / "other", code, file)

    assert other.screen is Screen.HOME
    assert len(other.view.recent) == 1
    assert other.view.task is None
    assert other.store.device != finger.store.device
    other.flow.home.settings()
    other.flow.settings.choose_section("backup")
    assert other.view.former_title == "Tablet before this one"
    assert "1 entry" in other.view.former_note
    other.flow.lock()


def test_the_restore_says_what_is_wrong_with_file_and_code_and_goes_on_from_there(finger, tmp_path):
    code = code_of(finger)
    file = back_up(finger)
    damaged = tmp_path / "damaged.hwb"
    damaged.write_bytes(file.read_bytes()[:5000] + b"x" + file.read_bytes()[5001:])
    other = Finger(TestTablet(tmp_path / "other"))
    other.flow.start()
    other.flow.set_up.other()
    assert not other.view.can_go_on

    other.flow.restore.type_field("path", str(damaged))
    other.flow.restore.go_on()
    assert "damaged" in other.view.error
    other.flow.restore.type_field("path", str(file))
    other.flow.restore.go_on()
    other.flow.restore.type_field("code", RecoveryCode.generate().text)
    other.flow.restore.go_on()
    assert "another recovery code" in other.view.error
    other.flow.restore.type_field("code", code)
    other.flow.restore.go_on()
    assert other.view.step == "who"
    for _ in range(3):
        other.flow.restore.back()
    assert (other.screen, other.view.step) == (Screen.SET_UP, "language")


def test_a_backup_on_the_stick_is_found_and_chosen(finger):
    code_of(finger)
    file = back_up(finger)
    other = Finger(TestTablet(finger.tablet.folder / "other"))
    stick = other.tablet.folder / "stick"
    stick.mkdir(parents=True)
    (stick / file.name).write_bytes(file.read_bytes())
    other.flow.start()

    other.flow.set_up.other()

    assert [(tile.title, tile.is_chosen) for tile in other.view.tiles] == [(file.name, True)]
    assert other.view.can_go_on


def test_a_tablet_whose_file_is_damaged_offers_the_restore_and_keeps_what_is_there(finger):
    finger.save_boy()
    code = code_of_case_in_hand(finger)
    file = back_up(finger)
    finger.flow.lock()
    cases = finger.tablet.store_folder / "cases.db"
    cases.write_bytes(cases.read_bytes()[:6000])
    assert finger.view.forgotten_button == "Forgotten PIN"
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    assert finger.view.forgotten_button == "Restore a backup"

    finger.flow.unlock.forgotten()
    assert any("kept beside it" in note.text for note in finger.view.notes)
    finger.flow.restore.type_field("path", str(file))
    finger.flow.restore.go_on()
    finger.flow.restore.type_field("code", code)
    finger.flow.restore.go_on()
    finger.flow.restore.type_field("name", "Ben Sample")
    finger.flow.restore.go_on()
    type_pin(finger.flow.restore)

    assert finger.screen is Screen.HOME
    assert len(finger.view.recent) == 1
    (aside,) = finger.tablet.folder.glob("store.put-aside-*")
    assert (aside / "cases.db").stat().st_size == 6000
