"""`handwise screenshots DIR`: a PNG of every screen at both tablet sizes, with normal and with large text.

It brings its own X server where there is no screen. The Kivy modules are imported only here, once there is a display.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mobile_app.commands.screenshots_story import pictured_states
from mobile_app.commands.virtual_screen import virtual_screen
from shared.errors import HandwiseError

SIZES = ((1280, 800), (1024, 600))
TEXTS = (("", False), ("-large-text", True))
DONE, FAILED = 0, 1


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser("screenshots", help="write a picture of every screen")
    parser.add_argument("folder", metavar="DIR", help="where the pictures go; made if it is not there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    folder = Path(args.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
                stack.enter_context(virtual_screen())
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handwise-pictures-")))
            count = take_pictures(folder, work)
    except OSError:
        print("handwise screenshots: that folder cannot be written; name another one", file=sys.stderr)
        return FAILED
    except HandwiseError as error:
        print(f"handwise screenshots: {error}", file=sys.stderr)
        return FAILED
    print(f"{count} pictures in {folder}")
    return DONE


def take_pictures(folder: Path, work: Path) -> int:
    """Write the pictures and return how many there are. `work` holds the tablets' files meanwhile."""
    window_over = importlib.import_module("mobile_app.commands.driven_window").DrivenWindow
    count = 0
    for window, name in pictured_states(work, window_over):
        for width, height in SIZES:
            for suffix, is_large in TEXTS:
                window.resize(width, height, is_large=is_large)
                window.picture(folder / f"{name}-{width}x{height}{suffix}.png")
                count += 1
        window.resize(*SIZES[0])
    return count
