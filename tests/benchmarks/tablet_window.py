"""The app as a process that says when its first frame has been shown: `... tablet_window first-frame | stay | home`.

`home` unlocks the tablet of `tests/tablet_world.py` and stays on the start screen; `stay` stays locked.
"""

import os
import sys

from mobile_app import app
from mobile_app.bootstrap import build_tablet

_AFTER_S = 0.5


def _shown(*_: object) -> None:
    Window.unbind(on_flip=_shown)
    os.write(1, b"shown\n")
    if sys.argv[1:] == ["first-frame"]:
        os._exit(0)


def _unlock(_elapsed: float) -> None:
    from tests.tablet_world import PIN

    flow = the_app.flow
    assert flow is not None
    for digit in PIN:
        flow.unlock.press(digit)
    flow.unlock.unlock()
    os.write(1, f"{flow.screen.value}\n".encode())


if __name__ == "__main__":
    from kivy.core.window import Window

    Window.bind(on_flip=_shown)
    if sys.argv[1:] == ["home"]:
        from contextlib import ExitStack

        from kivy.clock import Clock

        from shared.crypto.key_derivation import TESTONLY_weak_kdf

        with ExitStack() as stack:
            stack.enter_context(TESTONLY_weak_kdf())
            tablet = build_tablet()
            the_app = app.HandwiseApp(tablet, tablet.get_ready)
            Clock.schedule_once(_unlock, _AFTER_S)
            the_app.run()
    else:
        app.run()
