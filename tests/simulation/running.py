"""Playing seeds: one history each, from the same files, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from sync_server import main
from tests.simulation.chance import seeded
from tests.simulation.checks import Broken
from tests.simulation.line import a_line
from tests.simulation.profile import draw_profile
from tests.simulation.server import without_threads
from tests.simulation.tablet import cheap_memory
from tests.simulation.template import quick_folder, the_template
from tests.simulation.world import World

_LINES_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that went wrong: what does not hold, and what happened before."""

    seed: int
    complaint: str
    lines: tuple[str, ...]
    kind: str

    def __str__(self) -> str:
        shown = "\n".join(f"  {line}" for line in self.lines[-_LINES_SHOWN:])
        return (
            f"seed {self.seed}: {self.complaint}\n{shown}\n"
            f"Play it again: .venv/bin/python -m tests.simulation {self.seed} --database {self.kind}"
        )


@dataclass(frozen=True, slots=True)
class Played:
    """What came of some histories: those that went wrong, and which faults and effects all of them reached."""

    histories: int = 0
    broken: tuple[Failure, ...] = ()
    reached: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0

    def __add__(self, other: Played) -> Played:
        return Played(
            self.histories + other.histories,
            self.broken + other.broken,
            self.reached + other.reached,
            self.cpu_s + other.cpu_s,
        )


def play(seed: int, kind: str = "sqlite") -> Failure | None:
    """Play the history of a seed; None: all that was promised holds."""
    return watch(seed, kind)[1]


def watch(seed: int, kind: str = "sqlite") -> tuple[World | None, Failure | None]:
    """Play the history of a seed and return all that happened, in a world that has ended."""
    template = the_template(kind)
    folder = Path(tempfile.mkdtemp(prefix="handwise-simulation-", dir=quick_folder()))
    world: World | None = None
    try:
        with seeded(seed) as chance, without_threads(), cheap_memory(), _the_servers_clock_stands():
            world = World(folder, template, draw_profile(chance), chance)
            with a_line(world.delivery):
                world.run()
            return world, None
    except (Broken, Exception) as fault:
        # Also what nobody foresaw: an error of the database that reached the top is a broken promise too.
        complaint = str(fault) if isinstance(fault, Broken) else f"{type(fault).__name__}: {fault}"
        return world, Failure(seed, complaint, tuple(world.lines) if world else (), kind)
    finally:
        if world is not None:
            world.close()
        shutil.rmtree(folder, ignore_errors=True)


def play_some(seeds: range, kind: str = "sqlite") -> Played:
    """Play many, one after the other."""
    the_template(kind)
    played = Played()
    with without_pauses():
        for seed in seeds:
            started = time.process_time()
            world, failure = watch(seed, kind)
            reached = world.reached if world is not None else Counter[str]()
            played += Played(1, () if failure is None else (failure,), reached, time.process_time() - started)
    return played


@contextmanager
def _the_servers_clock_stands() -> Iterator[None]:
    with patch.object(main, "_now", lambda: 1_795_000_000), patch.object(main, "_today", lambda: "2026-11-21"):
        yield


@contextmanager
def without_pauses() -> Iterator[None]:
    """Have Python look for garbage rarely: it takes a tenth of the time of thousands of histories."""
    # What the tests have put out of its sight stays there.
    was_frozen = gc.get_freeze_count() > 0
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not was_frozen:
            gc.unfreeze()
