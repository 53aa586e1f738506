"""Exchanges wait for their turn: in the order in which they came, and without holding a thread.

    requests ──▶ ▯▯▯▯▯▯▯▯ ──▶ a few at once, each in a thread ──▶ answers

An exchange needs the processor, and Python gives it to one thread at a time. Twenty at once would be no sooner done
than one after the other, but each would hold its memory all that time, and would keep the one that holds the database's
lock from going on. A second one is worked on while the first waits for the disk.
"""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

Given = TypeVar("Given")
Result = TypeVar("Result")


class Turns:
    """Lets so many work at once."""

    def __init__(self, at_once: int) -> None:
        self._free = Semaphore(at_once)
        self.waiting = 0
        """So many wait for their turn now."""

    async def take(self, work: Callable[[Given], Result], given: Given) -> Result:
        """Return what the work gives, done in a thread when its turn has come."""
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        try:
            return await run_in_threadpool(work, given)
        finally:
            self._free.release()
