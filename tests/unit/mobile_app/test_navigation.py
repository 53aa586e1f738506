"""The map of the app: every screen can be reached and left, and unlocked screens can always be locked."""

from __future__ import annotations

import pytest

from mobile_app.navigation import FLOW, LOCKED_SCREENS, Screen, Way, next_screen


def test_every_screen_has_its_place_on_the_map():
    assert set(FLOW) == set(Screen)


def test_every_screen_can_be_reached_from_the_start():
    reached = {Screen.SET_UP, Screen.UNLOCK}
    while True:
        more = {screen for start in reached for screen in FLOW[start].values()} - reached
        if not more:
            break
        reached |= more

    assert reached == set(Screen)


@pytest.mark.parametrize("screen", sorted(set(Screen) - LOCKED_SCREENS))
def test_every_unlocked_screen_can_be_locked_and_left_for_home(screen):
    assert next_screen(screen, Way.LOCK) is Screen.UNLOCK
    assert next_screen(screen, Way.HOME) is Screen.HOME


def test_a_way_that_a_screen_does_not_have_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        next_screen(Screen.UNLOCK, Way.PLAN)
