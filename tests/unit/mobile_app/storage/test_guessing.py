"""Guessing a PIN gets slow, whatever is done to clock, files and app; the right PIN still opens."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.storage.throttle import Throttle
from shared.crypto.recovery_code import RecoveryCode
from shared.errors import StoreFull, WrongPin
from tests.tablet_world import PIN, TurnableClock


def test_four_tries_are_free_then_each_waits_longer_up_to_an_hour(tablet, user):
    waits = []
    for _ in range(12):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(user.user_id))
        waits.append(tablet.guess(user))

    assert waits == [0, 0, 0, 30, 60, 300, 900, 3600, 3600, 3600, 3600, 3600]


def test_the_right_pin_opens_after_any_number_of_wrong_ones(tablet, user):
    """A tablet with one user must not lose its unsent cases to a child who plays with the PIN pad."""
    for _ in range(15):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(user.user_id))
        tablet.guess(user)

    tablet.clock.pass_time(3600)

    tablet.vault.unlock(user.user_id, PIN).close()


def test_a_try_before_its_time_is_not_looked_at_even_with_the_right_pin(tablet, user):
    for _ in range(4):
        tablet.guess(user)

    tablet.clock.pass_time(29)
    with pytest.raises(WrongPin) as early:
        tablet.vault.unlock(user.user_id, PIN)
    assert early.value.wait_s == 1
    tablet.clock.pass_time(1)
    tablet.vault.unlock(user.user_id, PIN).close()


def test_the_right_pin_gives_all_tries_back(tablet, user):
    for _ in range(3):
        tablet.guess(user)
    tablet.vault.unlock(user.user_id, PIN).close()

    assert [tablet.guess(user) for _ in range(4)] == [0, 0, 0, 30]


@pytest.mark.parametrize("years", [-10, 10])
def test_setting_the_clock_shortens_no_wait(tablet, user, years):
    for _ in range(4):
        tablet.guess(user)

    tablet.clock.wall = tablet.clock.wall.replace(year=2026 + years)

    assert tablet.vault.seconds_until_next_try(user.user_id) == 30


def test_restarting_the_tablet_shortens_no_wait(tablet, user):
    for _ in range(4):
        tablet.guess(user)
    tablet.clock.pass_time(20)

    tablet.clock.restart()

    assert tablet.vault.seconds_until_next_try(user.user_id) == 30
    tablet.clock.pass_time(30)
    assert tablet.vault.seconds_until_next_try(user.user_id) == 0


def test_a_try_is_on_the_disk_before_the_pin_is_looked_at(tablet, user, monkeypatch):
    counted = []

    def stretched(*_):
        counted.append(json.loads((tablet.store_folder / "tries.json").read_text())["tries"][user.user_id][0])
        raise KeyboardInterrupt

    monkeypatch.setattr("shared.crypto.keyring.stretch_pin", stretched)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            tablet.vault.unlock(user.user_id, PIN)

    assert counted == [1, 2, 3]


@pytest.mark.parametrize("how", ["taken away", "emptied", "reset", "set back to an older one"])
def test_tampering_with_the_count_leaves_two_tries_after_a_wait(tablet, user, how):
    path = tablet.store_folder / "tries.json"
    for _ in range(4):
        tablet.guess(user)
    match how:
        case "taken away":
            path.unlink()
        case "emptied":
            path.write_bytes(b"")
        case "reset":
            path.write_text(json.dumps({**json.loads(path.read_text()), "tries": {}}))
        case _:
            body = json.loads(path.read_text())
            body["tries"][user.user_id][0] = 1
            path.write_text(json.dumps(body))

    assert tablet.vault.seconds_until_next_try(user.user_id) == 3600
    tablet.clock.pass_time(3600)
    assert tablet.guess(user) == 3600


def test_the_right_pin_opens_although_the_disk_is_too_full_to_note_it(tablet, user, monkeypatch):
    with monkeypatch.context() as full:

        def refuse(*_):
            raise StoreFull

        full.setattr(Throttle, "forgive", refuse)
        tablet.vault.unlock(user.user_id, PIN).close()

    tablet.vault.unlock(user.user_id, PIN).close()


def test_another_user_can_give_one_who_waits_a_new_pin(tablet, user):
    store = tablet.vault.unlock(user.user_id, PIN)
    waiting = tablet.vault.add_user(store, "Ben Sample", "Doctor", "740218")
    for _ in range(10):
        tablet.clock.pass_time(tablet.vault.seconds_until_next_try(waiting.user_id))
        tablet.guess(waiting)

    tablet.vault.set_pin(store, waiting.user_id, "385201")
    store.close()

    tablet.vault.unlock(waiting.user_id, "385201").close()


@given(
    events=st.lists(
        st.one_of(
            st.just("guess"),
            st.tuples(st.just("pass"), st.integers(0, 4000)),
            st.tuples(st.just("clock"), st.integers(-(10**8), 10**8)),
            st.just("restart"),
        ),
        max_size=60,
    )
)
def test_no_order_of_clock_changes_and_restarts_gives_one_try_too_many(events, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tries")
    clock = TurnableClock()
    Throttle(folder / "tries.json", bytes(32), clock, ["u"]).start()
    true_time, tries_at = 0.0, []

    for event in events:
        throttle = Throttle(folder / "tries.json", bytes(32), clock, ["u"])
        match event:
            case "guess":
                if throttle.seconds_until_next_try("u") == 0:
                    throttle.count_try("u")
                    tries_at.append(true_time)
            case "restart":
                clock.restart()
            case ("pass", seconds):
                clock.pass_time(seconds)
                true_time += seconds
            case (_, seconds):
                clock.wall = clock.wall.fromtimestamp(max(0, clock.wall.timestamp() + seconds), clock.wall.tzinfo)

    gaps = [after - before for before, after in zip(tries_at, tries_at[1:], strict=False)]
    assert all(gap >= wait for gap, wait in zip(gaps[3:7], [30, 60, 300, 900], strict=False))
    assert all(gap >= 3600 for gap in gaps[7:])


@pytest.mark.parametrize("by_code", [False, True], ids=["set", "by recovery code"])
def test_a_new_pin_that_holds_is_not_called_refused_because_the_old_tries_could_not_be_forgotten(
    tablet, user, monkeypatch, by_code
):
    code = RecoveryCode.generate()
    with closing(tablet.vault.unlock(user.user_id, PIN)) as store:
        tablet.vault.set_recovery_code(store, code)

        def full(*_: object) -> None:
            raise StoreFull

        # The disk takes the keyring and nothing after it.
        with monkeypatch.context() as patched:
            patched.setattr(Throttle, "forgive", full)
            if by_code:
                tablet.vault.recover(code, user.user_id, "385201")
            else:
                tablet.vault.set_pin(store, user.user_id, "385201")

    tablet.vault.unlock(user.user_id, "385201").close()
