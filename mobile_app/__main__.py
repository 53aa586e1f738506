"""`handwise`: opens the tablet app, or runs one of its commands.

Exit status: 0 done, 1 it could not be done, 2 the command line or the input is wrong, or there is no screen. Whatever
goes wrong, the user reads one sentence; a traceback never reaches him.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from shared.errors import HandwiseError

COMMANDS = {
    "triage": "rank one case, or a list of cases",
    "demo": "play the main job through the real parts, without a screen",
    "knowledge": "check the knowledge that the reasoning uses",
    "screenshots": "write a picture of every screen",
}
"""Each is a module of `mobile_app.commands`; only the one that is asked for is imported: a quick start."""
NO_SCREEN = "There is no screen here. Start handwise on a desktop or tablet, or run: handwise demo"
UNFORESEEN = "Something went wrong that we did not foresee. Everything saved is kept. Please report what you did."
DONE, FAILED, BAD_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        options = _parser(given).parse_args(given)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except HandwiseError as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("Stopped. Everything saved is kept.", FAILED)
    except BrokenPipeError:
        # Whoever read our output has gone; what is left of it must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception:
        # The last resort. A traceback could carry a patient's data, so it is shown to developers only.
        if os.environ.get("HANDWISE_DEBUG"):
            raise
        return _fail(UNFORESEEN, FAILED)


def open_app(_: argparse.Namespace) -> int:
    """Open the window. Kivy is imported only here: some of its modules open a window or end the process."""
    if not has_screen():
        return _fail(NO_SCREEN, BAD_USE)
    app = importlib.import_module("mobile_app.app")
    app.run()
    return DONE


def has_screen() -> bool:
    """Tell whether a window can be opened."""
    if sys.platform.startswith(("win", "darwin")) or hasattr(sys, "getandroidapilevel"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse quotes what was typed; a value typed in the wrong place could be a name.
        named = re.match(r"argument ([^:]+): ", message)
        about = f"{named[1]} is not usable as given" if named else "the command line is not understood"
        raise SystemExit(_fail(f"{about}; handwise --help lists what works", BAD_USE))


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="handwise",
        description="Decision support for a child's swollen hand or foot. Without a command it opens the tablet app.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=open_app)
    subparsers = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for name, about in COMMANDS.items():
        if name in given:
            importlib.import_module(f"mobile_app.commands.{name}").add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=about)
    return parser


def _fail(sentence: str, status: int) -> int:
    print(f"handwise: {' '.join(sentence.split())}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
