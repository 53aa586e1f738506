"""An app that does nothing, as a process: `python -m tests.benchmarks.empty_window first-frame | stay`.

The least that Kivy can be: one widget without content, in a window of the tablet's size, Kivy's own settings. Nothing
of ours is imported.
"""

import os
import sys

from kivy.config import Config

Config.set("graphics", "width", "1280")
Config.set("graphics", "height", "800")

from kivy.app import App  # noqa: E402 (the window takes its size from the settings above)
from kivy.core.window import Window  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402


class Empty(App):  # type: ignore[misc]
    """Nothing."""

    def build(self) -> Widget:
        return Widget()


def _shown(*_: object) -> None:
    Window.unbind(on_flip=_shown)
    os.write(1, b"shown\n")
    if sys.argv[1:] == ["first-frame"]:
        os._exit(0)


if __name__ == "__main__":
    Window.bind(on_flip=_shown)
    Empty().run()
