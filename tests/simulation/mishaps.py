"""What goes wrong: crashes, lines, clocks, full disks, a server put back, tablets lost, restored and revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from shared.case.entry import DeviceId, EntryId
from sync_server.repositories import transfer
from tests.simulation import checks
from tests.simulation.disk import Disk, Files
from tests.simulation.holdings import OWN_AND_FORMER
from tests.simulation.server import ADDRESS, SITE
from tests.simulation.tablet import SimulatedTablet

if TYPE_CHECKING:
    from tests.simulation.server import SimulatedServer
    from tests.simulation.world import World

_EFFECTS_AHEAD = 16
_TWENTY_YEARS = 20 * 365


@dataclass(frozen=True, slots=True)
class _Backup:
    """What a tablet had when it was backed up; `last`: the number of its last entry in it."""

    tablet: SimulatedTablet
    device: DeviceId
    last: int
    disk: Files


class Mishaps:
    """The mishaps of one history, as its profile allows them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self._copies: list[Disk] = [world.server.copy_of_disk()] if "put the server back" in world.profile.acts else []
        self._backups: list[_Backup] = []
        if "restore a tablet" in world.profile.acts:
            self._back_up(world.one())

    def acts(self) -> dict[str, Callable[[], None]]:
        one = self._world.one
        return {
            "line": lambda: self._turn_line(one()),
            "clock": lambda: self._turn_clock(one()),
            "room": lambda: self._turn_room(one()),
            "keep a copy of the server": self._keep_copy,
            "put the server back": self._put_back,
            "back up a tablet": lambda: self._back_up(one()),
            "restore a tablet": self._restore,
            "revoke a tablet": lambda: self._revoke(one()),
            "let a tablet in again": lambda: self._let_in_again(one()),
        }

    def close(self) -> None:
        """Give back the room of copies that do not lie in the history's folder."""
        for disk in (*self._copies, self._world.server.disk):
            disk.drop()

    # Crashes

    def perhaps_doom(self) -> None:
        """Perhaps let somebody stop at one of the next effects."""
        if self._world.profile.crashing_tablets and self._chance.random() < 0.5:
            self._doom(self._world.one())
        if self._world.profile.crashing_server and self._chance.random() < 0.3:
            self._doom(self._world.server)

    def _doom(self, node: SimulatedTablet | SimulatedServer) -> None:
        node.crashes_in = self._chance.randrange(_EFFECTS_AHEAD)
        node.loses_power = self._world.profile.loses_power and self._chance.random() < 0.7

    # One tablet's troubles

    def _turn_line(self, tablet: SimulatedTablet) -> None:
        tablet.is_cut_off = not tablet.is_cut_off
        self._world.tell(f"{tablet.name}: {'no' if tablet.is_cut_off else 'a'} connection")

    def _turn_clock(self, tablet: SimulatedTablet) -> None:
        tablet.clock.wall += timedelta(days=self._chance.randint(-_TWENTY_YEARS, _TWENTY_YEARS))
        tablet.clock.wall = tablet.clock.wall.replace(year=min(max(tablet.clock.wall.year, 1990), 2060), day=1)
        self._world.tell(f"{tablet.name}: the clock says {tablet.clock.wall:%Y-%m}")

    def _turn_room(self, tablet: SimulatedTablet) -> None:
        tablet.is_full = not tablet.is_full
        self._world.tell(f"{tablet.name}: {'full' if tablet.is_full else 'has room again'}")

    # The server is put back

    def _keep_copy(self) -> None:
        self._copies.append(self._world.server.copy_of_disk())
        self._world.tell("a copy of the server is kept")

    def _put_back(self) -> None:
        world, server = self._world, self._world.server
        server.start_again_on(self._chance.choice(self._copies).copy())
        world.was_put_back = True
        world.delivery.forget_what_was_taken()
        world.ledger.revoked_at.clear()
        says_so = self._chance.random() < 0.5
        if says_so:
            # As `handwise-server restore` does it.
            with server.services.database.writing() as session:
                transfer.become_another(session)
            server.start_again_on(server.copy_of_disk())
        world.reach(f"the server is put back and {'says so' if says_so else 'does not say so'}")
        if world.ledger.lost:
            world.reach("a tablet is lost and the server put back")
        world.tell(f"the server is put back to an older copy{', and says so' if says_so else ''}")

    # A tablet is backed up, lost, restored

    def _back_up(self, tablet: SimulatedTablet) -> None:
        last = max((entry.seq for entry in self._world.ledger.written if entry.device == tablet.device), default=0)
        self._backups.append(_Backup(tablet, tablet.device, last, tablet.disk.copy()))
        self._world.tell(f"{tablet.name}: a backup is made")

    def _restore(self) -> None:
        """Restore a backup on another device. The tablet that it was made of is lost, or goes on beside it."""
        if not self._backups:
            return
        world = self._world
        backup = self._backups.pop(self._chance.randrange(len(self._backups)))
        of = backup.tablet
        goes_on = of not in world.tablets or of.device != backup.device or self._chance.random() < 0.4
        if not goes_on:
            self._lose(of, backup)
        new = SimulatedTablet.restored(f"{of.name}+{len(world.lines)}", backup.disk)
        checks.expect(new.device != backup.device, f"{new.name} has the identity of {of.name}, which may go on")
        world.add(new)
        held = {EntryId(DeviceId(author), seq) for author, seq in new.rows("SELECT device, seq FROM entry")}
        world.ledger.saved_on[new.name] = {one for one in held if one.device in (backup.device, new.device)}
        world.reach(f"a backup is restored and the tablet {'goes on' if goes_on else 'is lost'}")
        world.tell(f"{new.name}: is the backup of {of.name}, which {'goes on' if goes_on else 'is lost'}")
        self.enrol(new)

    def _lose(self, tablet: SimulatedTablet, backup: _Backup) -> None:
        world = self._world
        world.tablets.remove(tablet)
        tablet.stop()
        world.ledger.lost.add(tablet.name)
        # What came after the backup; and what an older tablet wrote that this one was restored from, which it still
        # had and its backup too, is in the backup.
        world.ledger.may_be_gone |= {
            entry for entry in world.ledger.written if entry.device == backup.device and entry.seq > backup.last
        }
        world.ledger.saved_on.pop(tablet.name, None)
        if world.was_put_back:
            world.reach("a tablet is lost and the server put back")

    # A tablet is revoked

    def _revoke(self, tablet: SimulatedTablet) -> None:
        world = self._world
        query = f"SELECT tablet_no, head_seq FROM device WHERE device = '{tablet.device}' AND NOT is_revoked"
        for tablet_no, head in world.server_rows(query):
            revoke = partial(world.server.services.enrolment.revoke, SITE, tablet_no)
            world.at_the_server(f"{tablet.name}: is revoked", revoke)
            if not world.server_rows(query):
                world.ledger.revoked_at[tablet.device] = head
                world.reach("a tablet is revoked")
                if "carry" in world.profile.acts and self._chance.random() < 0.6:
                    # Its user tries another way.
                    world.carrying.carry_all_the_way(tablet)

    def _let_in_again(self, tablet: SimulatedTablet) -> None:
        if tablet.device in self._world.ledger.revoked_at:
            self.enrol(tablet)

    def enrol(self, tablet: SimulatedTablet) -> None:
        """The coordinator gives a code, and nothing goes wrong with it."""
        self._safely(tablet, lambda: tablet.synchroniser.enrol(ADDRESS, self._world.server.code()))
        self._world.ledger.revoked_at.pop(tablet.device, None)
        self._world.tell(f"{tablet.name}: is enrolled")

    def enrol_former(self, tablet: SimulatedTablet) -> None:
        """The same for the tablet whose backup this one is."""
        self._safely(tablet, lambda: tablet.synchroniser.enrol_former(self._world.server.code()))
        for device, _, _ in tablet.rows(OWN_AND_FORMER):
            if self._world.server_rows(f"SELECT 1 FROM device WHERE device = '{device}' AND NOT is_revoked"):
                self._world.ledger.revoked_at.pop(DeviceId(device), None)
        self._world.tell(f"{tablet.name}: its former tablet is enrolled")

    def _safely(self, tablet: SimulatedTablet, act: Callable[[], None]) -> None:
        world = self._world
        is_healing, world.is_healing = world.is_healing, True
        world.server.crashes_in = tablet.crashes_in = None
        was_full, tablet.is_full = tablet.is_full, False
        world.speaking.append(tablet)
        act()
        world.speaking.pop()
        world.is_healing, tablet.is_full = is_healing, was_full
