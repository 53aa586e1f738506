"""How long a call takes: the fastest of several rounds, for every child by itself.

A busy machine can only make a call slower, so the fastest round is the one that says most about the code. What is then
spread over the children (median, 95th centile) is the work itself. Ours and the reference take turns, round by round,
so that a ratio holds also while the machine's speed drifts. Within its turn a call is repeated: the first run after
another's turn finds the processor's caches full of the other's data.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter

Call = Callable[[], object]
SLOW = 50e-3
"""Seconds: a call that takes longer is not repeated within its turn."""


def fastest(calls: Iterable[Call], rounds: int) -> list[float]:
    """Return the seconds of the fastest round of each call.

    A round is one pass over all calls, so the rounds of a call lie apart: seldom do all of them meet a busy machine. In
    its turn a call runs twice, and the second run counts: between two taps on a tablet nobody else is assessed.
    """
    return list(taking_turns(list(calls), rounds, runs=2))


def taking_turns(calls: list[Call], rounds: int, runs: int = 5) -> tuple[float, ...]:
    """Return the seconds of the fastest run of each call. They take turns of `runs` runs each; a slow one runs once."""
    best = [float("inf")] * len(calls)
    with _no_collection():
        for _ in range(rounds):
            for place, call in enumerate(calls):
                for _ in range(runs):
                    start = perf_counter()
                    call()
                    seconds = perf_counter() - start
                    best[place] = min(best[place], seconds)
                    if seconds > SLOW:
                        break
    return tuple(best)


@contextmanager
def _no_collection() -> Iterator[None]:
    """The garbage of one call must not be charged to another. (Collecting it here would take longer than measuring.)"""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
