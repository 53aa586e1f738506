"""Places that differ left and right are never recorded with a wrong side; a birth date gives the age and stays here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mobile_app.navigation import Screen
from mobile_app.ports.settings import Settings
from tests.presenter_world import Finger


def draft_of(finger: Finger):
    (draft,) = finger.store.drafts()
    return draft


def tap(finger: Finger, *places: tuple[str, str]) -> None:
    finger.flow.home.new_case()
    for region, side in places:
        finger.flow.new_case.toggle_place(region, side)


def type_birth(finger: Finger, day: str, month: str, year: str) -> None:
    finger.flow.new_case.change_age_entry()
    for part, text in (("day", day), ("month", month), ("year", year)):
        finger.flow.new_case.type_birth(part, text)


def test_both_hands_are_both_sides(finger):
    tap(finger, ("hand", "left"), ("hand", "right"))

    assert draft_of(finger).answers == {"region": ("hand",), "side": "both"}
    assert finger.view.sides is None


def test_left_hand_and_right_foot_record_no_side_until_it_is_said_what_the_case_is_about(finger):
    tap(finger, ("hand", "left"), ("foot", "right"))

    assert not {"region", "side"} & draft_of(finger).answers.keys()
    assert [option.label for option in finger.view.sides.options] == ["Left hand only", "Right foot only", "All of it"]
    finger.flow.new_case.go_on()
    assert finger.view.error == "Choose what this case is about: left, right, or all of it."


def test_one_side_alone_keeps_its_places_only(finger):
    tap(finger, ("hand", "left"), ("foot", "right"))
    finger.flow.new_case.choose_sides("right")

    assert draft_of(finger).answers == {"region": ("foot",), "side": "right"}
    assert [chip.label for chip in finger.view.chips] == ["Right foot"]
    assert draft_of(finger).local.places == ""


def test_all_of_it_is_both_sides_and_says_so_while_the_tablet_keeps_which_is_where(finger):
    tap(finger, ("hand", "left"), ("foot", "right"))
    finger.flow.new_case.choose_sides("both")

    assert draft_of(finger).answers == {"region": ("foot", "hand"), "side": "both"}
    assert finger.view.sides.note == ("Sent as: foot and hand on both sides. Which is where stays on this tablet.")
    assert draft_of(finger).local.places == "foot-right,hand-left"
    finger.flow.new_case.toggle_place("wrist", "left")
    assert draft_of(finger).answers["region"] == ("foot", "hand", "wrist")


@pytest.mark.parametrize("is_decided", [True, False])
def test_places_that_differ_come_back_each_on_its_side_after_the_tablet_was_switched_off(finger, is_decided):
    tap(finger, ("hand", "left"), ("foot", "right"))
    if is_decided:
        finger.flow.new_case.choose_sides("both")
    draft_id = draft_of(finger).draft_id

    again = finger.again()
    again.flow.home.resume(draft_id)

    assert [chip.label for chip in again.view.chips] == ["Right foot", "Left hand"]
    assert ("region" in draft_of(again).answers) is is_decided
    again.flow.lock()


def test_a_birth_date_gives_the_age_on_this_day_in_words(finger):
    finger.flow.home.new_case()
    type_birth(finger, "21", "2", "2026")

    assert finger.view.age_echo == "8 months · 273 days · infant"
    assert draft_of(finger).answers == {"age_days": 273}
    assert draft_of(finger).local.birth_date == "2026-2-21"
    assert (finger.view.age_label, finger.view.birth_button) == ("Birth date", "Age instead")


@pytest.mark.parametrize(
    ("day", "month", "year", "words"),
    [
        ("30", "2", "2026", "There is no such date. Check day, month and year."),
        ("1", "13", "2026", "There is no such date. Check day, month and year."),
        ("x", "1", "2026", "There is no such date. Check day, month and year."),
        ("22", "11", "2026", "This date is in the future. Check day, month and year."),
        ("1", "1", "2001", "Handwise is for children under 18 years. Check the date."),
    ],
)
def test_a_date_that_is_no_childs_is_one_clear_line_and_no_age(finger, day, month, year, words):
    finger.flow.home.new_case()
    type_birth(finger, day, month, year)

    assert finger.view.age_error == words
    assert "age_days" not in draft_of(finger).answers
    assert [field.value for field in finger.view.birth] == [day, month, year]


def test_a_date_still_being_typed_is_no_fault(finger):
    finger.flow.home.new_case()
    type_birth(finger, "21", "2", "202")

    assert (finger.view.age_error, finger.view.age_echo) == ("", "")


def test_a_half_typed_birth_date_comes_back_after_the_tablet_was_switched_off(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.type_local("record_number", "4711")
    type_birth(finger, "21", "", "")
    draft_id = draft_of(finger).draft_id

    again = finger.again()
    again.flow.home.resume(draft_id)

    assert [field.value for field in again.view.birth] == ["21", "", ""]
    assert again.view.local_fields[0].value == "4711"
    again.flow.lock()


def test_the_age_of_a_draft_is_that_of_the_day_on_which_it_goes_on(finger):
    tap(finger, ("hand", "left"))
    type_birth(finger, "20", "11", "2026")
    finger.flow.new_case.choose_sex("male")
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")
    assert draft_of(finger).answers["age_days"] == 1
    finger.tablet.clock.wall += timedelta(days=1)
    finger.flow.new_case.go_on()

    assert finger.screen is Screen.DANGER_SIGNS
    assert draft_of(finger).answers["age_days"] == 2


def test_an_age_instead_of_a_birth_date_keeps_no_date(finger):
    finger.flow.home.new_case()
    type_birth(finger, "21", "2", "2026")
    finger.flow.new_case.change_age_entry()

    assert draft_of(finger).local.birth_date == ""
    assert finger.view.birth == ()


def test_the_birth_date_is_in_nothing_that_is_sent(finger):
    tap(finger, ("hand", "left"), ("foot", "right"))
    finger.flow.new_case.choose_sides("both")
    type_birth(finger, "21", "2", "2026")
    finger.flow.new_case.choose_sex("male")
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")
    finger.flow.new_case.go_on()
    case_id = finger.save_from_danger_signs()

    (entry,) = finger.store.log(case_id)
    sent = repr(finger.store.sent_form(entry.id))
    assert "2026-2" not in sent
    assert "foot-right" not in sent
    assert "'foot', 'hand'" in sent
    finger.flow.home.open_case(case_id)
    assert set(finger.view.local) == {"Born: 21 Feb 2026", "Swollen: left hand and right foot"}


def test_the_clinics_wards_can_be_chosen_and_another_typed(finger):
    finger.store.settings.keep(Settings(wards=("Jasmine", "Surgery")))
    finger.flow.home.new_case()
    assert [ward.label for ward in finger.view.wards] == ["Jasmine", "Surgery"]
    finger.flow.new_case.choose_ward("Jasmine")
    assert draft_of(finger).local.ward == "Jasmine"
    finger.flow.new_case.choose_ward("Jasmine")
    assert draft_of(finger).local.ward == ""
    finger.flow.new_case.type_local("ward", "Corridor")

    assert draft_of(finger).local.ward == "Corridor"
    assert not any(ward.is_chosen for ward in finger.view.wards)


@pytest.mark.parametrize(
    ("day", "month", "year"), [("١٢", "٢", "٢٠٢٦"), ("１２", "２", "２０２６"), (" 12", "2 ", "2026")]
)
def test_a_birth_date_in_other_digits_is_kept_as_a_date_and_shown_with_the_case(finger, day, month, year):
    tap(finger, ("hand", "left"))
    type_birth(finger, day, month, year)

    assert draft_of(finger).local.birth_date == "2026-2-12"
    finger.flow.new_case.choose_sex("male")
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")
    finger.flow.new_case.go_on()
    finger.flow.home.open_case(finger.save_from_danger_signs())

    assert "Born: 12 Feb 2026" in finger.view.local


@pytest.mark.parametrize("month", ["+2", "1_1", "-2", "²"])
def test_a_sign_among_the_digits_is_no_date(finger, month):
    tap(finger, ("hand", "left"))
    type_birth(finger, "1", month, "2026")

    assert "age_days" not in draft_of(finger).answers
    assert finger.view.age_error.startswith("There is no such date")
