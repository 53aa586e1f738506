"""Tablets, a server and everything that goes wrong between them: whatever happens, what was promised holds."""

from __future__ import annotations

from collections import Counter

from tests.simulation.kinds import MUST_BE_REACHED
from tests.simulation.many import play_many
from tests.simulation.running import Played, watch

HISTORIES = 200
"""More than twice as many as it takes until every kind of fault and effect has come; `make soak` plays 10,000."""
ON_POSTGRESQL = 20


def test_in_200_histories_nothing_is_lost_all_become_equal_and_every_kind_of_fault_and_effect_comes() -> None:
    played = sum(play_many(range(HISTORIES), "sqlite", processes=1), Played())

    assert played.histories == HISTORIES
    assert not played.broken, f"\n{played.broken[0]}"
    assert not (missing := sorted(MUST_BE_REACHED - played.reached.keys())), f"never reached: {missing}"


def test_the_same_holds_where_the_server_runs_on_postgresql() -> None:
    played = sum(play_many(range(ON_POSTGRESQL), "postgresql", processes=1), Played())

    assert played.histories == ON_POSTGRESQL
    assert not played.broken, f"\n{played.broken[0]}"


def test_a_seed_is_one_history() -> None:
    told: list[tuple[str, ...]] = []
    reached: list[Counter[str]] = []
    for _ in range(2):
        world, failure = watch(6)
        assert world is not None
        assert failure is None
        told.append(tuple(world.lines))
        reached.append(world.reached)

    assert len(told[0]) > 8
    assert told[0] == told[1]
    assert reached[0] == reached[1]
