"""The proof that the net catches fish: each planted bug breaks a promise in some history; without it none breaks."""

from __future__ import annotations

import pytest

from tests.simulation.planted_bugs import PLANTED_BUGS, PlantedBug, is_caught, seeds_to_try
from tests.simulation.running import play

MOST_SEEDS = 1000
"""Within so many a planted bug must be caught."""


@pytest.mark.parametrize("bug", PLANTED_BUGS.values(), ids=PLANTED_BUGS.keys())
def test_a_planted_bug_is_caught(bug: PlantedBug) -> None:
    caught_by = next((seed for seed in seeds_to_try(bug, range(MOST_SEEDS)) if is_caught(bug, seed)), None)

    assert caught_by is not None
    # It was the bug: without it the same history keeps every promise.
    assert (failure := play(caught_by)) is None, f"\n{failure}"
