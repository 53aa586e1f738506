"""`python -m tests.simulation SEED` plays one history and tells it; `... FIRST COUNT` plays many on all cores."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time

from tests.simulation.running import play_some, watch

_SOME = 25


def main(arguments: list[str]) -> int:
    """Return 0 if everything that was promised holds."""
    if len(arguments) == 1:
        lines, failure = watch(int(arguments[0]))
        print("\n".join(lines))
        print(failure.complaint if failure else "All that was promised holds.")
        return 1 if failure else 0
    if len(arguments) == 2:
        return _play_many(int(arguments[0]), int(arguments[1]))
    print("Usage: python -m tests.simulation SEED, or FIRST_SEED COUNT")
    return 2


def _play_many(first: int, count: int) -> int:
    processes = min(os.cpu_count() or 1, count)
    print(f"{count} histories, seeds {first} to {first + count - 1}, {processes} at a time", flush=True)
    started, played, broken = time.monotonic(), 0, 0
    pieces = [range(start, min(start + _SOME, first + count)) for start in range(first, first + count, _SOME)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for piece, failures in pool.imap_unordered(play_some, pieces):
            played += len(piece)
            for failure in failures:
                broken += 1
                print(failure, flush=True)
            if played % (20 * _SOME) < len(piece):
                print(f"{played} of {count}, {broken} broken, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{count} histories in {time.monotonic() - started:.0f} s: {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
