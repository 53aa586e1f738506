"""Many histories, in several processes side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from functools import partial

from tests.simulation.running import Played, play_some

_AT_ONCE = 25


def play_many(seeds: range, kind: str, processes: int) -> Iterator[Played]:
    """Play the histories of these seeds; give what came of some of them as soon as they are played.

    A process has a PostgreSQL of its own where the server runs on that.
    """
    at_once = max(1, min(_AT_ONCE, len(seeds) // max(processes, 1)))
    pieces = [seeds[start : start + at_once] for start in range(0, len(seeds), at_once)]
    if processes <= 1:
        yield from (play_some(piece, kind) for piece in pieces)
        return
    # Not forked: whoever asks may have threads.
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(partial(play_some, kind=kind), pieces)
