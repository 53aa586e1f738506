"""How often the window looks for something to do: as often as Kivy does while it is used, seldom while it rests.

A tablet lies unlocked or locked for hours; looking sixty times a second for a finger that does not come empties its
battery. The first touch after a rest is seen up to a twentieth of a second later, long before the finger is lifted, and
from then on nothing is slower than before.
"""

from __future__ import annotations

from kivy.clock import Clock

LOOKS_AT_REST = 20
"""A second. Codes that follow each other on the screen, and the countdown after a wrong PIN, need fewer."""
_REST_AFTER_S = 5.0


class Pace:
    """Slows the clock of the window down when nobody has touched it for a while."""

    def __init__(self) -> None:
        # Kivy reads this rate once from its settings and has no public way to change it later; 0 is "without waiting".
        self._in_use: float = Clock._max_fps
        self._rest = Clock.create_trigger(self._slow_down, _REST_AFTER_S)
        self.touched()

    def touched(self) -> None:
        """Somebody touches the window or types."""
        Clock._max_fps = self._in_use
        self._rest.cancel()
        if self._in_use > LOOKS_AT_REST:
            self._rest()

    def stop(self) -> None:
        """The app ends."""
        self._rest.cancel()
        Clock._max_fps = self._in_use

    def _slow_down(self, _elapsed: float) -> None:
        Clock._max_fps = float(LOOKS_AT_REST)
