"""What can be tapped: pressed in the same frame, reachable by keyboard, with a ring where the keyboard is.

The keyboard moves by `keyboard.py`, not by Kivy's FocusBehavior, which would raise the system keyboard on a tablet.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, InstructionGroup, SmoothLine
from kivy.properties import BooleanProperty
from kivy.uix.behaviors import ButtonBehavior

from mobile_app.theme.theme import theme
from mobile_app.widgets.surface import Surface


class Pressable(ButtonBehavior, Surface):
    """A surface that answers a tap and, when focused, Enter or Space."""

    is_focused = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ring: InstructionGroup | None = None
        for name in ("is_focused", "pos", "size", "radius"):
            self.fbind(name, self._draw_ring)

    def press_by_keyboard(self) -> None:
        """Do what a tap does."""
        if not self.disabled:
            self.trigger_action(duration=0)

    def _draw_ring(self, *_: object) -> None:
        if self._ring is not None:
            self.canvas.after.remove(self._ring)
            self._ring = None
        if not self.is_focused:
            return
        self._ring = InstructionGroup()
        width = theme.focus_ring
        for colour, offset in ((theme.surface, width / 2), (theme.focus, width * 1.5)):
            self._ring.add(Color(*colour))
            self._ring.add(
                SmoothLine(
                    rounded_rectangle=(
                        self.x - offset,
                        self.y - offset,
                        self.width + 2 * offset,
                        self.height + 2 * offset,
                        max(self.radius + offset, 1),
                    ),
                    width=width / 2,
                )
            )
        self.canvas.after.add(self._ring)
