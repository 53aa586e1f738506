"""What a clinic chooses holds at once, is kept at once, and is there for the next user."""

from __future__ import annotations

import pytest

from mobile_app.device.preferences import FilePreferences
from mobile_app.locked_ports import LOCK_TIMES_S, Preferences
from mobile_app.navigation import Screen
from mobile_app.presenters.setting_lines import MAX_WARDS
from shared.case.entry import Quantity
from tests.book import the_book
from tests.presenter_world import Finger, a_full_disk
from tests.tablet_world import PIN


@pytest.fixture
def settings(finger):
    open_settings(finger)
    return finger.flow.settings


def open_settings(finger: Finger) -> None:
    finger.flow.home.settings()
    assert finger.screen is Screen.SETTINGS


def line(finger: Finger, setting: str):
    (found,) = [one for one in finger.view.settings if one.setting == setting]
    return found


def chosen(finger: Finger, setting: str) -> list[str]:
    return [option.value for option in line(finger, setting).options if option.is_chosen]


def test_every_section_has_something_to_set_or_a_screen_of_its_own(finger, settings):
    for section in finger.view.sections:
        if not section.leads_away:
            settings.choose_section(section.section)
            assert finger.screen is Screen.SETTINGS
            assert finger.view.title == section.title
            assert finger.view.settings or finger.view.state
    for section in finger.view.sections:
        if section.leads_away:
            settings.choose_section(section.section)
            assert finger.screen is not Screen.SETTINGS
            finger.flow.presenter(finger.screen).back()
            assert finger.screen is Screen.SETTINGS
    settings.back()
    assert finger.screen is Screen.HOME


def test_large_text_holds_at_once_and_after_a_restart(finger, settings):
    worn: list[Preferences] = []
    finger.flow.manner.worn_by(worn.append)

    settings.choose("size", "large")

    assert worn[-1].is_large
    assert chosen(finger, "size") == ["large"]
    again = finger.again()
    assert again.flow.manner.now.is_large


def test_movement_can_be_switched_off(finger, settings):
    settings.choose("motion", "less")

    assert chosen(finger, "motion") == ["less"]
    assert FilePreferences(finger.tablet.folder / "preferences.json").read().less_motion


def test_what_cannot_be_written_down_holds_all_the_same_and_is_said(finger, settings):
    with a_full_disk():
        settings.choose("size", "large")

    assert finger.flow.manner.now.is_large
    assert finger.view.error
    assert not FilePreferences(finger.tablet.folder / "preferences.json").read().is_large


def test_only_measurements_with_more_than_one_unit_are_asked_about(finger, settings):
    settings.choose_section("units")

    asked = {one.setting.removeprefix("unit:") for one in finger.view.settings}
    assert {"temperature", "crp", "calcium"} <= asked
    assert asked <= the_book().measurements.keys()
    assert not {"esr", "spo2", "onset_days", "heart_rate"} & asked
    assert all(len(one.options) > 1 for one in finger.view.settings)


def test_a_measurement_starts_with_the_unit_of_the_clinics_slips(finger, settings):
    settings.choose_section("units")
    settings.choose("unit:crp", "mg/dL")
    assert chosen(finger, "unit:crp") == ["mg/dL"]
    settings.back()
    finger.begin_questions()
    for _ in range(40):
        if finger.screen is Screen.MEASUREMENT and finger.item == "crp":
            break
        finger.answer({"recent_hospital_admission": "yes"})

    assert finger.item == "crp"
    assert finger.view.unit == "mg/dL"
    finger.flow.measurement.press("2")
    finger.flow.measurement.save()
    assert finger.store.drafts()[0].answers["crp"] == Quantity(2.0, "mg/dL")


def test_a_unit_that_the_measurement_does_not_have_changes_nothing(finger, settings):
    settings.choose_section("units")
    settings.choose("unit:crp", "kg")
    settings.choose("unit:nothing", "mg/L")

    assert dict(finger.store.settings.read().units) == {}


def test_a_new_case_begins_with_what_the_clinic_has(finger, settings):
    settings.choose_section("clinic")
    settings.choose("resources", "xray")
    settings.choose("resources", "surgery")
    settings.back()
    finger.flow.home.new_case()
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")

    assert finger.store.drafts()[0].answers["resources"] == ("surgery", "xray")
    ticked = [option.value for option in finger.view.resources if option.is_chosen]
    assert sorted(ticked) == ["surgery", "xray"]


