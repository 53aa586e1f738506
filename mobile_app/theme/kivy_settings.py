"""Settings that Kivy reads once, at its first import; import this module before anything of Kivy.

Kivy must not parse our command line, write its own configuration or log files into the user's home, or take over the
root logger (its default mode captures standard error, and a log could hold what a log must not).
"""

from __future__ import annotations

import logging
import os

os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_CONFIG", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")

# What Kivy logs speaks of drivers and missing helpers; none of it helps a clinician, and it must not reach the screen.
_kivy_log = logging.getLogger("kivy")
_kivy_log.addHandler(logging.NullHandler())
_kivy_log.propagate = bool(os.environ.get("HANDWISE_DEBUG"))
