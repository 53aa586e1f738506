"""Exchanges are worked a few at once, in the order in which they came."""

from __future__ import annotations

import asyncio
from threading import Lock, Semaphore

import pytest

from sync_server.api.turns import Turns


@pytest.mark.parametrize("allowed", [1, 2])
def test_no_more_than_so_many_are_worked_at_once_and_each_in_its_turn(allowed: int) -> None:
    begun: list[int] = []
    at_once: list[int] = []
    running = 0
    count = Lock()
    may_end = Semaphore(0)

    def work(number: int) -> int:
        nonlocal running
        with count:
            begun.append(number)
            running += 1
            at_once.append(running)
        may_end.acquire(timeout=60)
        with count:
            running -= 1
        return number * 10

    async def all_of_them() -> list[int]:
        turns = Turns(allowed)
        tasks = [asyncio.create_task(turns.take(work, number)) for number in range(8)]
        for _ in tasks:
            may_end.release()
        return await asyncio.gather(*tasks)

    assert asyncio.run(all_of_them()) == [number * 10 for number in range(8)]
    assert max(at_once) <= allowed
    # Which of two that work beside each other writes first is the threads' affair.
    assert sorted(begun) == list(range(8))
    assert allowed > 1 or begun == list(range(8))


def test_it_knows_how_many_wait_and_one_that_gives_up_waits_no_more() -> None:
    may_end = Semaphore(0)

    def work(_: int) -> None:
        may_end.acquire(timeout=60)

    async def some_of_them() -> list[int]:
        turns = Turns(1)
        tasks = [asyncio.create_task(turns.take(work, number)) for number in range(4)]
        await asyncio.sleep(0)
        seen = [turns.waiting]
        tasks[2].cancel()
        await asyncio.gather(tasks[2], return_exceptions=True)
        seen.append(turns.waiting)
        for _ in tasks:
            may_end.release()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [*seen, turns.waiting]

    assert asyncio.run(some_of_them()) == [3, 2, 0]


def test_work_that_fails_gives_its_turn_to_the_next() -> None:
    def fail(_: int) -> int:
        raise LookupError

    async def one_after_the_other() -> str:
        turns = Turns(1)
        with pytest.raises(LookupError):
            await turns.take(fail, 1)
        return await turns.take(str, 2)

    assert asyncio.run(one_after_the_other()) == "2"
