"""Playing seeds: one history each, from the same files, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sync_server import main
from tests.simulation.chance import seeded
from tests.simulation.checks import Broken
from tests.simulation.line import a_line
from tests.simulation.profile import draw_profile
from tests.simulation.server import without_threads
from tests.simulation.template import quick_folder, the_template
from tests.simulation.world import World

_LINES_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that went wrong: what does not hold, and what happened before."""

    seed: int
    complaint: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        shown = "\n".join(f"  {line}" for line in self.lines[-_LINES_SHOWN:])
        return (
            f"seed {self.seed}: {self.complaint}\n{shown}\n"
            f"Play it again: .venv/bin/python -m tests.simulation {self.seed}"
        )


def play(seed: int) -> Failure | None:
    """Play the history of a seed; None: all that was promised holds."""
    return watch(seed)[1]


def watch(seed: int) -> tuple[tuple[str, ...], Failure | None]:
    """Play the history of a seed and return all that happened."""
    template = the_template()
    folder = Path(tempfile.mkdtemp(prefix="handwise-simulation-", dir=quick_folder()))
    world: World | None = None
    try:
        with seeded(seed) as chance, without_threads(), _the_servers_clock_stands():
            world = World(folder, template, draw_profile(chance), chance)
            with a_line(world):
                world.run()
            return tuple(world.lines), None
    except (Broken, Exception) as fault:
        # Also what nobody foresaw: an error of the database that reached the top is a broken promise too.
        complaint = str(fault) if isinstance(fault, Broken) else f"{type(fault).__name__}: {fault}"
        lines = tuple(world.lines) if world else ()
        return lines, Failure(seed, complaint, lines)
    finally:
        if world is not None:
            world.close()
        shutil.rmtree(folder, ignore_errors=True)


def play_some(seeds: range) -> tuple[range, list[Failure]]:
    """Play many; return which, and those that went wrong."""
    with without_pauses():
        return seeds, [failure for seed in seeds if (failure := play(seed)) is not None]


@contextmanager
def _the_servers_clock_stands() -> Iterator[None]:
    with patch.object(main, "_now", lambda: 1_795_000_000), patch.object(main, "_today", lambda: "2026-11-21"):
        yield


@contextmanager
def without_pauses() -> Iterator[None]:
    """Have Python look for garbage rarely: it takes a tenth of the time of thousands of histories."""
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
