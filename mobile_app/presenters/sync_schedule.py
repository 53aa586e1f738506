"""When the tablet tries to sync by itself: soon after something was recorded, less and less often while it fails.

    recorded, unlocked      within seconds
    failed                  30 s, 1 min, 2, 4, 8, 16, then every half hour; each half as long to half as long again
    a server that is busy   as failed, and not before the time that it names, up to half an hour
    nothing waits           every half hour: a coordinator may have answered
    no way out of the tablet (flight mode, no network)   not at all; within seconds once there is one

The lengths vary by chance so that the tablets of a clinic whose network comes back do not all call at once ("jitter").
Time is a stopwatch's: a clock may jump. Whether there is a way out is asked of the tablet, never of the network, and
no byte is sent for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

SOON_S = 6.0
FIRST_S = 30.0
LONGEST_S = 30 * 60.0
_SPREAD = 0.5


class SyncSchedule:
    """Counts down to the next try. Ask `is_due` about once a second."""

    def __init__(
        self, seconds: Callable[[], float], has_way_out: Callable[[], bool], chance: random.Random | None = None
    ) -> None:
        self._seconds = seconds
        self._has_way_out = has_way_out
        # Only the spread of the tries hangs on it.
        self._chance = chance or random.Random()  # noqa: S311
        self._failures = 0
        self._waiting = 0
        self._had_way_out = True
        self._not_before = 0.0
        self._next = seconds() + self._about(SOON_S)

    def is_due(self, waiting: int) -> bool:
        """Tell whether to try now. `waiting` counts what is not sent yet: when it grows, the next try comes sooner."""
        has_way_out = self._has_way_out()
        if waiting > self._waiting or (has_way_out and not self._had_way_out):
            self._next = max(self._not_before, min(self._next, self._seconds() + self._about(SOON_S)))
        self._waiting, self._had_way_out = waiting, has_way_out
        return has_way_out and self._seconds() >= self._next

    @property
    def has_way_out(self) -> bool:
        """Tell whether there was a network when it was last looked for one."""
        return self._had_way_out

    def seconds_left(self) -> float | None:
        """Return how long it is to the next try; None while nothing can be tried."""
        return max(0.0, self._next - self._seconds()) if self._had_way_out else None

    def ended(self, *, has_failed: bool, wait_s: float = 0) -> None:
        """Count from here: a sync, begun by itself or by a finger, has ended. `wait_s`: what the server asked for."""
        self._failures = self._failures + 1 if has_failed else 0
        wait = min(FIRST_S * 2 ** min(self._failures - 1, 10), LONGEST_S) if has_failed else LONGEST_S
        # Later than it says, and not all at the same moment.
        wanted = min(wait_s, LONGEST_S)
        self._not_before = self._seconds() + self._chance.uniform(wanted, (1 + _SPREAD) * wanted)
        self._next = max(self._not_before, self._seconds() + self._about(wait))

    def _about(self, seconds: float) -> float:
        return seconds * self._chance.uniform(1 - _SPREAD, 1 + _SPREAD)
