"""Where the swelling is, and who the child is."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen


def test_a_typed_age_is_echoed_in_days_and_as_an_age_group(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.choose_age_unit("months")
    finger.flow.new_case.type_age("9")

    assert finger.view.age_echo == "9 months · 274 days · infant"
    assert finger.store.drafts()[0].answers["age_days"] == 274


@pytest.mark.parametrize(
    ("text", "unit"), [("19", "yr"), ("-3", "d"), ("nine", "months"), ("1e400", "d"), ("nan", "d")]
)
def test_what_is_not_an_age_of_a_child_is_refused_in_one_sentence(finger, text, unit):
    finger.flow.home.new_case()
    finger.flow.new_case.choose_age_unit(unit)
    finger.flow.new_case.type_age(text)

    assert finger.view.age_error == "Type a number. Handwise is for children under 18 years."
    assert finger.view.age_text == text
    assert finger.view.age_echo == ""


def test_chosen_places_stand_as_chips_and_a_second_tap_takes_one_away(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.toggle_place("hand", "left")
    finger.flow.new_case.toggle_place("wrist", "left")
    finger.flow.new_case.toggle_place("foot", "left")
    finger.flow.new_case.toggle_place("foot", "left")

    assert [chip.label for chip in finger.view.chips] == ["Left wrist", "Left hand"]
    draft = finger.store.drafts()[0]
    assert (draft.answers["region"], draft.answers["side"]) == (("hand", "wrist"), "left")


def test_a_place_that_is_not_given_stands_alone(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.toggle_place("hand", "left")
    finger.flow.new_case.toggle_place("unspecified", "unknown")
    assert finger.store.drafts()[0].answers["region"] == ("unspecified",)
    finger.flow.new_case.toggle_place("hand", "right")

    assert finger.store.drafts()[0].answers["region"] == ("hand",)
    assert finger.store.drafts()[0].answers["side"] == "right"


def test_going_on_names_the_first_thing_that_is_missing(finger):
    presenter = finger.flow.new_case
    finger.flow.home.new_case()
    errors = []
    for act in (
        lambda: presenter.toggle_place("hand", "left"),
        lambda: presenter.type_age("9"),
        lambda: presenter.choose_sex("male"),
        lambda: presenter.choose_setting("hospital_paediatric_ed"),
    ):
        presenter.go_on()
        errors.append(finger.view.error)
        act()
    presenter.go_on()

    assert len(set(errors)) == 4
    assert all(error.endswith(".") for error in errors)
    assert finger.screen is Screen.DANGER_SIGNS


def test_name_record_number_and_ward_never_become_answers(finger):
    finger.flow.home.new_case()
    for field in ("patient_name", "record_number", "ward"):
        finger.flow.new_case.type_local(field, f"the {field}")
    finger.flow.new_case.type_local("age_days", "12")

    (draft,) = finger.store.drafts()
    assert draft.answers == {}
    assert draft.local.patient_name == "the patient_name"
    assert [field.value for field in finger.view.local_fields] == ["the record_number", "the ward", "the patient_name"]


def test_the_setting_brings_what_such_a_place_usually_has_and_it_can_be_corrected(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.choose_setting("hospital_paediatric_ed")
    assert {choice.value for choice in finger.view.resources if choice.is_chosen} == {"xray", "lab", "ultrasound"}
    finger.flow.new_case.toggle_resource("xray")

    assert finger.store.drafts()[0].answers["resources"] == ("lab", "ultrasound")


def test_an_untouched_new_case_leaves_no_draft(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.back()

    assert finger.screen is Screen.HOME
    assert finger.view.drafts == ()
