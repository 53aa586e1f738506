"""The composition root of the tablet, without a window: says who provides each port.

Vault         storage.vault.TabletVault, its secret from device.device_secret, on Android device.keystore_secret
Synchroniser  sync_client.runner.OutboxSynchroniser over the open store's outbox
Clock         device.clock
Reasoner      presenters.spoken_book: shared.triage.assess.Assessor under the shipped knowledge, in the user's words

Somebody waits for the unlock screen, so what stands at the top of this file is what that screen needs. Everything else
(the database, the knowledge, the reasoning, the way to the server) is imported where it is first asked for: by
`get_ready` beside the PIN pad, or at the latest when the store opens. A test holds what may not be loaded before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mobile_app.config import KNOWLEDGE_VERSION, Config, app_version, read_config
from mobile_app.device.android import KeystoreKey, is_android, shared_folder
from mobile_app.device.backup_places import DeviceBackupPlaces
from mobile_app.device.clock import SystemClock, SystemStopwatch
from mobile_app.device.device_secret import FileDeviceSecret
from mobile_app.device.keystore_secret import KeystoreDeviceSecret
from mobile_app.device.preferences import FilePreferences
from mobile_app.locked_ports import Clock, DeviceSecretStore
from mobile_app.presenters.background import InBackground, at_once
from mobile_app.presenters.flow import Flow, Parts, Show
from mobile_app.storage.backups import TabletBackups
from mobile_app.storage.cipher import load_cipher
from mobile_app.storage.vault import TabletVault
from shared.errors import HandwiseError, KnowledgeError, StoreUnusable

if TYPE_CHECKING:
    from mobile_app.device.received_knowledge import ReceivedKnowledge
    from mobile_app.ports.store import CaseStore
    from mobile_app.ports.sync import Synchroniser
    from mobile_app.presenters.session import SessionParts
    from mobile_app.presenters.spoken_book import SpokenBook
    from shared.knowledge.model import KnowledgeBase
    from shared.knowledge.shelf import Shelf
    from shared.privacy.policy import PrivacyPolicy

_AFTER_THE_PIN = (
    "cryptography.hazmat.primitives.kdf.argon2",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "cryptography.hazmat.primitives.ciphers.aead",
    "sqlalchemy",
    "sqlmodel",
    "mobile_app.storage.case_store",
    "numpy",
    "shared.triage.reassess",
    "mobile_app.presenters.session",
    "mobile_app.sync_client.runner",
    "mobile_app.device.carried_files",
    "mobile_app.device.network",
    "mobile_app.device.paper_folder",
    "mobile_app.device.picture_files",
    "mobile_app.device.qr_reader",
)
"""What unlocking loads, in an order of short steps: whoever closes the app waits for one of them at most."""


@dataclass(frozen=True)
class Tablet:
    """Everything that one tablet is built from. Nothing is opened before it is asked for."""

    config: Config
    clock: Clock
    _making: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @cached_property
    def shelf(self) -> Shelf:
        """Every version that is here; an old case is opened under its own, a new one under the highest."""
        from shared.knowledge.shelf import Shelf

        while True:
            version = self.received.newest()
            shelf = Shelf(self.config.knowledge.parent, version, self.received.folder)
            try:
                _ = shelf.current
            except KnowledgeError:
                if version == KNOWLEDGE_VERSION:
                    raise
                # Its files were damaged since it came. The next sync brings it again.
                self.received.set_aside(version)
            else:
                return shelf

    @cached_property
    def received(self) -> ReceivedKnowledge:
        """What came through the server."""
        from mobile_app.device.received_knowledge import ReceivedKnowledge

        return ReceivedKnowledge(self.config.received_knowledge, KNOWLEDGE_VERSION, app_version())

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.shelf.current

    @cached_property
    def policy(self) -> PrivacyPolicy:
        from shared.privacy.policy import Vocabulary, load_policy

        folder = self.shelf.folder_of(self.shelf.current_version)
        return load_policy(folder / "privacy.yaml", Vocabulary.of(self.knowledge))

    @cached_property
    def vault(self) -> TabletVault:
        return TabletVault(
            self.config.store_folder,
            device_secret=_device_secret(self.config.device_secret),
            policy=self._made_policy,
            clock=self.clock,
            stopwatch=SystemStopwatch(),
        )

    @cached_property
    def backups(self) -> TabletBackups:
        return TabletBackups(
            self.vault, DeviceBackupPlaces(self.config.backups_folder, is_shared=is_android()), self.clock
        )

    @cached_property
    def book(self) -> SpokenBook:
        """The knowledge in the language in use, and the reasoning over it."""
        from mobile_app.presenters.spoken_book import SpokenBook

        return SpokenBook(self.knowledge, self.received.words(self.shelf.current_version))

    def synchroniser_for(self, store: CaseStore) -> Synchroniser:
        """Return the way to the server for an open store."""
        from mobile_app.storage.case_store import EncryptedCaseStore
        from mobile_app.sync_client.runner import OutboxSynchroniser

        if not isinstance(store, EncryptedCaseStore):
            raise StoreUnusable("Only the encrypted store can be synced.")
        return OutboxSynchroniser(
            store.outbox,
            app_version=app_version(),
            knowledge_version=self.knowledge.version,
            receiver=self.received,
        )

    def flow(self, show: Show, in_background: InBackground = at_once) -> Flow:
        """Return the app without a window. It refuses to start without the cipher.

        Raises:
            CipherMissing: nothing was opened.
        """
        load_cipher()
        parts = Parts(
            vault=self.vault,
            backups=self.backups,
            in_background=in_background,
            preferences=FilePreferences(self.config.preferences),
            for_session=lambda: self.for_session(in_background),
        )
        return Flow(parts, show)

    def for_session(self, in_background: InBackground) -> SessionParts:
        """Return what the unlocked app is built from.

        Raises:
            KnowledgeError: the shipped knowledge is damaged.
        """
        from mobile_app.device.carried_files import CarriedFiles
        from mobile_app.device.network import has_way_out
        from mobile_app.device.paper_folder import PaperFolder
        from mobile_app.device.picture_files import FolderPictures
        from mobile_app.device.qr_reader import PictureReader
        from mobile_app.presenters.session import SessionParts
        from shared.triage.reassess import Reassessor

        with self._making:
            self._take_new_knowledge()
            return SessionParts(
                knowledge=self.book.knowledge,
                reason=self.book.reasoning,
                reassess=Reassessor(self.shelf),
                clock=self.clock,
                synchroniser_for=self.synchroniser_for,
                in_background=in_background,
                seconds=SystemStopwatch().elapsed,
                has_way_out=has_way_out,
                pictures=FolderPictures(_home(self.config)),
                papers=PaperFolder(self.config.papers_folder),
                codes=PictureReader(self.config.camera),
                carried=CarriedFiles(DeviceBackupPlaces(self.config.parcels_folder)),
            )

    def get_ready(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Load what unlocking will need, while the PIN is typed. It ends between two steps once `goes_on` says no.

        What cannot be loaded is not told here: whoever unlocks meets it again, where it can be said.
        """
        for module in _AFTER_THE_PIN:
            if not goes_on():
                return
            import_module(module)
        with suppress(HandwiseError), self._making:
            _ = self.policy, self.book.reasoning

    def _take_new_knowledge(self) -> None:
        """Let what came since the last unlocking be used from this one on: never in the middle of a case."""
        if "shelf" in self.__dict__ and self.received.newest() != self.shelf.current_version:
            for made in ("shelf", "policy", "book"):
                self.__dict__.pop(made, None)

    def _made_policy(self) -> PrivacyPolicy:
        with self._making:
            return self.policy


def build_tablet(config: Config | None = None, clock: Clock | None = None) -> Tablet:
    """Return the tablet of this machine, or of another folder and clock."""
    return Tablet(config or _this_machine(), clock or SystemClock())


def _device_secret(path: Path) -> DeviceSecretStore:
    return KeystoreDeviceSecret(path, KeystoreKey()) if is_android() else FileDeviceSecret(path)


def _home(config: Config) -> Path:
    # An app on Android has no home; what the cable brought lies beside its papers.
    return config.papers_folder.parent if is_android() else Path.home()


def _this_machine() -> Config:
    config = read_config()
    shared = shared_folder() if is_android() else None
    return (
        config
        if shared is None
        else replace(config, papers=shared / "Papers", backups=shared / "Backups", parcels=shared / "To carry")
    )
