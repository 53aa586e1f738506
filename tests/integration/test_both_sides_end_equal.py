"""Whatever one side has lost and the other still has comes back, is counted, and is said; nothing withdrawn does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from mobile_app.ports.sync import SyncReport
from mobile_app.storage import account
from shared.case.entry import DeviceId, EntryId, EntryKind
from shared.sync.compare import LAST, Range
from shared.sync.holding import Holding
from sync_server.database import Database
from sync_server.main import load_digests
from sync_server.repositories import audit, entries, holdings, witnessed
from sync_server.repositories.schema import migrate
from sync_server.repositories.users import Role, User
from sync_server.services.backup import back_up, restore
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from sync_server.tables.entry_row import EntryRow
from tests.databases import drop_database, new_database
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, running_server, signed_in


@dataclass
class Ward:
    """A server and the tablets of one ward."""

    kind: str
    folder: Path
    stack: ExitStack
    server: RunningServer
    tablets: list[JoinedTablet] = field(default_factory=list)

    def add_tablet(self) -> JoinedTablet:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        tablet = an_enrolled_tablet(folder, self.server)
        self.stack.callback(tablet.close)
        self.tablets.append(tablet)
        return tablet

    def sync_all(self, times: int = 2) -> list[SyncReport]:
        reports = [tablet.sync() for _ in range(times) for tablet in self.tablets]
        assert [report.failure for report in reports] == [""] * len(reports)
        return reports

    def stored(self) -> set[EntryId]:
        """Return every readable entry that the server passes on."""
        sql = "SELECT device, seq FROM entry JOIN device USING (device_no) WHERE payload IS NOT NULL"
        with self.server.services.database.reading() as session:
            return {EntryId(DeviceId(device), seq) for device, seq in session.execute(text(sql))}

    def kept_apart(self) -> set[EntryId]:
        with self.server.services.database.reading() as session:
            return {EntryId(one.device, one.seq) for one in witnessed.of_site(session, 1) if one.payload is not None}

    def lose(self, lost: Iterable[EntryId]) -> None:
        """Let the server forget entries, and that it ever had them."""
        with self.server.services.database.writing() as session:
            for one in lost:
                number = "(SELECT device_no FROM device WHERE device = :device)"
                session.execute(
                    text(f"DELETE FROM entry WHERE seq = :seq AND device_no = {number}"),  # noqa: S608
                    {"seq": one.seq, "device": one.device},
                )
            for device_no, device in session.execute(text("SELECT device_no, device FROM device")).all():
                readable = entries.in_range(session, 1, device, 1, LAST)
                holdings.set_to(session, 1, device_no, Holding.of(readable.values()))

    def acts(self) -> list[str]:
        with self.server.services.database.reading() as session:
            return [row.action for row in audit.every(session)]

    def faults(self) -> list[str]:
        told: list[str] = []
        Verification(self.server.services.database, load_digests(Settings().assets), told.append).run()
        return told

    def move_to(self, url: str) -> None:
        """Serve another database at the address that the tablets know."""
        self.server = self.stack.enter_context(running_server(url))
        for tablet in self.tablets:
            with tablet.store.database.writing() as session:
                session.execute(text("UPDATE device SET server_url = :url"), {"url": self.server.url})

    def new_database(self, *, is_migrated: bool) -> str:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        url = new_database(self.kind, folder, is_migrated=is_migrated)
        self.stack.callback(drop_database, url)
        return url

    def put_back(self, backup: Path) -> None:
        url = self.new_database(is_migrated=False)
        database = Database(url)
        restore(database, backup)
        database.close()
        self.move_to(url)

    def empty(self) -> None:
        url = self.new_database(is_migrated=False)
        database = Database(url)
        migrate(database)
        database.close()
        self.move_to(url)
        for tablet in self.tablets:
            tablet.synchroniser.enrol(self.server.url, self.server.code())


@pytest.fixture
def ward(database_url: str, tmp_path: Path) -> Iterator[Ward]:
    with ExitStack() as stack:
        kind = database_url.split(":", 1)[0]
        yield Ward(kind, tmp_path, stack, stack.enter_context(running_server(database_url)))


def record(tablet: JoinedTablet, count: int = 1) -> list[EntryId]:
    return [tablet.record(tablet.store.new_case_id(), {"fever_ge_38": True}).id for _ in range(count)]


def cases_of(tablet: JoinedTablet) -> set[EntryId]:
    with tablet.store.database.reading() as session:
        return {
            one
            for device, last in account.last_of(session).items()
            for one in account.ids_in(session, Range(device, 1, last))
        }


def test_when_both_hold_the_same_a_sync_with_nothing_new_is_one_request(ward: Ward) -> None:
    ana, ben = ward.add_tablet(), ward.add_tablet()
    record(ana, 3)
    record(ben, 2)
    ward.sync_all()

    reports = ward.sync_all(1)

    assert [(report.requests, report.repaired, report.differing) for report in reports] == [(1, 0, 0)] * 2
    assert "compared" not in ward.acts()
    assert cases_of(ana) == cases_of(ben) == ward.stored()


def test_a_server_from_an_older_backup_is_refilled_also_with_what_a_lost_tablet_had_sent(
    ward: Ward, tmp_path: Path
) -> None:
    ana, ben, lost = (ward.add_tablet() for _ in range(3))
    before = {*record(lost, 2), *record(ana)}
    ward.sync_all()
    back_up(ward.server.services.database, tmp_path / "backup")
    after = {*record(lost, 3), *record(ana, 2), *record(ben)}
    late = {one for one in after if one.device == lost.store.device}
    ward.sync_all()
    ward.tablets.remove(lost)
    ward.put_back(tmp_path / "backup")

    reports = ward.sync_all()

    # All that was acknowledged is here: what its author still has as it was, the rest apart.
    assert ward.stored() == (before | after) - late
    assert ward.kept_apart() == late
    assert sum(report.repaired for report in reports) >= 3
    assert ana.store.sync_overview().repaired + ben.store.sync_overview().repaired >= 3
    # One of them by Ben, who had not come again when Ana brought it; his own took its place.
    assert ward.acts().count("brought back") == 4
    assert ward.faults() == []
    # Nothing is left to compare, and nothing differs.
    assert [(one.requests, one.differing) for one in ward.sync_all(1)] == [(1, 0)] * 2

    # A tablet that joins now is given what is signed, and does not miss the rest.
    newcomer = ward.add_tablet()
    assert newcomer.sync().failure == ""
    assert cases_of(newcomer) == ward.stored()
    assert newcomer.store.sync_overview().differing == 0

    # The lost one is found: its signed batch takes the place of what was brought back.
    with lost.store.database.writing() as session:
        session.execute(text("UPDATE device SET server_url = :url"), {"url": ward.server.url})
    ward.tablets.append(lost)
    ward.sync_all()
    assert ward.stored() == before | after
    assert ward.kept_apart() == set()
    assert all(cases_of(tablet) == before | after for tablet in ward.tablets)
    assert ward.faults() == []


def test_an_emptied_server_is_refilled(ward: Ward) -> None:
    ana, ben, lost = (ward.add_tablet() for _ in range(3))
    sent = {*record(ana, 2), *record(ben), *record(lost, 2)}
    of_lost = {one for one in sent if one.device == lost.store.device}
    ward.sync_all()
    ward.tablets.remove(lost)

    ward.empty()
    ward.sync_all()

    assert ward.stored() == sent - of_lost
    assert ward.kept_apart() == of_lost
    assert ward.faults() == []
    # A second loss brings it back once more.
    ward.empty()
    ward.sync_all()
    assert ward.stored() | ward.kept_apart() == sent


def test_a_tablet_that_moves_to_another_site_brings_nothing_there(ward: Ward) -> None:
    ana, ben = ward.add_tablet(), ward.add_tablet()
    record(ben, 2)
    ward.sync_all()
    url = ward.new_database(is_migrated=True)
    if ward.kind == "sqlite":
        database = Database(url)
        migrate(database)
        database.close()
    ward.server = ward.stack.enter_context(running_server(url))

    ana.synchroniser.enrol(ward.server.url, ward.server.code())
    report = ana.sync()

    assert (report.failure, report.repaired, report.differing) == ("", 0, 0)
    assert ward.stored() == ward.kept_apart() == set()


def test_own_entries_that_the_server_has_lost_are_sent_again_by_the_chain(ward: Ward) -> None:
    ana = ward.add_tablet()
    sent = record(ana, 30)
    ward.sync_all()
    ward.lose(sent[3:7] + sent[20:21])
    assert ward.faults() != []

    (report,) = ward.sync_all(1)

    assert (report.repaired, report.differing) == (5, 0)
    assert ward.stored() == set(sent)
    assert ward.kept_apart() == set()
    assert ward.faults() == []


def test_what_was_withdrawn_does_not_come_back(ward: Ward, tmp_path: Path) -> None:
    ana, ben, lost = (ward.add_tablet() for _ in range(3))
    case = ana.store.new_case_id()
    ana.record(case, {"fever_ge_38": True})
    ward.sync_all()
    back_up(ward.server.services.database, tmp_path / "backup")
    lost.store.record(case, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    lost.sync()
    # Ben has the withdrawal; Ana does not, and still holds the case.
    ben.sync()
    ward.tablets.remove(lost)
    ward.put_back(tmp_path / "backup")

    ward.sync_all(3)

    assert not any(one.device == ana.store.device for one in ward.stored())
    for tablet in (ana, ben):
        assert tablet.store.summaries()[0].is_withdrawn
        assert tablet.store.sync_overview().differing == 0
    assert ward.faults() == []


def test_other_content_on_the_server_is_named_kept_on_both_sides_and_looked_into_once(ward: Ward) -> None:
    ana, ben = ward.add_tablet(), ward.add_tablet()
    (first, _) = record(ana, 2)
    ward.sync_all()
    with ward.server.services.database.writing() as session:
        row = session.exec(select(EntryRow).where(EntryRow.seq == 1)).one()
        row.payload = (row.payload or b"").replace(b"true", b"false")
        session.add(row)
    ward.lose([])

    report = ben.sync()

    assert (report.failure, report.repaired) == ("", 0)
    assert report.differing == 1
    assert len(report.quarantine_reasons) == 2
    assert "identity conflict" in ward.acts()
    assert ward.kept_apart() == {first}
    again = ben.sync()
    assert (again.requests, again.failure) == (1, "")
    assert ben.store.sync_overview().differing == 1


def test_a_page_shows_what_was_brought_back_until_its_author_signs_it(ward: Ward) -> None:
    ana, lost = ward.add_tablet(), ward.add_tablet()
    case = lost.store.new_case_id()
    ana.sync()
    lost.record(case, {"fever_ge_38": True})
    lost.sync()
    ana.sync()
    ward.tablets.remove(lost)
    ward.empty()
    ward.sync_all()
    pages = ward.server.services.case_page
    lead = User(1, "Huda Saleh", "", Role.DISTRICT_LEAD, None)

    (brought,) = pages.view(case, lead).brought_back
    assert (brought.author, brought.brought_by, brought.is_conflict) == ("a lost tablet", "Tablet 1", False)
    assert "Fever of 38 °C or more" in brought.answers
    assert pages.view(case, lead).conclusions == ()
    cookie = {"handwise_session": signed_in(ward.server.services, "Huda Saleh")}
    page = requests.get(f"{ward.server.url}/review/cases/{case}", cookies=cookie, timeout=30)
    assert page.status_code == 200
    assert "brought back by Tablet 1 · not yet signed by its author" in page.text

    with lost.store.database.writing() as session:
        session.execute(text("UPDATE device SET server_url = :url"), {"url": ward.server.url})
    lost.synchroniser.enrol(ward.server.url, ward.server.code())
    assert lost.sync().failure == ""
    assert pages.view(case, lead).brought_back == ()
    assert pages.view(case, lead).answers != ()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_subset_is_lost_on_either_side_both_end_equal(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        url = new_database("sqlite", folder)
        ward = Ward("sqlite", folder, stack, stack.enter_context(running_server(url)))
        ana, ben = ward.add_tablet(), ward.add_tablet()
        sent = [*record(ana, 12), *record(ben, 7)]
        ward.sync_all()
        server_lost = data.draw(st.sets(st.sampled_from(sent)))
        ben_lost = data.draw(st.sets(st.sampled_from([one for one in sent if one.device == ana.store.device])))
        ward.lose(server_lost)
        with ben.store.database.writing() as session:
            for one in ben_lost:
                session.execute(
                    text("DELETE FROM entry WHERE device = :device AND seq = :seq"),
                    {"device": one.device, "seq": one.seq},
                )

        first = data.draw(st.permutations(ward.tablets))
        for tablet in [*first, *first]:
            assert tablet.sync().failure == ""

        assert ward.stored() == set(sent)
        assert ward.kept_apart() == set()
        for tablet in ward.tablets:
            tablet.store.outbox.comparison.recount()
            assert cases_of(tablet) == set(sent)
            assert tablet.store.sync_overview().differing == 0
        assert ward.faults() == []
