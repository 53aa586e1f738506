"""A tablet is lost, its backup restored, and the server gets everything of the backup exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from mobile_app.ports.records import SyncState
from mobile_app.storage.tables import FormerDeviceRow
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import EntryKind
from sync_server.tables.case_row import CaseRow
from tests.backup_world import Stick, a_stick
from tests.joined import JoinedTablet
from tests.server_world import RunningServer
from tests.tablet_world import TestTablet, a_tablet


class Lost:
    """A tablet that is backed up, and the one that its backup is restored onto."""

    def __init__(self, folder: Path, server: RunningServer) -> None:
        self.server = server
        self.old = TestTablet(folder / "old")
        self.new = TestTablet(folder / "new")
        store = self.old.set_up()
        self.stick: Stick = a_stick(self.old, store, folder / "stick")
        self.tablet = self.joined(store)

    def joined(self, store) -> JoinedTablet:
        return JoinedTablet(store, OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version="1.0"))

    def enrol(self, tablet: JoinedTablet) -> None:
        tablet.synchroniser.enrol(self.server.url, self.server.code())

    def record(self, count: int, tablet: JoinedTablet | None = None) -> None:
        chosen = tablet or self.tablet
        for _ in range(count):
            chosen.record(chosen.store.new_case_id(), {"fever_ge_38": True}, record_number="MRN7")

    def back_up(self) -> Path:
        return self.stick.write(self.old, self.tablet.store)

    def restore(self, file: Path) -> JoinedTablet:
        return self.joined(self.stick.restore(file, self.new))

    def on_the_server(self) -> list[tuple[str, int]]:
        """Return device and number of every entry that the server holds."""
        with self.server.services.exchange.database.reading() as session:
            rows = session.connection().exec_driver_sql(
                "SELECT device.device, entry.seq FROM entry JOIN device ON device.device_no = entry.device_no"
            )
            return sorted((str(device), int(seq)) for device, seq in rows)

    def former(self, tablet: JoinedTablet) -> FormerDeviceRow:
        with tablet.store.database.reading() as session:
            return session.get_one(FormerDeviceRow, self.tablet.store.device)


@pytest.fixture
def lost(tmp_path, server):
    with a_tablet(tmp_path):
        lost = Lost(tmp_path, server)
        yield lost
        lost.tablet.close()


def numbers(tablet: JoinedTablet, count: int) -> list[tuple[str, int]]:
    return [(tablet.store.device, seq) for seq in range(1, count + 1)]


def test_what_a_lost_tablet_had_not_sent_reaches_the_server_once_and_the_new_one_goes_on_from_one(lost):
    lost.enrol(lost.tablet)
    lost.record(4)
    assert lost.tablet.sync().failure == ""
    lost.record(3)
    file = lost.back_up()
    lost.record(2)

    new = lost.restore(file)
    assert new.store.sync_overview().is_enrolled is False
    assert {case.sync_state for case in new.store.summaries()} == {SyncState.SENT, SyncState.LOCAL}
    lost.enrol(new)
    assert new.store.sync_overview().waiting == 3
    lost.record(2, new)
    report = new.sync()

    assert (report.failure, report.pushed, report.quarantined) == ("", 5, 0)
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 7), *numbers(new, 2)])
    assert {case.sync_state for case in new.store.summaries()} == {SyncState.SENT}
    assert new.store.sync_overview().waiting == 0
    assert new.sync().pushed == 0
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 7), *numbers(new, 2)])
    new.close()


def test_a_follow_up_on_the_new_tablet_joins_the_case_of_the_lost_one(lost):
    lost.enrol(lost.tablet)
    lost.record(1)
    case_id = lost.tablet.store.summaries()[0].case_id
    new = lost.restore(lost.back_up())
    lost.enrol(new)

    entry = new.store.record(case_id, EntryKind.FOLLOW_UP, {"fever_ge_38": False})
    assert new.sync().failure == ""

    assert (entry.id.seq, [parent.device for parent in entry.parents]) == (1, [lost.tablet.store.device])
    with lost.server.services.exchange.database.reading() as session:
        assert session.exec(select(func.count()).select_from(CaseRow)).one() == 1
    new.close()


def test_an_old_tablet_that_is_alive_and_further_on_breaks_nothing(lost):
    lost.enrol(lost.tablet)
    lost.record(3)
    file = lost.back_up()
    lost.record(4)
    assert lost.tablet.sync().pushed == 7

    new = lost.restore(file)
    lost.enrol(new)
    lost.record(2, new)
    report = new.sync()

    assert (report.failure, report.quarantined) == ("", 0)
    assert lost.former(new).has_gone_on
    assert len(new.store.summaries()) == 9
    # Both go on.
    lost.record(1)
    lost.record(1, new)
    assert (lost.tablet.sync().failure, new.sync().failure, lost.tablet.sync().failure) == ("", "", "")
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 8), *numbers(new, 3)])
    assert len(lost.tablet.store.summaries()) == len(new.store.summaries()) == 11
    new.close()


@pytest.mark.parametrize("signed", [False, True])
def test_an_old_tablet_that_comes_back_after_its_cases_were_sent_for_it_goes_on(lost, signed, monkeypatch):
    """Both cut the chain into batches of their own; the server keeps the cuts that came first."""
    lost.enrol(lost.tablet)
    lost.record(2)
    lost.tablet.sync()
    lost.record(3)
    file = lost.back_up()
    lost.record(2)
    if signed:
        # It had signed a batch that reaches beyond the backup, and got no connection.
        lost.tablet.store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.0")

    new = lost.restore(file)
    lost.enrol(new)
    assert new.sync().failure == ""
    assert lost.on_the_server() == numbers(lost.tablet, 5)

    report = lost.tablet.sync()

    assert (report.failure, report.quarantined) == ("", 0)
    assert lost.on_the_server() == numbers(lost.tablet, 7)
    assert lost.tablet.store.sync_overview().waiting == 0
    # What it adds reaches the new tablet like any other's.
    assert new.sync().pulled == 2
    new.close()


def test_a_backup_signed_batches_that_the_old_tablet_sent_meanwhile_are_recognised(lost):
    lost.enrol(lost.tablet)
    lost.record(3)
    lost.tablet.store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.0")
    file = lost.back_up()
    assert lost.tablet.sync().pushed == 3

    new = lost.restore(file)
    lost.enrol(new)

    assert new.sync().failure == ""
    assert not lost.former(new).has_gone_on
    assert lost.on_the_server() == numbers(lost.tablet, 3)
    new.close()


def test_a_lost_tablet_that_was_revoked_is_let_in_again_with_a_code_for_it(lost):
    lost.enrol(lost.tablet)
    lost.record(2)
    lost.tablet.sync()
    lost.record(3)
    file = lost.back_up()
    lost.server.services.enrolment.revoke("Clinic A", 1)

    new = lost.restore(file)
    lost.enrol(new)
    lost.record(1, new)
    report = new.sync()

    assert "former tablet" in report.failure
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 2), *numbers(new, 1)])
    assert new.store.sync_overview().waiting == 3
    new.synchroniser.enrol_former(lost.server.code())
    assert new.sync().failure == ""
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 5), *numbers(new, 1)])
    assert new.store.sync_overview().waiting == 0
    new.close()


def test_the_cases_of_a_tablet_that_was_never_connected_go_with_a_code_for_it(lost):
    lost.record(3)
    new = lost.restore(lost.back_up())
    lost.enrol(new)
    lost.record(1, new)

    assert "former tablet" in new.sync().failure
    assert new.store.sync_overview().waiting == 3
    new.synchroniser.enrol_former(lost.server.code())
    assert new.sync().failure == ""

    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 3), *numbers(new, 1)])
    new.close()


def test_a_withdrawal_on_the_new_tablet_keeps_what_was_not_signed_from_leaving(lost):
    lost.enrol(lost.tablet)
    lost.record(1)
    case_id = lost.tablet.store.summaries()[0].case_id
    new = lost.restore(lost.back_up())
    lost.enrol(new)
    (first,) = new.store.log(case_id)

    new.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert new.store.sent_form(first.id).answers == {}
    assert new.sync().failure == ""
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 1), *numbers(new, 1)])
    new.close()


def test_a_backup_of_a_restored_tablet_brings_both_former_ones(lost, tmp_path):
    lost.enrol(lost.tablet)
    lost.record(2)
    second = lost.restore(lost.back_up())
    lost.enrol(second)
    lost.record(2, second)
    file = lost.stick.write(lost.new, second.store)

    third = lost.joined(lost.stick.restore(file, TestTablet(tmp_path / "third")))
    lost.enrol(third)
    lost.record(1, third)
    assert third.sync().failure == "" or "former" in third.sync().failure

    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 2), *numbers(second, 2), *numbers(third, 1)])
    second.close()
    third.close()


@pytest.mark.parametrize("who", ["the old one", "the new one"])
def test_one_tablet_withdraws_what_the_other_one_has_sent_as_it_was(lost, who):
    """Both hold the same unsent case; one takes the content out of it, the other sends it first. Neither gets stuck."""
    lost.enrol(lost.tablet)
    lost.record(2)
    case_id = lost.tablet.store.summaries()[0].case_id
    new = lost.restore(lost.back_up())
    lost.enrol(new)
    withdrawing, sending = (lost.tablet, new) if who == "the old one" else (new, lost.tablet)

    withdrawing.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    assert sending.sync().failure == ""
    reports = [tablet.sync() for tablet in (withdrawing, sending, withdrawing)]

    assert [report.failure for report in reports] == [""] * 3
    assert withdrawing.store.sync_overview().waiting == sending.store.sync_overview().waiting == 0
    for tablet in (withdrawing, sending):
        assert [case.is_withdrawn for case in tablet.store.summaries() if case.case_id == case_id] == [True]
    assert not reports[-1].differing
    new.close()


def test_a_withdrawal_that_waits_stays_as_it_is_when_the_case_is_withdrawn_again(lost):
    lost.enrol(lost.tablet)
    lost.record(1)
    case_id = lost.tablet.store.summaries()[0].case_id
    withdrawal = lost.tablet.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    new = lost.restore(lost.back_up())
    lost.enrol(new)

    new.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "entered_in_error"})

    assert new.store.sent_form(withdrawal.id).answers == {"withdrawal_reason": "consent"}
    assert (lost.tablet.sync().failure, new.sync().failure, lost.tablet.sync().failure) == ("", "", "")
    new.close()


@pytest.mark.parametrize("signed", [False, True], ids=["nothing signed", "signed, and no connection"])
def test_one_tablet_withdraws_and_sends_first_what_the_other_one_still_holds_as_it_was(lost, signed):
    """The server has the chain with the content taken out of it; the tablet that wrote it goes on from there."""
    lost.enrol(lost.tablet)
    lost.record(3)
    case_id = lost.tablet.store.summaries()[1].case_id
    new = lost.restore(lost.back_up())
    lost.enrol(new)
    if signed:
        lost.tablet.store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.0")
    new.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    assert new.sync().failure == ""
    lost.record(2)

    reports = [tablet.sync() for tablet in (lost.tablet, new, lost.tablet)]

    assert [report.failure for report in reports] == [""] * 3
    for tablet in (lost.tablet, new):
        overview = tablet.store.sync_overview()
        assert (overview.waiting, overview.not_accepted, overview.differing) == (0, 0, 0)
        assert [case.is_withdrawn for case in tablet.store.summaries() if case.case_id == case_id] == [True]
    assert lost.on_the_server() == sorted([*numbers(lost.tablet, 5), *numbers(new, 1)])
    new.close()


def test_what_a_withdrawn_case_was_elsewhere_is_nothing_that_was_not_accepted(lost):
    """The old tablet sent it as it was and went on; the new one, which has withdrawn it, has nothing to ask about."""
    lost.enrol(lost.tablet)
    lost.record(2)
    case_id = lost.tablet.store.summaries()[1].case_id
    new = lost.restore(lost.back_up())
    lost.enrol(new)
    new.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    lost.record(2)
    assert lost.tablet.sync().failure == ""

    reports = [tablet.sync() for tablet in (new, lost.tablet, new)]

    assert [report.failure for report in reports] == [""] * 3
    for tablet in (lost.tablet, new):
        overview = tablet.store.sync_overview()
        assert (overview.waiting, overview.not_accepted, overview.differing) == (0, 0, 0)
    new.close()
