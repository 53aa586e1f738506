"""One history: some tablets, a server, a line between them, and what happens to them, as a seed draws it.

The acts stand beside it: what people do (`people.py`), what goes wrong (`mishaps.py`), what is carried without a
network (`carrying.py`), and how all is mended in the end (`healing.py`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mobile_app.ports.sync import SyncReport
from shared.case.entry import CaseId, EntryId
from shared.errors import StoreFull
from sync_server.services.refusals import NoSuchCase
from sync_server.services.review import ReviewNotSaved
from tests.simulation import checks
from tests.simulation.carrying import Carrying
from tests.simulation.delivery import Delivery
from tests.simulation.healed import when_healed
from tests.simulation.healing import Healing
from tests.simulation.holdings import OWN_AND_FORMER
from tests.simulation.ledger import Ledger
from tests.simulation.mishaps import Mishaps
from tests.simulation.node import Crash, Node
from tests.simulation.people import CODE_OF_NEW_KNOWLEDGE, People
from tests.simulation.profile import Profile
from tests.simulation.server import SimulatedServer
from tests.simulation.tablet import SimulatedTablet
from tests.simulation.template import Template

_OWN_ENTRIES = (
    'SELECT e.seq, e.case_id, s.body, e.body LIKE \'%"kind":"withdrawal"%\' FROM entry e'
    " JOIN sent_form s ON s.seq = e.seq JOIN device d ON d.device = e.device ORDER BY e.seq"
)
# What a sync says when it ran into something that nobody foresaw.
_STOPPED = "The sync stopped."


class World:
    """Everything of one history. `lines` tell it; `reached` counts which faults and effects it had."""

    def __init__(self, folder: Path, template: Template, profile: Profile, chance: random.Random) -> None:
        self.profile = profile
        self.chance = chance
        self.ledger = Ledger()
        self.lines: list[str] = []
        self.reached: Counter[str] = Counter()
        self.was_put_back = self.is_healing = False
        self.speaking: list[SimulatedTablet] = []
        """The tablets that are in the midst of a sync, the last one's message on the line."""
        unknown = frozenset({CODE_OF_NEW_KNOWLEDGE}) if profile.old_server else frozenset[str]()
        self.server = SimulatedServer(template.copy_server(folder / "server-0"), unknown)
        self._follow(self.server)
        self.tablets: list[SimulatedTablet] = []
        for number in range(profile.tablets):
            self.add(SimulatedTablet(f"tablet{number}", template.copy_tablet(number, folder / f"tablet{number}-0")))
        for tablet in self.tablets:
            self.note_written(tablet)
            self.note_acknowledged(tablet)
        self.people, self.mishaps, self.carrying = People(self), Mishaps(self), Carrying(self)
        self.delivery = Delivery(self)
        self._acts: dict[str, Callable[[], None]] = {
            "sync": lambda: self._sync_one(),
            **self.people.acts(),
            **self.mishaps.acts(),
            **self.carrying.acts(),
            "a late message comes": self.delivery.let_one_come,
        }

    def tell(self, line: str) -> None:
        self.lines.append("  " * len(self.speaking) + line)

    def reach(self, what: str) -> None:
        self.reached[what] += 1

    def run(self) -> None:
        """Let it all happen, then heal it.

        Raises:
            Broken: something that was promised does not hold.
        """
        self.people.begin()
        names, weights = list(self.profile.acts), list(self.profile.acts.values())
        for _ in range(self.profile.steps):
            act = self.chance.choices(names, weights)[0]
            self.reach(f"act: {act}")
            self.mishaps.perhaps_doom()
            self._acts[act]()
            checks.after_an_act(self)
        Healing(self).run()
        when_healed(self)

    def close(self) -> None:
        for node in (*self.tablets, self.server):
            node.crashes_in = None
            node.stop()
        self.mishaps.close()

    # What acts are made of

    def add(self, tablet: SimulatedTablet) -> None:
        self._follow(tablet)
        self.tablets.append(tablet)

    def one(self) -> SimulatedTablet:
        return self.chance.choice(self.tablets)

    def cases_of(self, tablet: SimulatedTablet) -> list[CaseId]:
        held = {CaseId(row[0]) for row in tablet.rows("SELECT case_id FROM case_index")}
        return [case_id for case_id in self.ledger.cases if case_id in held]

    def server_rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = self.server.services.database.engine.raw_connection()
        try:
            return list(connection.cursor().execute(query).fetchall())
        finally:
            connection.close()

    def attempt(self, tablet: SimulatedTablet, what: str, act: Callable[[], Any]) -> bool:
        """Have somebody do something on a tablet; False if it came to nothing, or nobody was told what came of it."""
        tablet.doing = what.split(" of ")[0]
        try:
            act()
        except StoreFull:
            self.tell(f"{tablet.name}: {what}: is full")
            self.reach("a tablet is full")
        except Crash as crash:
            self.tell(f"{tablet.name}: {what}: is not told")
            self.come_back(tablet, crash)
        else:
            self.tell(f"{tablet.name}: {what}")
            return True
        return False

    def at_the_server(self, what: str, act: Callable[[], object]) -> None:
        """Have a coordinator do something; if the server stops meanwhile, nobody is told what came of it."""
        self.server.doing = "serves a coordinator"
        try:
            act()
            self.tell(what)
        except (NoSuchCase, ReviewNotSaved):
            pass
        except Crash:
            self.server.come_back()

    def sync(self, tablet: SimulatedTablet) -> SyncReport | None:
        """A tablet syncs. None: it did not live to see the end."""
        if tablet in self.speaking:
            return None
        self.tell(f"{tablet.name}: syncs")
        self.speaking.append(tablet)
        tablet.doing = "syncs"
        try:
            report = tablet.sync()
        except Crash as crash:
            self.speaking.pop()
            self.come_back(tablet, crash)
            return None
        self.speaking.pop()
        self.tell(f"{tablet.name}: {_in_words(report)}")
        self._count_what_came_of(report)
        checks.expect(_STOPPED not in report.failure, f"{tablet.name}: the sync ran into something unforeseen")
        if not self.was_put_back:
            needed = report.repaired or report.differing
            checks.expect(not needed, f"{tablet.name}: something has to be mended though nothing was put back")
        self.note_written(tablet)
        self.note_acknowledged(tablet)
        return report

    def come_back(self, tablet: SimulatedTablet, crash: Crash) -> None:
        """Start a tablet again that crashed in what it was just doing; what it may have saved is written down."""
        if crash.node is not tablet or tablet in self.speaking:
            raise crash
        tablet.come_back()
        self.note_written(tablet, at_most=self.people.most_entries_at_once)
        self.note_acknowledged(tablet)

    # What the ledger is told

    def note_written(self, tablet: SimulatedTablet, at_most: int | None = None) -> None:
        """Take what the tablet has written since into the ledger."""
        known = self.ledger.saved_on.get(tablet.name, set())
        new = [
            (EntryId(tablet.device, seq), CaseId(case_id), body, withdraws)
            for seq, case_id, body, withdraws in tablet.rows(_OWN_ENTRIES)
            if EntryId(tablet.device, seq) not in known
        ]
        checks.expect(at_most is None or len(new) <= at_most, f"{tablet.name} has written by itself")
        for entry_id, case_id, body, withdraws in new:
            before = self.ledger.written.get(entry_id, body)
            checks.expect(before == body, f"{entry_id} was written twice, with two contents")
            self.ledger.write(tablet.name, entry_id, case_id, body, withdraws=bool(withdraws))

    def note_acknowledged(self, tablet: SimulatedTablet) -> None:
        """Take what the tablet believes the server to have said into the ledger, also of the tablets before it."""
        for device, head, _ in tablet.rows(OWN_AND_FORMER):
            self.ledger.acknowledged |= {
                entry for entry in self.ledger.written if entry.device == device and entry.seq <= head
            }

    def _sync_one(self) -> None:
        self.sync(self.one())

    def _follow(self, node: Node) -> None:
        node.told, node.reach = self.tell, self.reach  # type: ignore[method-assign]

    def _count_what_came_of(self, report: SyncReport) -> None:
        for what, happened in (
            ("a sync fails and says why", report.failure),
            ("a sync mends a difference", report.repaired),
            ("an entry is set apart", report.quarantined),
        ):
            if happened:
                self.reach(what)


def _in_words(report: SyncReport) -> str:
    if report.failure:
        return report.failure
    mended = f", mended {report.repaired}" if report.repaired else ""
    return f"pushed {report.pushed}, pulled {report.pulled}{mended}, in {report.requests} requests"
