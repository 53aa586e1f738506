"""Work beside the window. What it is called with comes from the window (a thread), or from a command line (at once)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class InBackground(Protocol):
    """Run `work` away from the window's thread, then hand its result to `done` on the window's thread."""

    def __call__(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None: ...


def at_once(work: Callable[[], Result], done: Callable[[Result], None]) -> None:
    """An `InBackground` that waits: for the command line and the tests."""
    done(work())
