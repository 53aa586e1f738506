"""What a nurse waits for: from starting the process to the unlock screen on the display, beside an empty Kivy window.

Both are processes of their own under the same X server (Xvfb, software renderer) at 1280x800, in turns. Each ends when
its first frame has been shown; the time begins before Python does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mobile_app.commands.virtual_screen import virtual_screen
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.benchmarks.children import ASSETS, Children
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.timing import taking_turns
from tests.tablet_world import TestTablet

ROUNDS = 10
WANTED = 1 / 1.5
"""At most one and a half times as long as the empty window."""


def results(children: Children) -> Iterator[Result]:
    """Yield one line: the fastest start of each."""
    with ExitStack() as stack:
        stack.enter_context(virtual_screen())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handwise-start-")))
        with TESTONLY_weak_kdf():
            TestTablet(folder).set_up().close()
        starts: list[Callable[[], object]] = [
            partial(start, module, folder) for module in ("tablet_window", "empty_window")
        ]
        ours, theirs = taking_turns(starts, ROUNDS)
    yield Result(
        "cold start to the drawn unlock screen",
        [ours],
        Reference("an empty Kivy window", [theirs]),
        times_faster=WANTED,
    )


def start(module: str, folder: Path) -> None:
    """Run a program of this folder until its first frame."""
    shown = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", "first-frame"],
        cwd=ASSETS.parent,
        env=window_environment(folder),
        capture_output=True,
        check=False,
    )
    if shown.stdout != b"shown\n":
        raise RuntimeError(f"No frame was shown: {shown.stderr.decode()}")


def window_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a program with a window: quiet, and with nothing of this user's settings.

    Modules may keep their bytecode, as those of an installed app do; otherwise every start would compile them anew.
    """
    quiet = dict.fromkeys(("KIVY_NO_ARGS", "KIVY_NO_CONSOLELOG", "KIVY_NO_FILELOG", "KIVY_NO_CONFIG"), "1")
    return {**os.environ, **quiet, "PYTHONDONTWRITEBYTECODE": "", "HANDWISE_HOME": str(folder)}
