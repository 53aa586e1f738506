"""The end of every history: all that is broken is mended, then everyone syncs until nobody has anything new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation import checks
from tests.simulation.server import SITE

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

_MOST_ROUNDS = 8
_MOST_CODES = 6
_STATE = (
    "SELECT cursor, last_failure, last_seq > acknowledged_seq OR EXISTS"
    " (SELECT 1 FROM former_device f WHERE f.last_seq > f.acknowledged_seq OR f.epoch <> device.epoch) FROM device"
)


class Healing:
    """Mends one history."""

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self) -> None:
        world = self._world
        world.tell("-- all is mended --")
        world.is_healing = True
        world.server.crashes_in = None
        world.delivery.let_all_come()
        for tablet in world.tablets:
            tablet.crashes_in = None
            tablet.is_full = tablet.is_cut_off = False
        # Where the server was put back, only its word shows whether a tablet has what it lacks.
        waiting = [one for one in world.tablets if world.was_put_back or self._has_something_to_do(one)]
        for _ in range(_MOST_ROUNDS):
            for tablet in waiting:
                self._sync(tablet)
            waiting = [tablet for tablet in world.tablets if self._has_something_to_do(tablet)]
            if not waiting:
                return
        checks.fail(f"after {_MOST_ROUNDS} rounds of syncs {waiting[0].name} still has something to do")

    def _sync(self, tablet: SimulatedTablet) -> None:
        """Let a tablet sync; where the server does not let it in, the coordinator gives it a code."""
        for _ in range(_MOST_CODES):
            report = self._world.sync(tablet)
            # Others may just have handed in what it wrote.
            checks.revoked_stay_out(self._world)
            checks.expect(report is not None, f"{tablet.name} crashed though nothing was wrong")
            if report is None or not report.failure:
                break
            if self._is_kept_out(tablet.device):
                self._world.reach("a tablet is let in again with a new code")
                self._world.mishaps.enrol(tablet)
            elif any(self._is_kept_out(former.device) for former in tablet.store.outbox.former()):
                self._world.reach("a former tablet is let in with a new code")
                self._world.mishaps.enrol_former(tablet)
            else:
                break
        checks.expect(report is not None and not report.differing, f"{tablet.name}: something stays different")

    def _is_kept_out(self, device: str) -> bool:
        return not self._world.server_rows(f"SELECT 1 FROM device WHERE device = '{device}' AND NOT is_revoked")

    def _has_something_to_do(self, tablet: SimulatedTablet) -> bool:
        """Tell whether a tablet's last sync failed, something waits on it, or the site's log has gone on."""
        ((cursor, failure, waits),) = tablet.rows(_STATE)
        ((position,),) = self._world.server_rows(f"SELECT next_position - 1 FROM site WHERE name = '{SITE}'")
        return bool(failure or waits or cursor != position)
