"""While a finger is on an answer the next question is laid out behind; it comes forward when the finger is lifted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kivy.tests.common import UnitTestTouch

from mobile_app.commands.driven_window import DrivenWindow  # noqa: F401 (settles Kivy before its first import)
from mobile_app.navigation import Screen
from tests.benchmarks.driven_tablet import WindowFinger
from tests.tablet_world import TestTablet


@pytest.fixture
def finger(tablet: TestTablet, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowFinger]:
    monkeypatch.setenv("HANDWISE_DEBUG", "1")
    with_window = WindowFinger(tablet)
    with_window.start()
    with_window.begin_questions()
    with_window.draw()
    yield with_window
    with_window.window.close()


def put_down(finger: WindowFinger, value: str) -> UnitTestTouch:
    """Put a finger on an answer and leave it there for a few frames."""
    touch = UnitTestTouch(*button_of(finger, value).to_window(*button_of(finger, value).center))
    touch.touch_down()
    finger.window.frames(3)
    return touch


def button_of(finger: WindowFinger, value: str) -> Any:
    return next(one for one in finger.window.screen.walk(restrict=True) if getattr(one, "value", "") == value)


def test_the_question_that_was_laid_out_behind_is_the_one_that_comes_forward(finger: WindowFinger) -> None:
    in_front = finger.window.screen
    before = finger.store.drafts()
    touch = put_down(finger, "yes")
    behind = finger.window.app._behind[Screen.QUESTION]

    assert finger.window.screen is in_front
    assert finger.store.drafts() == before
    made_ready = behind.view
    touch.touch_up()
    finger.draw()

    assert finger.window.screen is behind
    assert behind.view is made_ready
    assert finger.store.drafts()[0].answers["prior_iv_calcium_same_limb_3m"] is True
    finger.flow.question.open()
    assert finger.window.screen.view == made_ready


def test_a_finger_that_slides_off_the_answer_has_answered_nothing(finger: WindowFinger) -> None:
    in_front, view, before = finger.window.screen, finger.view, finger.store.drafts()
    touch = put_down(finger, "yes")
    touch.touch_move(640, 5)
    touch.touch_up()
    finger.draw()

    assert finger.window.screen is in_front
    assert finger.view == view
    assert finger.store.drafts() == before


def test_another_answer_than_the_one_that_was_pressed_shows_its_own_question(finger: WindowFinger) -> None:
    touch = put_down(finger, "yes")
    touch.touch_move(640, 5)
    touch.touch_up()
    made_ready = finger.window.app._behind[Screen.QUESTION].view
    finger.flow.question.answer("no")
    finger.draw()

    assert finger.view != made_ready
    assert finger.store.drafts()[0].answers["prior_iv_calcium_same_limb_3m"] is False


def test_what_was_laid_out_behind_is_gone_when_the_tablet_locks_under_the_finger(finger: WindowFinger) -> None:
    touch = put_down(finger, "yes")
    finger.flow.lock()
    finger.draw()
    touch.touch_up()
    finger.draw()

    assert finger.screen is Screen.UNLOCK
    assert finger.window.app._behind == {}


def test_locked_before_the_next_frame_nothing_is_looked_ahead_for(finger: WindowFinger) -> None:
    button = button_of(finger, "yes")
    touch = UnitTestTouch(*button.to_window(*button.center))
    touch.touch_down()
    finger.flow.lock()
    finger.draw()
    touch.touch_up()

    assert finger.window.app._behind == {}


def test_after_an_answer_that_was_made_ready_a_keyboard_answers_the_next_one(finger: WindowFinger) -> None:
    put_down(finger, "yes").touch_up()
    finger.draw()
    asked = finger.item
    assert finger.window.screen.type_key("3")
    finger.draw()

    assert asked in finger.store.drafts()[0].answers
    assert finger.item != asked


def test_another_text_size_is_worn_by_what_was_laid_out_before_it(finger: WindowFinger) -> None:
    put_down(finger, "yes").touch_up()
    finger.draw()
    finger.window.resize(1024, 600, is_large=True)
    finger.flow.question.back()
    finger.draw()
    put_down(finger, "yes").touch_up()
    finger.draw()

    screen = finger.window.screen
    assert (screen.size, screen.pos) == ([1024, 600], [0, 0])
    assert screen.is_tight


def test_how_far_a_card_was_scrolled_stays_from_one_question_to_the_next(finger: WindowFinger) -> None:
    finger.window.resize(800, 500, is_large=True)
    finger.draw()
    card = finger.window.screen.ids.question_card.scroll
    assert card.do_scroll_y
    card.scroll_y = 0.4
    finger.draw()
    finger.window.app.make_ready(*finger.flow.question.upcoming("yes"))
    finger.window.frames(2)
    finger.flow.question.answer("yes")
    finger.draw()

    assert finger.window.screen.ids.question_card.scroll is not card
    assert finger.window.screen.ids.question_card.scroll.scroll_y == pytest.approx(0.4)
