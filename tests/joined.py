"""Real tablets joined to the real server of `server_world.py`: the whole of both sides, in one process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mobile_app.navigation import Screen
from mobile_app.ports.records import LocalDetails
from mobile_app.ports.sync import SyncReport
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import AnswerValue, CaseId, Entry, EntryKind
from shared.case.log import CaseLog
from tests.databases import new_database
from tests.presenter_world import Finger, a_copied_finger
from tests.server_world import RunningServer, running_server
from tests.tablet_world import a_tablet


@dataclass(frozen=True, slots=True)
class JoinedTablet:
    """An unlocked tablet with its way to the server."""

    store: EncryptedCaseStore
    synchroniser: OutboxSynchroniser

    def record(self, case_id: CaseId, answers: Mapping[str, AnswerValue], *, record_number: str = "") -> Entry:
        kind = EntryKind.FOLLOW_UP if len(self.store.log(case_id)) else EntryKind.ASSESSMENT
        return self.store.record(case_id, kind, answers, local=LocalDetails(record_number=record_number))

    def sync(self) -> SyncReport:
        return self.synchroniser.sync()

    def shared_log(self, case_id: CaseId) -> CaseLog:
        """Return the case as it leaves this tablet: the sent form of own entries, others' as they came."""
        own = self.store.device
        return CaseLog.of(
            case_id,
            (self.store.sent_form(e.id) if e.id.device == own else e for e in self.store.log(case_id)),
        )

    def close(self) -> None:
        self.store.close()


def a_joined_tablet(folder: Path, url: str, code: str, *, knowledge_version: str = "1.1") -> JoinedTablet:
    """Set up a tablet in `folder`, unlocked and enrolled at a server by a code."""
    with a_tablet(folder) as tablet:
        store = tablet.set_up()
    synchroniser = OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version=knowledge_version)
    synchroniser.enrol(url, code)
    return JoinedTablet(store, synchroniser)


def an_enrolled_tablet(folder: Path, server: RunningServer, site: str = "Clinic A") -> JoinedTablet:
    """Set up a tablet in `folder`, unlocked and enrolled at a clinic of the server."""
    return a_joined_tablet(folder, server.url, server.code(site), knowledge_version="1.0")


@contextmanager
def two_fingers(folder: Path) -> Iterator[tuple[Finger, Finger]]:
    """Give fingers on two tablets of one site, joined to a server."""
    with (
        running_server(new_database("sqlite", folder)) as server,
        a_copied_finger(folder / "1") as first,
        a_copied_finger(folder / "2", 2) as second,
    ):
        for finger in (first, second):
            finger.connect(server.url, server.code())
            assert finger.screen is Screen.HOME, finger.view
        yield first, second
