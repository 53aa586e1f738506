"""A backup is made with a tap and comes back on a new tablet, or on one whose file is damaged, as a finger does it."""

from __future__ import annotations

from pathlib import Path

from mobile_app import language
from mobile_app.language import PSEUDO
from mobile_app.navigation import Screen
from shared.crypto.recovery_code import RecoveryCode
from tests.pin_and_code import NEW_PIN, code_of, code_of_case_in_hand, type_pin
from tests.presenter_world import Finger
from tests.tablet_world import PIN, TestTablet


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
    type_pin(other.flow.restore, NEW_PIN, times=2)
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
    type_pin(finger.flow.restore, NEW_PIN, times=2)

    assert finger.screen is Screen.HOME
    assert len(finger.view.recent) == 1
    (aside,) = finger.tablet.folder.glob("store.put-aside-*")
    assert (aside / "cases.db").stat().st_size == 6000
