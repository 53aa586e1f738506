"""Two tablets and a server: whatever is recorded where and synced when, all end with the same cases."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.canonical import canonical_json
from shared.case.entry import CaseId, EntryId, entry_to_json
from shared.case.fold import fold
from tests.databases import drop_database, new_database
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import running_server

answers = st.dictionaries(
    st.sampled_from(["fever_ge_38", "erythema", "warmth", "fluctuance"]), st.booleans(), min_size=1, max_size=3
)
which_tablet = st.integers(0, 1)


class TwoTabletsOneServer(RuleBasedStateMachine):
    """Record on either tablet, sync either at any time; nothing is ever lost, and a last sync makes all equal."""

    kind = "sqlite"

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.stack = ExitStack()
        self.stack.callback(shutil.rmtree, self.folder)
        url = new_database(self.kind, self.folder)
        self.stack.callback(drop_database, url)
        self.server = self.stack.enter_context(running_server(url))
        self.tablets = [self.new_tablet(f"tablet-{number}") for number in (1, 2)]
        self.cases: list[CaseId] = []
        self.recorded: set[EntryId] = set()

    def new_tablet(self, name: str) -> JoinedTablet:
        tablet = an_enrolled_tablet(self.folder / name, self.server)
        self.stack.callback(tablet.close)
        return tablet

    @rule(number=which_tablet, new=answers)
    def record_new_case(self, number: int, new: dict[str, bool]) -> None:
        case_id = self.tablets[number].store.new_case_id()
        self.cases.append(case_id)
        self.recorded.add(self.tablets[number].record(case_id, new).id)

    @rule(number=which_tablet, new=answers, pick=st.integers(0, 100))
    def record_in_a_case_that_this_tablet_knows(self, number: int, new: dict[str, bool], pick: int) -> None:
        known = [case_id for case_id in self.cases if len(self.tablets[number].store.log(case_id))]
        if known:
            self.recorded.add(self.tablets[number].record(known[pick % len(known)], new).id)

    @rule(number=which_tablet)
    def sync(self, number: int) -> None:
        assert self.tablets[number].sync().failure == ""

    @invariant()
    def each_tablet_still_has_all_that_it_recorded(self) -> None:
        for tablet in getattr(self, "tablets", ()):
            held = {entry.id for case_id in self.cases for entry in tablet.store.log(case_id)}
            assert {identity for identity in self.recorded if identity.device == tablet.store.device} <= held

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        with self.stack:
            for tablet in [*self.tablets, *self.tablets]:
                assert tablet.sync().failure == ""
            # What the server holds, seen by someone who has nothing of his own.
            newcomer = self.new_tablet("newcomer")
            assert newcomer.sync().failure == ""
            for case_id in self.cases:
                logs = [tablet.shared_log(case_id) for tablet in (*self.tablets, newcomer)]
                views = [[canonical_json(entry_to_json(entry)) for entry in log.in_causal_order()] for log in logs]
                assert views[0] == views[1] == views[2]
                assert fold(logs[0]) == fold(logs[1]) == fold(logs[2])
            held = {entry.id for case_id in self.cases for entry in newcomer.store.log(case_id)}
            assert held == self.recorded
            assert all(tablet.store.sync_overview().waiting == 0 for tablet in self.tablets)


class OnPostgreSQL(TwoTabletsOneServer):
    """The same, on the other database."""

    kind = "postgresql"


TestTwoTabletsOneServer = TwoTabletsOneServer.TestCase
TestTwoTabletsOneServer.settings = settings(max_examples=20, stateful_step_count=20)
TestOnPostgreSQL = OnPostgreSQL.TestCase
TestOnPostgreSQL.settings = settings(max_examples=8, stateful_step_count=20)
