"""Whatever happens to the window, the clinician finds what he had given and was typing, and nobody else finds it."""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mobile_app.commands.driven_window import DrivenWindow  # noqa: F401 (settles Kivy before its first import)
from mobile_app.navigation import Screen
from tests.benchmarks.driven_tablet import WindowFinger
from tests.killing import check_next_start, kill_once
from tests.tablet_world import PIN, TestTablet

LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)
NAME = "Quillon Testbairn"


@pytest.fixture
def finger(tablet: TestTablet, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowFinger]:
    monkeypatch.setenv("HANDWISE_DEBUG", "1")
    with_window = WindowFinger(tablet)
    with_window.start()
    yield with_window
    with_window.window.close()


def turn(finger: WindowFinger, size: tuple[int, int], *, is_large: bool = False) -> None:
    finger.window.resize(*size, is_large=is_large)
    finger.draw()


def to_a_number(finger: WindowFinger) -> None:
    finger.begin_questions()
    while finger.screen is not Screen.MEASUREMENT:
        finger.answer({})
    finger.draw()


def texts(finger: WindowFinger) -> list[str]:
    return [widget.text for widget in finger.window.screen.walk(restrict=True) if getattr(widget, "text", "")]


def unlock(finger: WindowFinger) -> None:
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()


def test_turning_the_tablet_in_the_middle_of_a_number_keeps_every_digit(finger: WindowFinger) -> None:
    to_a_number(finger)
    for key in "12":
        finger.flow.measurement.press(key)
    before = finger.view

    turn(finger, PORTRAIT)
    assert (finger.screen, finger.view) == (Screen.MEASUREMENT, before)
    assert "12" in texts(finger)
    turn(finger, LANDSCAPE)
    assert (finger.screen, finger.view) == (Screen.MEASUREMENT, before)
    assert "12" in texts(finger)


def test_turning_the_tablet_keeps_what_is_typed(finger: WindowFinger) -> None:
    finger.flow.home.new_case()
    finger.flow.new_case.toggle_place("hand", "left")
    finger.draw()
    inputs(finger)[0].text = "9"
    finger.draw()

    turn(finger, PORTRAIT)
    turn(finger, LANDSCAPE)

    assert inputs(finger)[0].text == "9"


def inputs(finger: WindowFinger) -> list[Any]:
    """Return the text inputs in front."""
    return [widget.ids.input for widget in finger.window.screen.walk(restrict=True) if type(widget).__name__ == "Field"]


def test_another_height_of_the_window_keeps_how_far_it_was_scrolled(finger: WindowFinger) -> None:
    """As when a system bar comes or goes."""
    from mobile_app.widgets.layouts import Scroll

    turn(finger, (1024, 600), is_large=True)
    finger.begin_case()
    finger.draw()
    scrolls = [widget for widget in finger.window.screen.walk(restrict=True) if isinstance(widget, Scroll)]
    scrolled = next(scroll for scroll in scrolls if scroll.do_scroll_y)
    scrolled.scroll_y = 0.25
    finger.draw()

    turn(finger, (1024, 560), is_large=True)
    turn(finger, (1024, 600), is_large=True)

    assert scrolled.get_root_window() is not None
    assert scrolled.scroll_y == pytest.approx(0.25, abs=0.01)


def test_locked_in_the_middle_of_a_question_it_goes_on_there(finger: WindowFinger) -> None:
    finger.begin_questions()
    finger.answer({})
    item, number = finger.item, finger.view.progress.number

    finger.window.app.on_pause()
    assert finger.screen is Screen.UNLOCK
    unlock(finger)
    finger.flow.home.resume(finger.view.drafts[0].draft_id)

    assert (finger.item, finger.view.progress.number) == (item, number)


def test_another_user_of_the_tablet_can_go_on_at_the_same_question(finger: WindowFinger) -> None:
    finger.tablet.vault.add_user(finger.store, "Dr Other", "doctor", "735182")
    finger.begin_questions()
    finger.answer({})
    item = finger.item

    finger.flow.lock()
    other = next(tile for tile in finger.view.tiles if tile.name == "Dr Other")
    finger.flow.unlock.choose_user(other.user_id)
    finger.type_pin("735182")
    finger.flow.unlock.unlock()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)

    assert finger.store.user.name == "Dr Other"
    assert finger.item == item


