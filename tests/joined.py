"""A real server and real tablets, joined over loopback: the whole of both sides, in one process so that it is quick."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uvicorn

from mobile_app.config import read_config
from mobile_app.device.clock import SystemClock, SystemStopwatch
from mobile_app.device.device_secret import FileDeviceSecret
from mobile_app.ports import LocalDetails, SyncReport
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.vault import TabletVault
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import AnswerValue, CaseId, Entry, EntryKind
from shared.case.log import CaseLog
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from shared.knowledge.loader import load_knowledge
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from sync_server.api.dependencies import Services
from sync_server.api.listener import listen
from sync_server.main import create_app
from sync_server.settings import Settings

PIN = "830417"


@cache
def the_policy() -> PrivacyPolicy:
    folder = read_config().knowledge
    return load_policy(folder / "privacy.yaml", Vocabulary.of(load_knowledge(folder)))


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on loopback."""

    port: int
    services: Services

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self, site: str = "Children's clinic") -> str:
        return self.services.enrolment.make_code(site)


@contextmanager
def a_server(folder: Path) -> Iterator[Server]:
    """Serve from a database in `folder`, until the block ends."""
    app = create_app(Settings(database_url=f"sqlite:///{folder / 'server.db'}"))
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    try:
        yield Server(listener.getsockname()[1], app.state.services)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        app.state.services.close()


@dataclass(frozen=True, slots=True)
class Tablet:
    """An unlocked tablet with its way to the server."""

    vault: TabletVault
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


def a_tablet(folder: Path, name: str = "Nurse 1") -> Tablet:
    """Set up a tablet in `folder`, unlocked and not yet enrolled."""
    vault = TabletVault(
        folder / "store",
        device_secret=FileDeviceSecret(folder / "device_secret"),
        policy=the_policy(),
        clock=SystemClock(),
        stopwatch=SystemStopwatch(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    with TESTONLY_weak_kdf():
        user = vault.create(name, "Nurse", PIN)
        store = vault.unlock(user.user_id, PIN)
    return Tablet(vault, store, OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version="1.0"))


def an_enrolled_tablet(folder: Path, server: Server, name: str = "Nurse 1") -> Tablet:
    tablet = a_tablet(folder, name)
    tablet.synchroniser.enrol(server.url, server.code())
    return tablet
