"""A number of several units, in a language of long words: nothing lies over another thing or leaves its card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mobile_app.commands.driven_window import DrivenWindow  # noqa: F401 (settles Kivy before its first import)
from mobile_app.navigation import Screen
from tests.benchmarks.driven_tablet import WindowFinger
from tests.tablet_world import TestTablet


@pytest.fixture
def number(tablet: TestTablet, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowFinger]:
    monkeypatch.setenv("HANDWISE_DEBUG", "1")
    finger = WindowFinger(tablet)
    finger.start()
    finger.flow.manner.speak("fr")
    finger.begin_questions()
    while finger.screen is not Screen.MEASUREMENT or finger.item != "days_since_iv_calcium":
        finger.answer({"prior_iv_calcium_same_limb_3m": "yes"})
    for key in "1234":
        finger.flow.measurement.press(key)
    yield finger
    finger.flow.manner.speak("en")
    finger.window.close()


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 600), (800, 1280)])
def test_question_number_and_units_have_each_their_own_place(
    number: WindowFinger, size: tuple[int, int], is_large: bool
) -> None:
    number.window.resize(*size, is_large=is_large)
    number.draw()
    screen = number.window.screen
    title = next(one for one in screen.walk(restrict=True) if getattr(one, "text", "") == number.view.title)
    progress = next(one for one in screen.walk(restrict=True) if type(one).__name__ == "ProgressPills")
    ids = screen.ids

    assert len(ids.units.cells) == 4
    assert not ids.units.is_stacked
    assert not any(over(one, other) for one, other in ((title, ids.units), (title, ids.field), (ids.field, ids.units)))
    assert progress.ids.words.right <= progress.right


def over(one: Any, other: Any) -> bool:
    """Tell whether two widgets of the window share a point."""
    (left, low), (right, top) = one.to_window(one.x, one.y), one.to_window(one.right, one.top)
    (other_left, other_low), (other_right, other_top) = (
        other.to_window(other.x, other.y),
        other.to_window(other.right, other.top),
    )
    return left < other_right - 1 and other_left < right - 1 and low < other_top - 1 and other_low < top - 1
