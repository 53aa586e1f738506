"""The real app in a real window over a tablet with thousands of cases, touched as a finger touches it.

The window draws into an X server of its own by the software renderer, 1280x800. Nothing waits for a display's rhythm.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any
from unittest.mock import patch

from mobile_app.bootstrap import build_tablet
from mobile_app.commands.virtual_screen import virtual_screen
from mobile_app.config import Config
from mobile_app.navigation import Screen
from mobile_app.storage.case_store import EncryptedCaseStore
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.benchmarks.many_cases import MANY, write_many_cases
from tests.benchmarks.part_times import PartTimes
from tests.presenter_world import Finger
from tests.tablet_world import TestTablet

MOST_FRAMES = 10
WRITTEN, REASONED, VIEWED, DRAWN = (
    "the answer written",
    "the engine asked",
    "the next view made, its widgets told",
    "layouts and the frame",
)
"""The parts of an answer."""
TAP_S = 0.06
"""How long a finger stays down."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The seconds of one answer, what of them each part took, and what the parts took while the finger was down."""

    seconds: float
    parts: Mapping[str, float]
    before: Mapping[str, float]


class WindowFinger(Finger):
    """A finger on the window instead of on presenters alone; what it sees is what the screen in front shows."""

    def __post_init__(self) -> None:
        # Kivy opens the window when it is imported, so not before there is a display.
        from mobile_app.commands.driven_window import DrivenWindow

        self.times = PartTimes()
        self.window: Any = DrivenWindow(build_tablet(Config(self.tablet.folder), self.tablet.clock))
        assert self.window.app.flow is not None
        self.flow = self.window.app.flow

    @property
    def view(self) -> Any:
        return self.window.screen.view

    def seconds_to_answer(self, value: str) -> Answered:
        """Tap the answer of the question in front; time it from lifting the finger to the frame that stands."""
        from kivy.tests.common import UnitTestTouch

        button = next(child for child in self.window.screen.walk(restrict=True) if getattr(child, "value", "") == value)
        touch = UnitTestTouch(*button.to_window(*button.center))
        self.times.taken()
        touch.touch_down()
        self.window.frames(2)
        # No finger is quicker; and Kivy keeps a button pressed for 35 ms, and draws once more, after one that is.
        sleep(TAP_S)
        self.window.frames(1)
        before = self.times.taken()
        begin = perf_counter()
        with self.times.counting(VIEWED):
            touch.touch_up()
        self.draw()
        return Answered(perf_counter() - begin, self.times.taken(), before)

    def seconds_to_answer_by_key(self, value: str) -> Answered:
        """Type the digit of the answer of the question in front: nothing could be made ready before."""
        offered = [one.value for one in (*self.view.answers, *self.view.second_answers)]
        self.times.taken()
        begin = perf_counter()
        with self.times.counting(VIEWED):
            self.window.screen.type_key(str(1 + offered.index(value)))
        self.draw()
        return Answered(perf_counter() - begin, self.times.taken(), {})

    def draw(self) -> None:
        """Draw frames until nothing is left to be drawn."""
        from kivy.core.window import Window

        for _ in range(MOST_FRAMES):
            self.window.frames()
            if not Window.canvas.needs_redraw:
                return

    def answer_by_touch(self, value: str) -> Answered:
        """Answer what is in front: `value` if it is offered, otherwise that it is not known."""
        return self.seconds_to_answer(value if value in self._offered() else "unknown")

    def answer_by_key(self, value: str) -> Answered | None:
        """Answer a question by a key; a number, which has no keys for its second answers, untimed."""
        if self.screen is Screen.QUESTION:
            return self.seconds_to_answer_by_key(value if value in self._offered() else "unknown")
        self.flow.measurement.answer("unknown")
        self.draw()
        return None

    def _offered(self) -> set[str]:
        if self.screen is not Screen.QUESTION:
            return set()
        return {one.value for one in (*self.view.answers, *self.view.second_answers)}

    def _listen(self) -> None:
        from mobile_app.commands.driven_window import DrivenWindow
        from mobile_app.presenters.reasoning import Reasoning
        from mobile_app.screens.base import AppScreen

        self.times.listen(EncryptedCaseStore, "save_draft", WRITTEN)
        for name in ("assess", "fired_rules", "questions_left"):
            self.times.listen(Reasoning, name, REASONED)
        self.times.listen(AppScreen, "_prepare", VIEWED)
        self.times.listen(DrivenWindow, "frames", DRAWN)


@contextmanager
def a_driven_tablet(cases: int = MANY) -> Iterator[WindowFinger]:
    """Give an unlocked tablet that holds so many cases, on its home screen."""
    with ExitStack() as stack:
        stack.enter_context(virtual_screen())
        # A fault ends the measurement; it is not told to a clinician.
        stack.enter_context(patch.dict(os.environ, HANDWISE_DEBUG="1"))
        stack.enter_context(TESTONLY_weak_kdf())
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="handwise-many-")))
        tablet = TestTablet(folder)
        store = tablet.set_up()
        write_many_cases(store, cases)
        store.close()
        finger = WindowFinger(tablet)
        finger.start()
        finger.draw()
        finger._listen()
        stack.callback(finger.times.stop)
        yield finger
        finger.window.close()
