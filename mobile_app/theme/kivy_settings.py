"""Settings that Kivy reads once, at its first import; import this module before anything of Kivy.

Kivy must not parse our command line, write its own configuration or log files into the user's home, or take over the
root logger (its default mode captures standard error, and a log could hold what a log must not).
"""

from __future__ import annotations

import logging
import os

WINDOW_SIZE = (1280, 800)

os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_CONFIG", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")

# What Kivy logs speaks of drivers and missing helpers; none of it helps a clinician, and it must not reach the screen.
_kivy_log = logging.getLogger("kivy")
_kivy_log.addHandler(logging.NullHandler())
_kivy_log.propagate = bool(os.environ.get("HANDWISE_DEBUG"))

from kivy.config import Config  # noqa: E402 (reads the settings above)

# The first size in dp that is asked for opens the window, so the window is settled here.
Config.set("graphics", "width", str(WINDOW_SIZE[0]))
Config.set("graphics", "height", str(WINDOW_SIZE[1]))
# Every edge that is not straight is drawn smooth; sampling each pixel four times costs a software renderer dearly.
Config.set("graphics", "multisamples", "0")
Config.set("kivy", "exit_on_escape", "0")
Config.set("input", "mouse", "mouse,disable_multitouch")
# SDL brings the touches of a touch screen; Kivy's own search for one needs a library that is often missing.
Config.remove_option("input", "%(name)s")
