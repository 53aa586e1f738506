"""What happens while the PIN is typed: what unlocking will need is loaded, so that nobody waits for it afterwards.

    first frame shown ──▶ libraries, knowledge, reasoning: in a thread ──▶ screens, one by one, while nobody taps

Nothing of this begins before somebody sees the unlock screen. Kivy's rules can only be read on the window's own thread,
so a screen is read in a moment of quiet: a tap never waits for more than one.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

from kivy.clock import Clock, mainthread

from mobile_app.navigation import Screen
from mobile_app.screens.registry import screen_class

GetReady = Callable[[Callable[[], bool]], None]
"""Loads what unlocking needs, step by step, as long as it is told to go on."""

_SOON_NEEDED = (
    *(Screen.HOME, Screen.NEW_CASE, Screen.DANGER_SIGNS, Screen.QUESTION, Screen.MEASUREMENT, Screen.RESULT),
    *(Screen.EMERGENCY, Screen.PLAN, Screen.SENT_PREVIEW, Screen.CASE),
)
_STEP_S = 0.1
_QUIET_S = 0.6


class BesideThePinPad:
    """Gets the rest of the app ready. `touched` puts it off, `stop` ends it."""

    def __init__(self, get_ready: GetReady) -> None:
        self._get_ready = get_ready
        self._is_wanted = True
        self._thread = threading.Thread(target=self._load, name="handwise get ready", daemon=True)
        self._to_read = list(_SOON_NEEDED)
        self._reading: Any = None
        self._touched_at = 0.0

    def start_after_the_first_frame(self, window: Any) -> None:
        """Begin when the window has shown something."""

        def begin(*_: object) -> None:
            window.unbind(on_flip=begin)
            gc.enable()
            self._thread.start()

        window.bind(on_flip=begin)

    def touched(self) -> None:
        """Somebody touches the tablet: no screen is read now."""
        self._touched_at = Clock.get_time()

    def stop(self) -> None:
        """End it after the step in hand."""
        self._is_wanted = False
        if self._reading is not None:
            self._reading.cancel()
        if self._thread.ident is not None:
            self._thread.join()

    def _load(self) -> None:
        self._get_ready(lambda: self._is_wanted)
        self._read_screens()

    @mainthread  # type: ignore[untyped-decorator]  # Kivy has no types
    def _read_screens(self) -> None:
        if self._is_wanted:
            gc.freeze()
            self._reading = Clock.schedule_interval(self._read_one, _STEP_S)

    def _read_one(self, _elapsed: float) -> bool:
        """Read the next screen, unless somebody is typing; return whether there is more."""
        if Clock.get_time() - self._touched_at >= _QUIET_S:
            screen_class(self._to_read.pop(0))
        return bool(self._to_read)
