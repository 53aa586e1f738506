"""Tablets, a server and everything that goes wrong between them: whatever happens, what was promised holds."""

from __future__ import annotations

import pytest

from tests.simulation.planted_bugs import PLANTED_BUGS, PlantedBug
from tests.simulation.running import play, watch, without_pauses
from tests.simulation.template import the_template

HISTORIES = 60
AT_ONCE = 12
MOST_SEEDS = 1000
"""Within so many a planted bug must be caught."""


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_nothing_is_lost_and_all_become_equal_whatever_happens(first: int) -> None:
    with without_pauses():
        broken = [failure for seed in range(first, first + AT_ONCE) if (failure := play(seed)) is not None]

    assert not broken, f"\n{broken[0]}"


@pytest.mark.parametrize("bug", PLANTED_BUGS.values(), ids=PLANTED_BUGS.keys())
def test_a_planted_bug_is_caught(bug: PlantedBug) -> None:
    caught_by = next((seed for seed in (bug.caught_by, *range(MOST_SEEDS)) if _is_caught(bug, seed)), None)

    assert caught_by is not None
    # It was the bug: without it the same history keeps every promise.
    assert (failure := play(caught_by)) is None, f"\n{failure}"


def test_a_seed_is_one_history() -> None:
    told, _ = watch(6)

    assert len(told) > 20
    assert watch(6)[0] == told


def _is_caught(bug: PlantedBug, seed: int) -> bool:
    # What every history begins with is made before, without the bug.
    the_template()
    with bug.plant():
        return play(seed) is not None
