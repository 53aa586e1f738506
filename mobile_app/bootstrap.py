"""The composition root of the tablet, without a window: says who provides each port.

Vault         storage.vault.TabletVault, its secret from device.device_secret
Synchroniser  sync_client.runner.OutboxSynchroniser over the open store's outbox
Clock         device.clock
Reasoner      shared.triage.assess.Assessor under the shipped knowledge
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mobile_app.config import KNOWLEDGE_VERSION, Config, app_version, read_config
from mobile_app.device.clock import SystemClock, SystemStopwatch
from mobile_app.device.device_secret import FileDeviceSecret
from mobile_app.device.preferences import FilePreferences
from mobile_app.ports import CaseStore, Clock, Synchroniser
from mobile_app.presenters.background import InBackground, at_once
from mobile_app.presenters.flow import Flow, Parts, Show
from mobile_app.presenters.session import SessionParts
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.database import load_cipher
from mobile_app.storage.vault import TabletVault
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import AnswerValue
from shared.errors import StoreUnusable
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.shelf import Shelf
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment, FiredRule
from shared.triage.follow_up import Disputed
from shared.triage.presentation import Presentation, presentation_from_answers
from shared.triage.reassess import Reassessor
from shared.triage.red_flags import evaluate


class Reasoning:
    """The engine under the shipped knowledge, as the presenters ask it."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor

    def assess(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Assessment:
        return self._assessor.assess(self._presentation(answers, disputed))

    def fired_rules(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[FiredRule, ...]:
        return evaluate(self._assessor.knowledge, self._presentation(answers, disputed))

    def questions_left(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[int, int]:
        return self._assessor.questions_left(self._presentation(answers, disputed))

    def _presentation(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Presentation:
        resources = answers.get("resources")
        has = resources if isinstance(resources, tuple) else ()
        return presentation_from_answers(self._assessor.knowledge, answers, has, disputed)


@dataclass(frozen=True)
class Tablet:
    """Everything that one tablet is built from. Nothing is opened before it is asked for."""

    config: Config
    clock: Clock

    @cached_property
    def shelf(self) -> Shelf:
        """Every version that is shipped; an old case is opened under its own."""
        return Shelf(self.config.knowledge.parent, KNOWLEDGE_VERSION)

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.shelf.current

    @cached_property
    def policy(self) -> PrivacyPolicy:
        return load_policy(self.config.knowledge / "privacy.yaml", Vocabulary.of(self.knowledge))

    @cached_property
    def vault(self) -> TabletVault:
        return TabletVault(
            self.config.store_folder,
            device_secret=FileDeviceSecret(self.config.device_secret),
            policy=self.policy,
            clock=self.clock,
            stopwatch=SystemStopwatch(),
        )

    @cached_property
    def reasoner(self) -> Reasoning:
        return Reasoning(Assessor(self.knowledge))

    def synchroniser_for(self, store: CaseStore) -> Synchroniser:
        """Return the way to the server for an open store."""
        if not isinstance(store, EncryptedCaseStore):
            raise StoreUnusable("Only the encrypted store can be synced.")
        return OutboxSynchroniser(store.outbox, app_version=app_version(), knowledge_version=self.knowledge.version)

    def flow(self, show: Show, in_background: InBackground = at_once) -> Flow:
        """Return the app without a window. It refuses to start without the cipher.

        Raises:
            CipherMissing, KnowledgeError: nothing was opened.
        """
        load_cipher()
        parts = Parts(
            vault=self.vault,
            preferences=FilePreferences(self.config.preferences),
            for_session=lambda: self.for_session(in_background),
        )
        return Flow(parts, show)

    def for_session(self, in_background: InBackground) -> SessionParts:
        """Return what the unlocked app is built from.

        Raises:
            KnowledgeError: the shipped knowledge is damaged.
        """
        return SessionParts(
            knowledge=self.knowledge,
            reason=self.reasoner,
            reassess=Reassessor(self.shelf),
            clock=self.clock,
            synchroniser_for=self.synchroniser_for,
            in_background=in_background,
        )


def build_tablet(config: Config | None = None, clock: Clock | None = None) -> Tablet:
    """Return the tablet of this machine, or of another folder and clock."""
    return Tablet(config or read_config(), clock or SystemClock())
