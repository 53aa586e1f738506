"""How often the window looks for something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.screens.fingers import Fingers


@pytest.fixture
def usual_pace() -> Iterator[float]:
    """Let the clock have the rate of a real window; the tests' own window waits for nothing."""
    from kivy.clock import Clock

    of_the_tests = Clock._max_fps
    Clock._max_fps = 60.0
    yield 60.0
    Clock._max_fps = of_the_tests


def test_a_tablet_at_rest_looks_seldom_and_a_touch_wakes_it(
    open_window: Callable[[], Fingers], usual_pace: float
) -> None:
    from kivy.clock import Clock

    from mobile_app.widgets.pace import LOOKS_AT_REST, Pace

    pace = Pace()
    assert Clock._max_fps == usual_pace
    pace._slow_down(0)
    assert Clock._max_fps == LOOKS_AT_REST

    pace.touched()
    assert Clock._max_fps == usual_pace
    pace._slow_down(0)
    pace.stop()
    assert Clock._max_fps == usual_pace


def test_every_finger_on_the_window_wakes_it(open_window: Callable[[], Fingers], usual_pace: float) -> None:
    from kivy.clock import Clock

    fingers = open_window()
    fingers.app._pace._slow_down(0)
    resting = Clock._max_fps
    fingers.tap_at(5, 5)

    assert (resting < usual_pace, Clock._max_fps) == (True, usual_pace)
