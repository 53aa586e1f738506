"""`handwise screenshots DIR`: a PNG of every screen, in every language, at every size, with normal and with large text.

    DIR/en/07-result-1280x800.png    DIR/ar/07-result-1024x600-large-text.png

It brings its own X server where there is no screen. The Kivy modules are imported only here, once there is a display.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mobile_app.commands.screenshots_story import pictured_states
from mobile_app.commands.virtual_screen import virtual_screen
from mobile_app.language import LANGUAGES
from shared.errors import HandwiseError

SHAPES = (
    (1280, 800, False),
    (1280, 800, True),
    (1024, 600, False),
    (1024, 600, True),
    (800, 1280, False),
    (800, 1280, True),
)
"""Width, height and whether the text is large."""
CODES = tuple(language.code for language in LANGUAGES)
DONE, FAILED = 0, 1


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser("screenshots", help="write a picture of every screen")
    parser.add_argument("folder", metavar="DIR", help="where the pictures go; made if it is not there")
    parser.add_argument(
        "--language", choices=CODES, action="append", help="only this language; may be given several times"
    )
    parser.add_argument("--only", metavar="NAME", action="append", help="only states whose name holds NAME")
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
            count = take_pictures(folder, work, args.language or CODES, args.only or ("",))
    except OSError:
        print("handwise screenshots: that folder cannot be written; name another one", file=sys.stderr)
        return FAILED
    except HandwiseError as error:
        print(f"handwise screenshots: {error}", file=sys.stderr)
        return FAILED
    if not count:
        print(f"handwise screenshots: no state is called {', '.join(args.only)}", file=sys.stderr)
        return FAILED
    print(f"{count} pictures in {folder}")
    return DONE


def take_pictures(folder: Path, work: Path, languages: Sequence[str] = CODES, names: Sequence[str] = ("",)) -> int:
    """Write the pictures and return how many there are. `work` holds the tablets' files meanwhile."""
    window_over = importlib.import_module("mobile_app.commands.driven_window").DrivenWindow
    for code in languages:
        (folder / code).mkdir(exist_ok=True)
    count = 0
    for window, name in pictured_states(work, window_over):
        if not any(part in name for part in names):
            continue
        for code in languages:
            window.app.flow.manner.speak(code)
            for width, height, is_large in SHAPES:
                window.resize(width, height, is_large=is_large)
                window.picture(folder / code / f"{name}-{width}x{height}{'-large-text' if is_large else ''}.png")
                count += 1
        window.app.flow.manner.speak(CODES[0])
        window.resize(*SHAPES[0][:2])
    return count
