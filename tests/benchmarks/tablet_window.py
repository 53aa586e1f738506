"""The app as a process that says when its first frame has been shown: `... tablet_window first-frame | stay`."""

import os
import sys

from mobile_app import app


def _shown(*_: object) -> None:
    Window.unbind(on_flip=_shown)
    os.write(1, b"shown\n")
    if sys.argv[1:] == ["first-frame"]:
        os._exit(0)


if __name__ == "__main__":
    from kivy.core.window import Window

    Window.bind(on_flip=_shown)
    app.run()
