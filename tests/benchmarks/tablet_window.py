"""The app as a process that says when its first frame has been shown: `... tablet_window first-frame | stay | home`.

`home` unlocks the tablet of `tests/tablet_world.py` and stays on the start screen; `stay` stays locked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from mobile_app import app
from mobile_app.bootstrap import build_tablet

_THEN_S = 0.5


def stay_at_home() -> None:
    """Run the app, unlock it soon after its first frame, and say which screen stands then."""
    from kivy.clock import Clock

    from shared.crypto.key_derivation import TESTONLY_weak_kdf
    from tests.tablet_world import PIN

    tablet = build_tablet()
    the_app = app.HandwiseApp(tablet, tablet.get_ready)

    def unlock(_elapsed: float) -> None:
        flow = the_app.flow
        assert flow is not None
        for digit in PIN:
            flow.unlock.press(digit)
        flow.unlock.unlock()
        os.write(1, f"{flow.screen.value}\n".encode())

    when_shown(lambda: Clock.schedule_once(unlock, _THEN_S))
    with TESTONLY_weak_kdf():
        the_app.run()


def when_shown(then: Callable[[], object]) -> None:
    """Say when the first frame has been shown, and do something then."""
    from kivy.core.window import Window

    def shown(*_: object) -> None:
        Window.unbind(on_flip=shown)
        os.write(1, b"shown\n")
        then()

    Window.bind(on_flip=shown)


if __name__ == "__main__":
    if sys.argv[1:] == ["home"]:
        stay_at_home()
    else:
        when_shown(lambda: os._exit(0) if sys.argv[1:] == ["first-frame"] else None)
        app.run()
