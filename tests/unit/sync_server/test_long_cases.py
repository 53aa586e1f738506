"""A case of thousands of entries costs in proportion to them, also where all of it goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.case.entry import EntryKind
from sync_server.repositories import cases
from sync_server.services import intake
from tests.databases import new_database
from tests.server_world import RunningServer, Tablet, new_case, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(new_database("sqlite", tmp_path)) as server:
        yield server


def steps_to_withdraw(server: RunningServer, visits: int) -> int:
    """Return how many calls it takes to hide and erase a case of so many visits: the same at each run."""
    tablet, case_id = Tablet(server.url).enrol(server.code()), new_case()
    for start in range(0, visits, 500):
        tablet.push(*(tablet.entry(case_id) for _ in range(start, min(visits, start + 500))))
    withdrawal = tablet.entry(case_id, {}, kind=EntryKind.WITHDRAWAL)
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    with server.services.database.writing() as session:
        case = cases.find_all(session, 1, [case_id])[case_id]
        device = intake.devices.find(session, tablet.device)
        assert device is not None
        sys.setprofile(count)
        try:
            intake.withdraw(session, device, case, withdrawal.id)
        finally:
            sys.setprofile(None)
    return steps


def test_four_times_the_visits_are_erased_in_four_times_the_steps(server: RunningServer) -> None:
    steps_to_withdraw(server, 1)
    few, many = steps_to_withdraw(server, 250), steps_to_withdraw(server, 1000)

    assert many < 5 * few
    assert server.services.figures.figures().cases == 0
