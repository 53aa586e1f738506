"""A screen that nobody sees: an X server of our own on a free display, for pictures and tests of the window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import HandwiseError

SIZE = "1400x1400x24"


class NoVirtualScreen(HandwiseError):
    """The window cannot be drawn without a screen. Install the system package xvfb, or run this on a desktop."""


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb, point DISPLAY at it, and end it afterwards. Gives the display's name.

    Raises:
        NoVirtualScreen: Xvfb is missing or did not start.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise NoVirtualScreen("Xvfb is missing. Install the system package xvfb, for example: apt-get install xvfb")
    read_end, write_end = os.pipe()
    before = os.environ.get("DISPLAY")
    process = subprocess.Popen(
        [program, "-displayfd", str(write_end), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        # Xvfb writes the number of the free display that it took; nothing is written if it could not start.
        with os.fdopen(read_end) as told:
            number = told.readline().strip()
        if not number:
            raise NoVirtualScreen("Xvfb did not start. Run this on a machine with a screen.")
        os.environ["DISPLAY"] = f":{number}"
        # Nobody watches, so Kivy need not wait for the next frame's time.
        os.environ["KCFG_GRAPHICS_MAXFPS"] = "0"
        yield os.environ["DISPLAY"]
    finally:
        process.terminate()
        process.wait(10)
        if before is None:
            os.environ.pop("DISPLAY", None)
        else:
            os.environ["DISPLAY"] = before
