"""The small-cell guard under attack: what does somebody learn who has every number that is shown, and a computer?"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sync_server.services.exports.small_cells import Guarded, K, Path, guard

DIMENSIONS = (2, 3, 2, 2)
EVERY_LEAF = [tuple(map(str, path)) for path in product(*map(range, DIMENSIONS))]


def sums(leaves: Mapping[Path, int]) -> dict[Path, int]:
    """Return the true count of every place of the tree."""
    found: dict[Path, int] = defaultdict(int)
    for path, count in leaves.items():
        for depth in range(len(path) + 1):
            found[path[:depth]] += count
    return dict(found)


def bounds(guarded: Guarded, place: Path) -> tuple[float, float]:
    """Return the smallest and the largest count that a place can have, given all that is shown.

    A linear program over every leaf that there could be, empty ones too. Each number of the export is an equation: a
    count that is shown, and a sum of what is hidden right below one.
    """
    rows, values = [], []
    for path, count in guarded.shown.items():
        rows.append([leaf[: len(path)] == path for leaf in EVERY_LEAF])
        values.append(count)
    for path, count in guarded.not_shown.items():
        hidden = [leaf[: len(path)] == path and leaf[: len(path) + 1] not in guarded.shown for leaf in EVERY_LEAF]
        rows.append(hidden)
        values.append(count)
    aim = np.array([leaf[: len(place)] == place for leaf in EVERY_LEAF], float)
    found = []
    for sign in (1, -1):
        answer = linprog(sign * aim, A_eq=np.array(rows, float), b_eq=values, bounds=(0, None))
        assert answer.status == 0, answer.message
        found.append(sign * answer.fun)
    return found[0], found[1]


def assert_withstands(leaves: Mapping[Path, int]) -> None:
    truth = sums(leaves)
    guarded = guard(truth, len(DIMENSIONS))
    for path, count in guarded.shown.items():
        assert count == truth[path]
        assert count >= K
    for path, count in guarded.not_shown.items():
        assert count >= K, "the sum of what is hidden would itself be a small count"
        assert path in guarded.shown
    if not guarded.shown:
        assert sum(leaves.values()) < K
        return
    hidden = [path for path, count in truth.items() if count and path not in guarded.shown]
    for path in hidden:
        low, high = bounds(guarded, path)
        assert low < K, "somebody could tell that it is not small"
        assert high - low >= K, "the interval is so narrow that it says how many"
        assert low <= truth[path] <= high


def table(seed: int, most: int) -> dict[Path, int]:
    chance = random.Random(seed)
    return {leaf: count for leaf in EVERY_LEAF if (count := int(chance.random() ** 3 * most))}


@pytest.mark.parametrize("seed", range(8))
def test_a_linear_program_over_all_that_is_shown_leaves_every_hidden_count_open(seed: int) -> None:
    assert_withstands(table(seed, (4, 15, 30, 80)[seed % 4]))


@settings(max_examples=10, deadline=None)
@given(st.dictionaries(st.sampled_from(EVERY_LEAF), st.integers(1, 25), max_size=20))
def test_no_table_gives_a_hidden_count_away(leaves: dict[Path, int]) -> None:
    assert_withstands(leaves)


def test_the_attack_reads_a_count_that_only_has_its_own_cell_hidden() -> None:
    leaves = {("0", "0", "0", "0"): 30, ("0", "1", "0", "0"): 4, ("1", "0", "0", "0"): 40}
    truth = sums(leaves)
    naive = Guarded({path: count for path, count in truth.items() if count >= K}, {})
    low, high = bounds(naive, ("0", "1"))
    # 34 at diagnosis 0, of which 30 at site 0: without the second rule, at most four are left for all others.
    assert (low, high) == pytest.approx((0, 4))
    whole = guard(truth, len(DIMENSIONS))
    assert ("0", "0") not in whole.shown
    assert whole.not_shown["0",] == 34


@pytest.mark.parametrize(("small", "shown"), [(10, False), (11, True)])
def test_the_smallest_count_that_is_shown_is_eleven(small: int, shown: bool) -> None:
    guarded = guard(sums({("a",): small, ("b",): 50, ("c",): 60}), 1)
    assert (("a",) in guarded.shown) == shown


def test_nothing_is_shown_of_fewer_than_eleven_cases() -> None:
    assert guard(sums({("a",): 6, ("b",): 4}), 1) == Guarded({}, {})


def test_beside_one_small_count_the_next_smallest_is_hidden_too() -> None:
    guarded = guard(sums({("a",): 3, ("b",): 12, ("c",): 40}), 1)
    assert guarded.shown == {(): 55, ("c",): 40}
    assert guarded.not_shown == {(): 15}


def test_what_lies_below_a_hidden_count_is_hidden() -> None:
    guarded = guard(sums({("a", "x"): 3, ("b", "y"): 12, ("b", "z"): 12, ("c", "z"): 40}), 2)
    assert guarded.shown == {(): 67, ("c",): 40, ("c", "z"): 40}


def test_what_is_shown_down_to_a_level_does_not_depend_on_what_lies_below_it() -> None:
    for seed in range(20):
        truth, depth = sums(table(seed, 60)), len(DIMENSIONS)
        large = {path: count for path, count in truth.items() if count >= K}
        whole = guard(truth, depth)
        assert guard(large, depth) == whole
        above = {path: count for path, count in whole.shown.items() if len(path) < depth}
        assert guard(large, depth - 1).shown == above
