"""A clinician's fingers on the real window: tap and type. Widgets are found by the words on them.

Kivy is imported only when a window is opened, after the display is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Fingers:
    """One app in the window. It is closed by `close`, as if the app were ended."""

    def __init__(self, source: Any) -> None:
        from mobile_app.commands.driven_window import DrivenWindow

        self.window = DrivenWindow(source)

    @property
    def app(self) -> Any:
        return self.window.app

    @property
    def flow(self) -> Any:
        return self.app.flow

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.app.screen

    @property
    def screen_name(self) -> str:
        return str(self.flow.screen.value)

    @property
    def texts(self) -> list[str]:
        """Every text that the window shows."""
        return [widget.text for widget in self.all_widgets() if is_shown(widget) and getattr(widget, "text", "")]

    def all_widgets(self) -> Iterator[Any]:
        """Yield every widget of the window, the notices over the stage included."""
        from kivy.core.window import Window

        for child in Window.children:
            yield from child.walk(restrict=True)

    def close(self) -> None:
        self.window.close()

    def find(self, words: str) -> Any:
        """Return what can be pressed and says these words."""
        for widget in self.pressables():
            if words in words_of(widget):
                return widget
        raise AssertionError(f"Nothing to press says {words!r}; there is {[words_of(w) for w in self.pressables()]}")

    def pressables(self) -> list[Any]:
        from mobile_app.widgets.keyboard import pressables

        return list(pressables(self.app.front))

    def tap(self, target: Any) -> None:
        """Put a finger on a widget, or on what says these words, and lift it."""
        widget = self.find(target) if isinstance(target, str) else target
        self._bring_into_view(widget)
        self.tap_at(*widget.to_window(*widget.center))

    def tap_at(self, x: float, y: float) -> None:
        """Put a finger on a point of the window, and lift it."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.window.settle(1)
        touch.touch_up()
        self.window.settle(4)

    def tap_region(self, figure: str, region: str, side: str) -> None:
        """Put a finger on a region of the body map."""
        for widget in self.screen.walk(restrict=True):
            if type(widget).__name__ == "BodyFigure" and widget.figure == figure:
                self.tap_at(*widget.to_window(*widget.region_center(region, side)))
                return
        raise AssertionError(f"The figure {figure} is not on the screen.")

    def focused_region(self) -> tuple[str, str] | None:
        """Return the region of the body map on which the keyboard stands."""
        for widget in self.screen.walk(restrict=True):
            if type(widget).__name__ == "BodyFigure" and widget.focused is not None:
                return widget.focused.region, widget.focused.side
        return None

    def field(self, place: int) -> Any:
        """Return a text field of the screen, counted from the first."""
        return [widget for widget in self.screen.walk(restrict=True) if type(widget).__name__ == "Field"][place]

    def type_pin(self, digits: str) -> None:
        shown = self.screen.ids
        pad = shown.page.ids.pad if "page" in shown else shown.pad
        for digit in digits:
            self.tap(next(key for key in pad.children if key.value == digit))

    def type_into(self, field: Any, text: str) -> None:
        """Tap a field that takes the system keyboard, and type into it."""
        self.tap(field.ids.input)
        assert field.ids.input.focus, "The field does not take a finger."
        field.ids.input.text = text
        self.window.settle(2)

    def key(self, name: str, modifiers: tuple[str, ...] = ()) -> None:
        """Press a key of a keyboard."""
        from kivy.core.window import Window

        code = {"tab": 9, "enter": 13, "spacebar": 32, "right": 275, "left": 276}.get(name) or ord(name)
        character = name if len(name) == 1 else None
        Window.dispatch("on_key_down", code, 0, character, list(modifiers))
        self.window.settle(4)

    def _bring_into_view(self, widget: Any) -> None:
        from kivy.uix.scrollview import ScrollView

        parent = widget.parent
        while parent is not None and parent is not parent.parent:
            if isinstance(parent, ScrollView) and parent.do_scroll_y:
                parent.scroll_to(widget, padding=4, animate=False)
                self.window.settle(2)
            parent = parent.parent


def words_of(widget: Any) -> str:
    """Return the words on a widget and on what it holds."""
    return " ".join(part.text for part in widget.walk(restrict=True) if getattr(part, "text", "") and part.opacity)


def is_shown(widget: Any) -> bool:
    """Tell whether a widget, and all that it stands in, can be seen."""
    while widget is not None and widget is not widget.parent:
        if widget.opacity == 0 or widget.width < 1 or widget.height < 1:
            return False
        widget = widget.parent
    return True
