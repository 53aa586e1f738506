"""The real app in a real window over a tablet with thousands of cases, touched as a finger touches it.

The window draws into an X server of its own by the software renderer, 1280x800. Nothing waits for a display's rhythm.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from mobile_app.bootstrap import build_tablet
from mobile_app.commands.virtual_screen import virtual_screen
from mobile_app.config import Config
from mobile_app.navigation import Screen
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.benchmarks.many_cases import MANY, write_many_cases
from tests.presenter_world import Finger
from tests.tablet_world import TestTablet

MOST_FRAMES = 10
TAP_S = 0.06
"""How long a finger stays down."""


class WindowFinger(Finger):
    """A finger on the window instead of on presenters alone; what it sees is what the screen in front shows."""

    def __post_init__(self) -> None:
        # Kivy opens the window when it is imported, so not before there is a display.
        from mobile_app.commands.driven_window import DrivenWindow

        self.window: Any = DrivenWindow(build_tablet(Config(self.tablet.folder), self.tablet.clock))
        assert self.window.app.flow is not None
        self.flow = self.window.app.flow

    @property
    def view(self) -> Any:
        return self.window.screen.view

    def seconds_to_answer(self, value: str) -> float:
        """Tap the answer of the question in front; return the time from lifting the finger to the frame that stands."""
        from kivy.tests.common import UnitTestTouch

        button = next(child for child in self.window.screen.walk(restrict=True) if getattr(child, "value", "") == value)
        touch = UnitTestTouch(*button.to_window(*button.center))
        touch.touch_down()
        self.window.frames(2)
        # No finger is quicker; and Kivy keeps a button pressed for 35 ms, and draws once more, after one that is.
        sleep(TAP_S)
        self.window.frames(1)
        begin = perf_counter()
        touch.touch_up()
        self.draw()
        return perf_counter() - begin

    def draw(self) -> None:
        """Draw frames until nothing is left to be drawn."""
        from kivy.core.window import Window

        for _ in range(MOST_FRAMES):
            self.window.frames()
            if not Window.canvas.needs_redraw:
                return

    def answer_by_touch(self, value: str) -> float:
        """Answer what is in front: `value` if it is offered, otherwise that it is not known."""
        offered = [*self.view.answers, *self.view.second_answers] if self.screen is Screen.QUESTION else []
        return self.seconds_to_answer(value if value in {one.value for one in offered} else "unknown")


@contextmanager
def a_driven_tablet(cases: int = MANY) -> Iterator[WindowFinger]:
    """Give an unlocked tablet that holds so many cases, on its home screen."""
    with ExitStack() as stack:
        stack.enter_context(virtual_screen())
        stack.enter_context(TESTONLY_weak_kdf())
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="handwise-many-")))
        tablet = TestTablet(folder)
        store = tablet.set_up()
        write_many_cases(store, cases)
        store.close()
        finger = WindowFinger(tablet)
        finger.start()
        finger.draw()
        yield finger
        finger.window.close()
