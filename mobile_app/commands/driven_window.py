"""The real app in a real window whose frames we draw ourselves: nothing sleeps, so pictures and tests are quick.

Kivy's window and event loop live once a process; apps come and go in it.
"""

from __future__ import annotations

from mobile_app.theme import kivy_settings  # before the first import of Kivy

# isort: split
import os
import time
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window

from mobile_app.app import FlowSource, HandwiseApp
from mobile_app.theme.theme import theme


class DrivenWindow:
    """One app, started and closed."""

    def __init__(self, source: FlowSource) -> None:
        EventLoop.ensure_window()
        for child in list(Window.children):
            Window.remove_widget(child)
        self._pictured_size: tuple[int, ...] = ()
        self.app = HandwiseApp(source)
        if tuple(Window.size) != kivy_settings.WINDOW_SIZE:
            # Who had the window before may have ended in another size.
            Window.size = kivy_settings.WINDOW_SIZE
            theme.fit_window(*kivy_settings.WINDOW_SIZE)
        # Kivy has no public way to prepare an app without running its loop; this is the only place that does so.
        self.app._run_prepare()
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        self.frames(3)

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.app.screen

    @property
    def shape(self) -> tuple[int, int, bool]:
        """Width and height in pixels, and whether texts are large."""
        return (*Window.size, theme.is_large)

    def frames(self, count: int = 1) -> None:
        """Draw so many frames."""
        for _ in range(count):
            EventLoop.idle()

    def settle(self, count: int = 6) -> None:
        """Let the layouts come to rest without drawing."""
        for _ in range(count):
            Clock.tick()
            Clock.tick_draw()

    def resize(self, width: int, height: int, *, is_large: bool = False) -> None:
        """Give the window another size, or the texts. Whoever looks at it keeps the tablet from locking by itself."""
        if self.app.flow is not None:
            self.app.flow.touched()
        Window.size = (width, height)
        theme.is_large = is_large
        theme.fit_window(width, height)
        self.settle()

    def picture(self, target: Path) -> None:
        """Write what the window shows as a PNG."""
        if self.screen.sheet is not None:
            self.screen.sheet.arrive()
        self.frames(2)
        if tuple(Window.size) != self._pictured_size:
            # On a busy machine the display gives the larger buffer a moment after the window has its new size.
            for _ in range(5):
                time.sleep(0.03)
                self.frames(1)
            self._pictured_size = tuple(Window.size)
        # What stands in the back buffer after a flip is anybody's guess, so draw once more without flipping.
        Window.canvas.ask_update()
        Window.dispatch("on_draw")
        # Kivy puts a number into the name, so the file gets its own name afterwards.
        written = Window.screenshot(name=str(target))
        os.replace(written, target)

    def close(self) -> None:
        """Lock the tablet and leave the window empty."""
        self.app.dispatch("on_stop")
        for child in list(Window.children):
            Window.remove_widget(child)
        self.app._app_window = None
        theme.is_large = False
        self.frames(1)
