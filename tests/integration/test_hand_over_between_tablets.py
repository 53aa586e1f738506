"""A case handed over without a network, and what the server makes of it afterwards: in one clinic, and between two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.case.entry import EntryKind
from shared.sync.hand_over import read_hand_over, write_hand_over
from shared.sync.qr_frames import CASE, Transfer, frames_of
from sync_server.repositories import cases
from sync_server.repositories.cases import CaseFilter
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, running_server
from tests.tablet_world import CASE as CHILD
from tests.tablet_world import a_conclusion

FIRST = {"age_days": 274, "sex": "male", "region": ("hand",), "fever_ge_38": False}
LATER = {"swelling_consistency": "stony_hard"}


@pytest.fixture
def server(database_url: str) -> Iterator[RunningServer]:
    with running_server(database_url) as running:
        yield running


def hand_over(giving: JoinedTablet, taking: JoinedTablet) -> tuple[str, ...]:
    transfer = Transfer(CASE)
    transfer.take_all(frames_of(write_hand_over(giving.store.hand_over.entries(CHILD)), CASE))
    return taking.store.hand_over.take(read_hand_over(transfer.payload())).reasons


def synced(tablet: JoinedTablet) -> None:
    report = tablet.sync()
    assert (report.failure, report.quarantine_reasons) == ("", ())
    assert tablet.store.sync_overview().not_accepted == 0


def test_in_one_clinic_the_server_brings_later_what_is_here_already(server: RunningServer, tmp_path: Path) -> None:
    giving, taking = (an_enrolled_tablet(tmp_path / name, server) for name in "ab")
    first = giving.store.record(CHILD, EntryKind.ASSESSMENT, FIRST, a_conclusion())
    assert hand_over(giving, taking) == ()
    follow_up = taking.store.record(CHILD, EntryKind.FOLLOW_UP, LATER)

    # The taker's follow-up reaches the server before what it builds on.
    synced(taking)
    synced(giving)
    synced(taking)

    assert taking.shared_log(CHILD) == giving.shared_log(CHILD)
    assert {entry.id for entry in taking.store.log(CHILD)} == {first.id, follow_up.id}
    assert server.services.figures.figures().cases == 1
    giving.close()
    taking.close()


def test_what_was_taken_is_never_sent_by_the_taker(server: RunningServer, tmp_path: Path) -> None:
    giving, taking = (an_enrolled_tablet(tmp_path / name, server) for name in "ab")
    giving.store.record(CHILD, EntryKind.ASSESSMENT, FIRST, a_conclusion())
    hand_over(giving, taking)

    report = taking.sync()

    assert (report.pushed, server.services.figures.figures().cases) == (0, 0)
    giving.close()
    taking.close()


@pytest.mark.parametrize("who_is_first", ["giver", "taker"])
def test_between_two_clinics_each_has_its_own_case_and_neither_is_refused(
    server: RunningServer, tmp_path: Path, who_is_first: str
) -> None:
    giving = an_enrolled_tablet(tmp_path / "a", server)
    taking = an_enrolled_tablet(tmp_path / "b", server, site="Clinic B")
    first = giving.store.record(CHILD, EntryKind.ASSESSMENT, FIRST, a_conclusion())
    hand_over(giving, taking)
    taking.store.record(CHILD, EntryKind.FOLLOW_UP, LATER)

    for tablet in (giving, taking) if who_is_first == "giver" else (taking, giving):
        synced(tablet)
    for tablet in (giving, taking):
        synced(tablet)

    # The taker can read the whole case and go on; the giver's clinic learns nothing of the other's visit.
    assert len(taking.store.log(CHILD)) == 2
    assert [entry.id for entry in giving.store.log(CHILD)] == [first.id]
    taking.store.record(CHILD, EntryKind.FOLLOW_UP, {"warmth": False})
    synced(taking)
    with server.services.case_page.database.reading() as session:
        listed = cases.newest(session, CaseFilter(), None, 10)
        references = cases.references(session, listed)
        assert len(listed) == len(set(references.values())) == 2
        for case in listed:
            assert cases.find(session, references[case.case_no]) == case
        for nonsense in ("x-1", f"{CHILD}-", f"{CHILD}-x", f"{CHILD}-\x00", f"{CHILD}-99", f"{CHILD}-" + "9" * 40):
            assert cases.find(session, nonsense) is None
    giving.close()
    taking.close()
