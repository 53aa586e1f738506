"""`python -m tests.simulation SEED` plays one history and tells it; `... FIRST COUNT` plays many on all cores.

With `--planted` it looks instead, among these seeds, for one that catches each planted bug.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from tests.databases import KINDS
from tests.simulation.kinds import MUST_BE_REACHED, RARE
from tests.simulation.many import play_many
from tests.simulation.planted_bugs import PLANTED_BUGS, RARE_BUGS, is_caught, seeds_to_try
from tests.simulation.running import Played, watch, without_pauses

_TOLD_EVERY_S = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 if everything that was promised holds (or every planted bug is caught), 1 if not, 2 if misspelled."""
    given = _parser().parse_args(arguments)
    if given.planted:
        return _look_for_planted_bugs(range(given.first, given.first + (given.count or 1)))
    if given.count is None:
        return _tell(given.first, given.database)
    return _play_many(range(given.first, given.first + given.count), given.database, given.processes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation",
        description="Plays histories of tablets and a server on lines and disks that fail as a seed says.",
    )
    parser.add_argument("first", type=_whole_number, metavar="SEED", help="the seed to play and tell, or the first one")
    parser.add_argument("count", type=_whole_number, nargs="?", metavar="COUNT", help="how many to play")
    parser.add_argument("--database", choices=KINDS, default="sqlite", help="what the server runs on (sqlite)")
    parser.add_argument(
        "--processes", type=_whole_number, default=os.cpu_count() or 1, help="how many at a time (one for each core)"
    )
    parser.add_argument("--planted", action="store_true", help="look for seeds that catch the planted bugs")
    return parser


def _whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("must be a whole number from 0 on")
    return int(text)


def _tell(seed: int, kind: str) -> int:
    world, failure = watch(seed, kind)
    print("\n".join(world.lines if world is not None else ()))
    print(failure.complaint if failure else "All that was promised holds.")
    return 1 if failure else 0


def _play_many(seeds: range, kind: str, processes: int) -> int:
    print(
        f"{len(seeds)} histories on {kind}, seeds {seeds.start} to {seeds.stop - 1}, {processes} at a time", flush=True
    )
    started = told = time.monotonic()
    played = Played()
    for some in play_many(seeds, kind, processes):
        played += some
        for failure in some.broken:
            print(failure, flush=True)
        if time.monotonic() - told > _TOLD_EVERY_S:
            told = time.monotonic()
            print(
                f"{played.histories} of {len(seeds)}, {len(played.broken)} broken, {told - started:.0f} s", flush=True
            )
    width = len(str(max(played.reached.values(), default=0)))
    for what, times in sorted(played.reached.items()):
        print(f"  {times:>{width}}  {what}")
    for what in sorted((MUST_BE_REACHED | RARE) - played.reached.keys()):
        print(f"  {'never':>{width}}  {what}")
    print(
        f"{played.histories} histories in {time.monotonic() - started:.0f} s, {played.cpu_s:.0f} s of the processor:"
        f" {len(played.broken)} broken"
    )
    return 1 if played.broken else 0


def _look_for_planted_bugs(seeds: range) -> int:
    uncaught, bugs = 0, PLANTED_BUGS | RARE_BUGS
    with without_pauses():
        for name, bug in bugs.items():
            caught_by = next((seed for seed in seeds_to_try(bug, seeds) if is_caught(bug, seed)), None)
            uncaught += caught_by is None
            print(f"{'not caught' if caught_by is None else f'seed {caught_by}'}: {name}", flush=True)
    print(f"{len(bugs)} planted bugs, {uncaught} not caught within {len(seeds)} seeds")
    return 1 if uncaught else 0


if __name__ == "__main__":
    sys.exit(main())
