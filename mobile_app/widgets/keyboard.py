"""Moving by keyboard: Tab and arrows walk what can be pressed, Enter or Space presses it; a ring shows the place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from kivy.uix.widget import Widget

from mobile_app.widgets.press import Pressable

FORWARD = {"tab", "down", "right"}
BACKWARD = {"shift tab", "up", "left"}
PRESS = {"enter", "numpadenter", "spacebar"}


class Stop(Protocol):
    """Where the keyboard can be: a `Pressable`, or a part of a drawing that a widget names in `key_stops`."""

    is_focused: bool

    def press_by_keyboard(self) -> None: ...

    def get_root_window(self) -> Any: ...


class KeyboardFocus:
    """The one place of the keyboard on a screen."""

    def __init__(self) -> None:
        self._focused: Stop | None = None

    def handle(self, screen: Widget, key: str) -> bool:
        """Take a key by its name; return whether it was one of ours."""
        if key in PRESS:
            if self._focused is None or self._focused.get_root_window() is None:
                return False
            self._focused.press_by_keyboard()
            return True
        if key in FORWARD or key in BACKWARD:
            self._move(screen, 1 if key in FORWARD else -1)
            return True
        return False

    def clear(self) -> None:
        """Take the ring away: a finger took over, or the screen changed."""
        if self._focused is not None:
            self._focused.is_focused = False
            self._focused = None

    def _move(self, screen: Widget, step: int) -> None:
        places = list(stops(screen))
        if not places:
            return
        here = places.index(self._focused) if self._focused in places else (-1 if step > 0 else 0)
        self.clear()
        self._focused = places[(here + step) % len(places)]
        self._focused.is_focused = True


def stops(widget: Widget) -> Iterator[Stop]:
    """Yield where the keyboard can be, in reading order."""
    for child in reversed(widget.children):
        if child.disabled or child.opacity == 0:
            continue
        if isinstance(child, Pressable) and child.width >= 1 and child.height >= 1:
            yield child
        elif hasattr(child, "key_stops"):
            yield from child.key_stops()
        else:
            yield from stops(child)


def pressables(widget: Widget) -> Iterator[Pressable]:
    """Yield what can be pressed, in reading order."""
    for child in reversed(widget.children):
        if child.disabled or child.opacity == 0:
            continue
        if isinstance(child, Pressable) and child.width >= 1 and child.height >= 1:
            yield child
        else:
            yield from pressables(child)
