"""Numbers with their units: doubted where the unit is doubtful, refused where they cannot be."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.presenters.range_bar import range_bar
from shared.case.entry import UNKNOWN, Quantity
from tests.book import the_book
from tests.presenter_world import BOY


@pytest.fixture
def crp(finger):
    """The boy's visit, in front of the CRP."""
    finger.begin_questions()
    for _ in range(60):
        if finger.screen is Screen.MEASUREMENT and finger.item == "crp":
            return finger
        finger.answer({code: value for code, value in BOY.items() if code != "crp"})
    raise AssertionError("the CRP was not asked for")


def press(finger, keys):
    for key in keys:
        finger.flow.measurement.press(key)


def test_a_value_is_judged_for_the_childs_age_and_marked_on_the_bar(crp):
    press(crp, "12")

    assert crp.view.range_label == "For 9 months"
    assert crp.view.check.text == "Raised: over 5"
    zone = next(zone for zone in crp.view.zones if zone.start <= crp.view.mark < zone.end)
    assert zone.word == "raised"
    assert [zone.limit for zone in crp.view.zones] == ["0", "5", "20", "100"]
    assert crp.view.can_save


def test_a_doubtful_unit_is_asked_for_before_it_is_saved(crp):
    press(crp, "0.36")
    assert crp.view.check.kind == "question"
    assert "3.6 mg/L" in crp.view.check.text
    assert crp.view.check.button == "It is 0.36 mg/L"
    assert not crp.view.can_save
    crp.flow.measurement.save()
    assert crp.item == "crp"
    crp.flow.measurement.confirm_unit()
    assert crp.view.can_save
    crp.flow.measurement.save()

    assert crp.store.drafts()[0].answers["crp"] == Quantity(0.36, "mg/L")


def test_a_confirmation_holds_for_this_value_only(crp):
    press(crp, "0.36")
    crp.flow.measurement.confirm_unit()
    press(crp, "1")

    assert not crp.view.can_save


def test_the_slips_own_unit_is_kept(crp):
    crp.flow.measurement.choose_unit("mg/dL")
    press(crp, "2.5")
    crp.flow.measurement.save()

    assert crp.store.drafts()[0].answers["crp"] == Quantity(2.5, "mg/dL")


def test_an_impossible_value_cannot_be_saved(crp):
    press(crp, "5000")

    assert crp.view.check.kind == "impossible"
    assert not crp.view.can_save
    crp.flow.measurement.save()
    assert "crp" not in crp.store.drafts()[0].answers


def test_the_pad_takes_one_point_and_no_leading_zeros(crp):
    press(crp, "0012..5")
    assert crp.view.value_text == "12.5"
    crp.flow.measurement.delete()
    assert crp.view.value_text == "12."
    press(crp, "x")
    assert crp.view.value_text == "12."


def test_nothing_typed_cannot_be_saved_and_a_point_alone_is_nothing(crp):
    assert not crp.view.can_save
    press(crp, ".")
    crp.flow.measurement.delete()
    crp.flow.measurement.delete()
    assert crp.view.value_text == ""
    assert crp.view.mark is None


def test_a_result_that_is_not_back_is_unknown_and_is_not_asked_again(crp):
    assert [choice.label for choice in crp.view.second_answers] == ["Result not back yet", "Not possible here"]
    crp.flow.measurement.answer(UNKNOWN)

    assert crp.store.drafts()[0].answers["crp"] == UNKNOWN
    crp.to_result()
    assert crp.screen is Screen.RESULT


def test_a_span_of_time_is_kept_in_days_whatever_unit_it_was_typed_in(finger):
    finger.begin_questions()
    for _ in range(60):
        if finger.screen is Screen.MEASUREMENT and finger.item == "onset_days":
            break
        finger.answer({})
    finger.flow.measurement.choose_unit("wk")
    press(finger, "2")
    finger.flow.measurement.save()

    assert finger.store.drafts()[0].answers["onset_days"] == Quantity(14.0, "d")


def test_every_range_bar_covers_its_line_without_a_gap_and_marks_inside_it():
    for definition in the_book().measurements.values():
        for age in (0, 30, 274, 2000, 6000):
            for value in (0.0, *definition.possible, *definition.probable):
                bar = range_bar(definition, age, value)
                edges = [zone.start for zone in bar.zones] + [1.0]
                assert bar.zones == () or edges[0] == 0.0
                assert [round(zone.end, 9) for zone in bar.zones] == [
                    round(edge, 9) for edge in edges[1:][: len(bar.zones)]
                ]
                assert bar.mark is None or 0 <= bar.mark <= 1