def test_a_clinic_with_nothing_is_not_one_that_said_nothing(finger, settings):
    settings.choose_section("clinic")
    assert finger.store.settings.read().resources is None
    settings.choose("resources", "nothing")
    assert chosen(finger, "resources") == ["nothing"]
    settings.back()
    finger.flow.home.new_case()
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")

    assert finger.store.drafts()[0].answers["resources"] == ()


def test_the_clinics_name_is_kept_letter_by_letter(finger, settings):
    settings.choose_section("clinic")
    for typed in ("Ma", "Marigold", "Marigold "):
        settings.type("clinic", typed)

    assert finger.store.settings.read().clinic == "Marigold"
    assert finger.again().store.settings.read().clinic == "Marigold"


def test_a_name_that_cannot_be_kept_stays_in_its_field(finger, settings):
    settings.choose_section("clinic")
    settings.type("clinic", "Marigold")
    with a_full_disk():
        settings.type("clinic", "Marigold clinic")
        assert finger.view.error
        assert line(finger, "clinic").text == "Marigold clinic"

    assert finger.store.settings.read().clinic == "Marigold"


def test_wards_are_added_once_and_taken_away(finger, settings):
    settings.choose_section("clinic")
    for ward in ("  Ward   3 ", "Newborns", "Ward 3", "   "):
        settings.type("wards", ward)
        settings.add()
    assert finger.store.settings.read().wards == ("Ward 3", "Newborns")
    settings.remove("Ward 3")

    assert finger.store.settings.read().wards == ("Newborns",)


def test_there_is_a_last_ward_and_it_is_said(finger, settings):
    settings.choose_section("clinic")
    for number in range(MAX_WARDS + 1):
        settings.type("wards", f"Ward {number}")
        settings.add()

    assert len(finger.store.settings.read().wards) == MAX_WARDS
    assert str(MAX_WARDS) in finger.view.error
    assert line(finger, "wards").text == f"Ward {MAX_WARDS}"


@pytest.mark.parametrize("seconds", LOCK_TIMES_S)
def test_the_tablet_locks_after_the_time_that_was_chosen(finger, settings, seconds):
    settings.choose_section("lock")
    settings.choose("lock", str(seconds))
    finger.flow.touched()
    finger.seconds = seconds - 1
    finger.flow.tick()
    assert not finger.flow.is_locked
    finger.seconds = seconds
    finger.flow.tick()

    assert finger.flow.is_locked


def test_a_time_that_is_not_offered_changes_nothing(finger, settings):
    settings.choose_section("lock")
    settings.choose("lock", "86400")

    assert finger.store.settings.read().lock_after_s == 120


def test_an_unconnected_tablet_is_told_so_and_led_to_where_it_is_connected(finger, settings):
    settings.choose_section("connection")
    assert "Not connected" in finger.view.state
    settings.press_button()

    assert finger.screen is Screen.CONNECT


def test_what_one_user_chose_holds_for_another(finger, settings):
    settings.choose("size", "large")
    settings.choose_section("lock")
    settings.choose("lock", "300")
    other = finger.tablet.vault.add_user(finger.store, "Ben Sample", "Doctor", "907132")
    finger.flow.lock()
    finger.flow.unlock.choose_user(other.user_id)
    finger.type_pin("907132")
    finger.flow.unlock.unlock()
    open_settings(finger)
    finger.flow.settings.choose_section("lock")

    assert chosen(finger, "lock") == ["300"]
    assert finger.flow.manner.now.is_large


def test_another_user_goes_on_with_the_draft_at_the_same_question(finger):
    finger.begin_questions()
    finger.answer({})
    item, answers = finger.item, finger.store.drafts()[0].answers
    other = finger.tablet.vault.add_user(finger.store, "Ben Sample", "Doctor", "907132")
    finger.flow.lock()
    finger.flow.unlock.choose_user(other.user_id)
    finger.type_pin("907132")
    finger.flow.unlock.unlock()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)

    assert finger.item == item
    assert finger.store.drafts()[0].answers == answers


def test_nothing_of_the_encrypted_settings_is_shown_before_unlocking(finger, settings):
    settings.choose_section("clinic")
    settings.type("clinic", "Marigold")
    settings.type("wards", "Newborns")
    settings.add()
    finger.flow.lock()
    finger.seen.clear()
    finger.flow.unlock.open()
    finger.type_pin(PIN[:3])

    assert "Marigold" not in repr(finger.seen)
    assert "Newborns" not in repr(finger.seen)


def test_settings_can_be_locked_from(finger, settings):
    settings.lock()

    assert finger.flow.is_locked
    assert finger.screen is Screen.UNLOCK
