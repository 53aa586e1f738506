"""A clinician's whole way through the app, finger by finger, in the real window over the real encrypted store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.screens.fingers import Fingers

PIN = "618033"


def set_up(fingers: Fingers) -> None:
    fingers.tap("Go on")
    fingers.tap("Go on")
    fingers.type_into(step_fields(fingers)[0], "Nurse 1")
    fingers.tap("Doctor")
    fingers.tap("Go on")
    fingers.type_pin(PIN)
    fingers.tap("Go on")
    fingers.type_pin(PIN)
    fingers.tap("Make this tablet ready")
    assert fingers.screen_name == "recovery_code"
    groups = {group.number: group.text for group in fingers.screen.view.page.groups}
    fingers.tap("It is on paper")
    for place, asked in enumerate(fingers.screen.view.page.fields):
        fingers.type_into(step_fields(fingers)[place], groups[asked.name])
    fingers.tap("Confirm")
    fingers.tap("Later")


def step_fields(fingers: Fingers) -> list[object]:
    """Return the fields of the step in front, from the first on."""
    return list(reversed(fingers.screen.ids.page.ids.fields.children))


def begin_case(fingers: Fingers) -> None:
    fingers.tap("New case")
    fingers.tap_region("back", "hand", "left")
    fingers.type_into(fingers.field(0), "9")
    fingers.tap("Boy")
    fingers.tap("Emergency")
    fingers.tap("Danger signs")


def answer_until_result(fingers: Fingers) -> int:
    asked = 0
    while fingers.screen_name in ("question", "measurement"):
        asked += 1
        assert asked < 60
        if fingers.screen_name == "question" and "calcium given" in fingers.screen.view.question:
            fingers.tap("Yes")
        else:
            fingers.tap(fingers.screen.ids.second_answers.children[-1])
    return asked


def test_a_case_goes_by_taps_from_set_up_to_the_home_screen(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    assert fingers.screen_name == "set_up"

    set_up(fingers)
    assert fingers.screen_name == "home"
    fingers.tap(next(button for button in fingers.pressables() if getattr(button, "icon", "") == "lock"))
    assert fingers.screen_name == "unlock"

    fingers.type_pin("135792")
    fingers.tap("Unlock")
    assert any("Wrong PIN" in text for text in fingers.texts)
    assert fingers.screen_name == "unlock"
    fingers.type_pin(PIN)
    fingers.tap("Unlock")
    assert fingers.screen_name == "home"

    begin_case(fingers)
    assert fingers.screen_name == "danger_signs"
    fingers.tap("No to the")
    fingers.tap("Questions")
    assert answer_until_result(fingers) > 3

    assert fingers.screen_name == "result"
    assert fingers.screen.view.rows[0].condition == "calcinosis_cutis_iatrogenic"
    second = fingers.screen.view.rows[1]
    fingers.tap(second.name)
    assert [row.condition for row in fingers.screen.view.rows if row.is_open] == [second.condition]
    fingers.tap("Plan")
    assert fingers.screen_name == "plan"
    fingers.tap("Save visit")
    assert fingers.screen_name == "sent_preview"
    assert "boy" in fingers.texts
    fingers.tap("Home")

    assert fingers.screen_name == "home"
    assert len(fingers.screen.view.recent) == 1
    assert any("Boy, 9 months" in text for text in fingers.texts)


def test_a_yes_to_an_acting_danger_sign_replaces_the_screen_at_once(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    set_up(fingers)
    begin_case(fingers)

    rows = {row.item.line_id: row for row in fingers.screen.ids.lines.children}
    fingers.tap(rows["no_blood_flow"].ids.answer.children[-1])

    assert fingers.screen_name == "emergency"
    assert "Do this now" in fingers.texts
    fingers.tap("Danger signs")
    assert {line.line_id: line.answer for line in fingers.screen.view.lines}["no_blood_flow"] == "yes"


def test_a_case_left_at_a_question_is_offered_after_the_app_was_closed(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    set_up(fingers)
    begin_case(fingers)
    fingers.tap("Questions")
    fingers.tap("Don't know")
    fingers.tap("Don't know")
    left_at = fingers.screen.view.question

    again = open_window()
    again.type_pin(PIN)
    again.tap("Unlock")
    assert len(again.screen.view.drafts) == 1
    again.tap("Resume")

    assert again.screen_name == "question"
    assert again.screen.view.question == left_at


def test_answers_and_buttons_can_be_reached_by_keyboard(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    set_up(fingers)
    begin_case(fingers)
    fingers.tap("Questions")
    first = fingers.screen.view.finding

    fingers.key("1")
    assert fingers.flow.question._code != first
    second = fingers.flow.question._code
    for _ in range(60):
        fingers.key("tab")
        focused = [widget for widget in fingers.pressables() if widget.is_focused]
        if "Don't know" in getattr(focused[0], "text", ""):
            break
    fingers.key("enter")

    assert fingers.flow.question._code != second


def test_the_body_map_can_be_used_by_keyboard(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    set_up(fingers)
    fingers.tap("New case")
    for _ in range(40):
        fingers.key("tab")
        if fingers.focused_region() == ("shoulder", "right"):
            break
    fingers.key("enter")
    assert [chip.label for chip in fingers.screen.view.chips] == ["Right shoulder"]
    fingers.key("tab")
    assert fingers.focused_region() == ("upper_arm", "right")
    fingers.key("enter")
    fingers.key("enter")

    assert [chip.label for chip in fingers.screen.view.chips] == ["Right shoulder"]


def test_nothing_of_a_case_stays_in_a_widget_when_the_tablet_locks(open_window: Callable[[], Fingers]) -> None:
    fingers = open_window()
    set_up(fingers)
    begin_case(fingers)

    fingers.app.on_pause()
    fingers.window.frames(2)

    assert fingers.screen_name == "unlock"
    assert [screen.value for screen in fingers.app._screens] == ["unlock"]
    assert not any("9 months" in text for text in fingers.texts)


def test_an_unforeseen_error_is_one_sentence_and_the_app_goes_on(
    open_window: Callable[[], Fingers], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.clock import Clock

    fingers = open_window()
    set_up(fingers)
    monkeypatch.delenv("HANDWISE_DEBUG")

    def fail(_elapsed: float) -> None:
        raise RuntimeError("Quillon Testbairn")

    Clock.schedule_once(fail, 0)
    fingers.window.frames(3)

    shown = [widget.text for widget in fingers.all_widgets() if getattr(widget, "text", "")]
    assert any("Everything saved is kept" in text for text in shown)
    assert not any("Quillon" in text for text in shown)
    from kivy.core.window import Window

    notice = Window.children[0]
    fingers.tap_at(notice.center_x, notice.children[0].y + 56)
    assert Window.children[0] is not notice
    fingers.tap("New case")
    assert fingers.screen_name == "new_case"