def test_escape_goes_back_and_never_closes_the_app(finger: WindowFinger) -> None:
    finger.begin_questions()
    first = finger.item
    finger.answer({})
    finger.draw()

    press_escape()
    assert finger.item == first
    finger.flow.lock()
    press_escape()
    assert finger.screen is Screen.UNLOCK


def press_escape() -> None:
    from kivy.core.window import Window

    Window.dispatch("on_key_down", 27, 0, None, [])


def test_answering_leaves_no_widget_behind(finger: WindowFinger) -> None:
    finger.begin_questions()
    for _ in range(6):
        forth_and_back(finger)
    before = widgets_alive()
    for _ in range(12):
        forth_and_back(finger)

    # Each answer makes a dozen; a few more or less are the pills of the progress.
    assert widgets_alive() <= before + 24


def forth_and_back(finger: WindowFinger) -> None:
    for _ in range(2):
        finger.flow.question.answer("unknown")
        finger.window.settle(1)
    for _ in range(2):
        (finger.flow.question if finger.screen is Screen.QUESTION else finger.flow.measurement).back()
        finger.window.settle(1)


def widgets_alive() -> int:
    gc.unfreeze()
    gc.collect()
    return len(live_widgets())


def live_widgets() -> list[Any]:
    from kivy.uix.widget import Widget

    return [one for one in gc.get_objects() if issubclass(type(one), Widget)]


def test_after_locking_no_widget_and_no_cache_holds_a_childs_words(finger: WindowFinger) -> None:
    from kivy.cache import Cache

    from mobile_app.typesetting.pieces import kept_together
    from mobile_app.widgets.forgetting import collect_all
    from mobile_app.widgets.text import width_of

    finger.flow.home.new_case()
    for field in ("patient_name", "record_number"):
        finger.flow.new_case.type_local(field, f"{NAME} 77")
    finger.draw()
    gc.unfreeze()
    assert any(NAME in words_of(widget) for widget in live_widgets())

    finger.flow.lock()
    finger.draw()
    collect_all()

    assert not [type(widget).__name__ for widget in live_widgets() if NAME in words_of(widget)]
    assert [name for name, kept in Cache._objects.items() if any(NAME in str(key) for key in kept)] == []
    assert width_of.cache_info().currsize == kept_together.cache_info().currsize == 0


def words_of(widget: Any) -> str:
    """Return every text that a widget holds, the view it draws included."""
    return " ".join(str(getattr(widget, name, "")) for name in ("text", "hint_text", "view", "item", "items"))


ANSWER_UNTIL_ENDED = """
import sys
from kivy.clock import Clock
from mobile_app import app
from mobile_app.bootstrap import build_tablet
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.presenter_world import Finger

class Hand(Finger):
    def __post_init__(self):
        self.flow = None
    def _see(self, screen, view):
        pass
    @property
    def view(self):
        return self.tablet.screen.view

cheap = TESTONLY_weak_kdf()
cheap.__enter__()
the_app = app.HandwiseApp(build_tablet())
hand = Hand(the_app)
def begin(_):
    hand.flow = the_app.flow
    hand.type_pin(sys.argv[1])
    hand.flow.unlock.unlock()
    hand.begin_questions()
    hand.answer({})
    print(hand.item, flush=True)
Clock.schedule_once(begin, 0.1)
the_app.run()
print("ended", flush=True)
"""


def test_a_window_that_is_closed_from_outside_locks_and_keeps_the_question(tmp_path: Path) -> None:
    """The system asks the app to end as a window manager does: SDL makes the same event of both."""
    tablet = TestTablet(tmp_path)
    tablet.set_up().close()
    process = subprocess.Popen(
        [sys.executable, "-c", ANSWER_UNTIL_ENDED, PIN],
        env={**os.environ, "HANDWISE_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], 60)
        item = process.stdout.readline().strip() if ready else ""
        process.send_signal(signal.SIGTERM)
        said, complaint = process.communicate(timeout=60)
    finally:
        process.kill()

    assert (process.returncode, said, complaint) == (0, "ended\n", "")
    finger = WindowFinger(tablet)
    finger.start()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)
    assert finger.item == item
    finger.window.close()


def test_killed_with_its_window_open_it_goes_on_with_what_had_been_drawn(tmp_path: Path) -> None:
    check_next_start(tmp_path, kill_once(tmp_path, 11, in_window=True))
