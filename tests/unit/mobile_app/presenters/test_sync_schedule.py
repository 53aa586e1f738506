"""When the tablet tries to sync by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mobile_app.device.network import has_way_out
from mobile_app.presenters.frame import SyncSign
from mobile_app.presenters.sync_schedule import FIRST_S, LONGEST_S, SOON_S, SyncSchedule
from tests.databases import new_database
from tests.presenter_world import Finger, a_copied_finger
from tests.server_world import running_server

MOST = 1.5
"""How much longer than named a wait can be by chance."""


@dataclass
class Time:
    """A stopwatch that a test moves, and a network that it cuts."""

    seconds: float = 0.0
    has_way_out: bool = True
    schedule: SyncSchedule = field(init=False)
    seed: int = 0

    def __post_init__(self) -> None:
        self.schedule = SyncSchedule(lambda: self.seconds, lambda: self.has_way_out, Random(self.seed))

    def until_due(self, waiting: int = 1, at_most: float = 10 * LONGEST_S) -> float:
        """Return after how many seconds a try is due."""
        begun = self.seconds
        while not self.schedule.is_due(waiting):
            self.seconds += 1
            assert self.seconds - begun < at_most
        return self.seconds - begun


def test_something_recorded_goes_within_seconds() -> None:
    time = Time()
    time.until_due()
    time.schedule.ended(has_failed=False)

    assert time.until_due(waiting=2) <= MOST * SOON_S + 1


@given(st.integers(0, 1000))
def test_each_failure_waits_about_twice_as_long_and_never_more_than_half_an_hour(seed: int) -> None:
    time = Time(seed=seed)
    time.until_due()
    for failure in range(12):
        time.schedule.ended(has_failed=True)
        wanted = min(FIRST_S * 2**failure, LONGEST_S)

        assert wanted / 2 - 1 <= time.until_due() <= MOST * wanted + 1


def test_tablets_that_lose_the_network_together_do_not_come_back_together() -> None:
    waits = set()
    for seed in range(20):
        time = Time(seed=seed)
        time.until_due()
        time.schedule.ended(has_failed=True)
        waits.add(round(time.until_due()))

    assert len(waits) > 10


def test_without_a_way_out_nothing_is_tried_and_with_one_it_goes_at_once() -> None:
    time = Time()
    time.until_due()
    for _ in range(6):
        time.schedule.ended(has_failed=True)
    time.has_way_out = False
    for _ in range(5000):
        time.seconds += 1
        assert not time.schedule.is_due(1)
    assert time.schedule.seconds_left() is None
    time.has_way_out = True

    assert time.until_due() <= MOST * SOON_S + 1


@given(st.integers(0, 1000), st.integers(0, 100_000))
def test_a_busy_server_is_not_asked_before_it_wants_to_be_nor_by_all_at_once(seed: int, wait_s: int) -> None:
    time = Time(seed=seed)
    time.until_due()
    time.schedule.ended(has_failed=True, wait_s=wait_s)
    wanted = max(FIRST_S / 2, min(wait_s, LONGEST_S))

    # Not even for something that was recorded meanwhile, nor when the network went away and came back.
    time.has_way_out = False
    assert not time.schedule.is_due(2)
    time.has_way_out = True

    waited = time.until_due(waiting=3)
    assert waited >= min(wait_s, LONGEST_S) - 1
    assert waited <= max(MOST * FIRST_S, MOST * wanted) + 1


def test_a_success_after_it_was_busy_forgets_what_it_asked_for() -> None:
    time = Time()
    time.until_due()
    time.schedule.ended(has_failed=True, wait_s=1200)
    time.schedule.ended(has_failed=False)

    assert time.until_due(waiting=2) <= MOST * SOON_S + 1


def test_a_success_ends_the_waiting_and_news_are_looked_for_now_and_then() -> None:
    time = Time()
    for _ in range(8):
        time.schedule.ended(has_failed=True)
    time.schedule.ended(has_failed=False)

    assert LONGEST_S / 2 - 1 <= time.until_due(waiting=0) <= MOST * LONGEST_S + 1


def test_a_server_on_this_device_needs_no_network() -> None:
    assert has_way_out("http://127.0.0.1:8000")
    assert has_way_out("http://localhost:8000")


def let_time_pass(finger: Finger) -> None:
    for _ in range(30):
        finger.seconds += 1
        finger.flow.touched()
        finger.flow.tick()


def test_a_tablet_sends_by_itself_after_its_first_sync_and_never_before(tmp_path: Path) -> None:
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.save_boy()
        finger.connect(server.url, server.code())
        let_time_pass(finger)
        assert finger.store.sync_overview().last_success is None
        finger.flow.sent_preview.send()
        assert finger.store.sync_overview().waiting == 0
        finger.save_boy()
        let_time_pass(finger)

        assert finger.store.sync_overview().waiting == 0
        assert finger.view.sync_bar.sign is SyncSign.ALL_SENT
