"""`handwise demo`: the main job without a screen, through the real parts; `demo_story.py` tells it.

With `--window` it prepares a tablet that is connected to the running server, and opens the window.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from mobile_app.commands.demo_server import COORDINATOR, DemoServer, ReviewPages
from mobile_app.commands.demo_story import PINS, SITE, Demo
from mobile_app.commands.demo_tablet import DemoClock, DemoTablet
from shared.errors import HandwiseError

DONE, FAILED = 0, 1


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser("demo", help="play the main job through the real parts, without a screen")
    parser.add_argument("--keep", action="store_true", help="leave the server running and say how to sign in")
    parser.add_argument("--window", action="store_true", help="open the window on a tablet connected to a server")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the demo and return its exit status."""
    try:
        return _in_the_window() if args.window else _without_a_screen(keep=args.keep)
    except HandwiseError as error:
        print(f"handwise demo: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("handwise demo: stopped; its server and its files are gone.", file=sys.stderr)
    return FAILED


def _without_a_screen(*, keep: bool) -> int:
    print("Handwise, the main job. All parts are real and on this machine. The demo moves the tablets' calendar,")
    print("because the visits lie weeks apart; the children are those of two published papers, their names invented.")
    with _server(keep=keep) as (server, folder):
        Demo(server, folder).play()
        if keep:
            _say_how_to_sign_in(server)
            print(f"To stop the server: kill {server.pid}. Its files: {folder}")
    return DONE


@contextmanager
def _server(*, keep: bool) -> Iterator[tuple[DemoServer, Path]]:
    """Give a running server in a temporary folder; both go at the end unless they are kept."""
    with ExitStack() as stack:
        if keep:
            folder = Path(tempfile.mkdtemp(prefix="handwise-demo-"))
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handwise-demo-")))
        server = DemoServer(folder)
        try:
            server.start()
            server.make_coordinator()
            yield server, folder
        except BaseException:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if not keep:
            server.stop()


# --- with a screen ----------------------------------------------------------------------------------------------------


def _in_the_window() -> int:
    with _server(keep=False) as (server, folder):
        home = folder / "tablet"
        tablet = DemoTablet(home, DemoClock(datetime.now().astimezone()), "Nurse 1", "Nurse", PINS[0])
        tablet.set_up()
        tablet.connect(server.url, server.make_code(SITE))
        tablet.flow.lock()
        print(f"The tablet is ready and connected to the server. User: Nurse 1, PIN: {PINS[0]}", flush=True)
        _say_how_to_sign_in(server)
        print("Everything is removed when you close the window.", flush=True)
        os.environ["HANDWISE_HOME"] = str(home)
        importlib.import_module("mobile_app.app").run()
    return DONE


def _say_how_to_sign_in(server: DemoServer) -> None:
    print(f"Review pages: {server.url}/review", flush=True)
    if not server.recovery_codes:
        pages = ReviewPages(server.url)
        pages.sign_in(COORDINATOR, server.password)
        server.recovery_codes = pages.recovery_codes
    print(f"Sign in as: {COORDINATOR}, password: {server.password}", flush=True)
    print(f"When a code is asked for, each of these works once: {', '.join(server.recovery_codes)}", flush=True)
