"""The unlocked tablet: the desk, the news, and one presenter for each screen. They live from unlocking to locking.

This module and everything below it is loaded when the store opens, not before: the unlock screen needs none of it.
To add a screen, add its presenter to `Screens`, under the name that it has in `navigation.Screen`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mobile_app.locked_ports import Clock
from mobile_app.navigation import Screen, Way
from mobile_app.ports.backups import Backups
from mobile_app.ports.paper import CodePictures, PaperTray
from mobile_app.ports.parcels import CarriedPlaces
from mobile_app.ports.photos import PictureFiles
from mobile_app.ports.store import CaseStore
from mobile_app.ports.sync import Synchroniser
from mobile_app.ports.vault import Vault
from mobile_app.presenters.about import AboutPresenter
from mobile_app.presenters.add_photo import AddPhotoPresenter
from mobile_app.presenters.agenda import Agenda
from mobile_app.presenters.backup import BackupPresenter
from mobile_app.presenters.carry import CarryPresenter
from mobile_app.presenters.case import CasePresenter
from mobile_app.presenters.clinic_key import ClinicKeyPresenter
from mobile_app.presenters.connect import ConnectPresenter
from mobile_app.presenters.danger_signs import DangerSignsPresenter
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.emergency import EmergencyPresenter
from mobile_app.presenters.hand_over import HandOverPresenter
from mobile_app.presenters.home import HomePresenter
from mobile_app.presenters.knowledge_changes import KnowledgeChangesPresenter
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.letter import LetterPresenter
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.measurement import MeasurementPresenter
from mobile_app.presenters.new_case import NewCasePresenter
from mobile_app.presenters.outcome import OutcomePresenter
from mobile_app.presenters.photo import PhotoPresenter
from mobile_app.presenters.plan import PlanPresenter
from mobile_app.presenters.question import QuestionPresenter
from mobile_app.presenters.receive import ReceivePresenter
from mobile_app.presenters.recovery_code import RecoveryCodePresenter
from mobile_app.presenters.reply import ReplyPresenter
from mobile_app.presenters.result import ResultPresenter
from mobile_app.presenters.search import SearchPresenter
from mobile_app.presenters.sent_preview import SentPreviewPresenter
from mobile_app.presenters.settings import SettingsPresenter
from mobile_app.presenters.sync_schedule import SyncSchedule
from mobile_app.presenters.sync_status import SyncStatus
from mobile_app.presenters.users import UsersPresenter
from mobile_app.presenters.visit import Reasoner
from mobile_app.presenters.withdraw import WithdrawPresenter
from shared.knowledge.model import KnowledgeBase
from shared.triage.reassess import Reassessor

if TYPE_CHECKING:
    from mobile_app.presenters.background import InBackground
    from mobile_app.presenters.flow import Show, View

SomeView = TypeVar("SomeView", bound="View")


@dataclass(frozen=True, slots=True)
class SessionParts:
    """What the unlocked tablet is built from."""

    knowledge: KnowledgeBase
    reason: Reasoner
    reassess: Reassessor
    clock: Clock
    synchroniser_for: Callable[[CaseStore], Synchroniser]
    in_background: InBackground
    seconds: Callable[[], float]
    """A stopwatch: what the next try to sync is counted by."""
    has_way_out: Callable[[str], bool]
    """Whether a network is there through which this address could be reached; asking sends nothing."""
    pictures: PictureFiles | None = None
    """Where photos can be chosen; None on a device that gives no look at its files."""
    papers: PaperTray | None = None
    """Where letters are saved for printing; None on a device that has no such place."""
    codes: CodePictures | None = None
    """What reads QR codes from pictures; None on a device where they can only be pasted."""
    carried: CarriedPlaces | None = None
    """Where parcels and receipts are written and found as files; None on a device that has no such place."""


@dataclass(frozen=True, slots=True)
class Links:
    """How a session reaches the flow: showing a view, leaving a screen, telling that there is news or somebody at work.

    `vault`, `manner` and `backups` are those of the locked tablet: who may open it, and how it speaks and looks.
    """

    show: Show
    go: Callable[[Way], None]
    sync_changed: Callable[[], None]
    news_changed: Callable[[], None]
    touched: Callable[[], None]
    vault: Vault
    manner: Manner
    backups: Backups


class _Tools:
    """What the presenters of an unlocked tablet share."""

    def __init__(self, store: CaseStore, parts: SessionParts, links: Links) -> None:
        self._parts = parts
        self._links = links
        schedule = SyncSchedule(parts.seconds, lambda: parts.has_way_out(store.sync_overview().server_url))
        self._news = KnowledgeNews(store, parts.reassess, parts.in_background, links.news_changed)
        self._agenda = Agenda(store, parts.reassess, parts.clock, parts.in_background, links.news_changed)
        sync = SyncStatus(
            store,
            parts.synchroniser_for(store),
            parts.clock,
            parts.in_background,
            links.sync_changed,
            schedule,
            self._agenda.start,
        )
        self._desk = Desk(store, parts.reason, parts.reassess, parts.knowledge, parts.clock, sync)
        self._sync = sync
        self._go = links.go

    def _shower(self, screen: Screen) -> Callable[[SomeView], None]:
        def show(view: SomeView) -> None:
            self._links.show(screen, view)

        return show


class Screens(_Tools):
    """One presenter a screen, made when its screen is first shown."""

    @cached_property
    def home(self) -> HomePresenter:
        has_code, shower = self._links.vault.has_recovery_code, self._shower(Screen.HOME)
        carrying = self._begin_carrying
        return HomePresenter(self._desk, self._news, self._agenda, self.search, has_code, carrying, shower, self._go)

    def _begin_carrying(self) -> None:
        self.carry.begin(Way.HOME)

    @cached_property
    def search(self) -> SearchPresenter:
        return SearchPresenter(self._desk, self._agenda, self._shower(Screen.SEARCH), self._go)

    @cached_property
    def connect(self) -> ConnectPresenter:
        first, shower = self._desk.lays_out_first_sending, self._shower(Screen.CONNECT)
        return ConnectPresenter(self._sync, self._parts.codes, shower, self._go, first)

    @cached_property
    def new_case(self) -> NewCasePresenter:
        return NewCasePresenter(self._desk, self._shower(Screen.NEW_CASE), self._go)

    @cached_property
    def danger_signs(self) -> DangerSignsPresenter:
        return DangerSignsPresenter(self._desk, self._shower(Screen.DANGER_SIGNS), self._go)

    @cached_property
    def question(self) -> QuestionPresenter:
        return QuestionPresenter(self._desk, self._shower(Screen.QUESTION), self._go)

    @cached_property
    def measurement(self) -> MeasurementPresenter:
        return MeasurementPresenter(self._desk, self._shower(Screen.MEASUREMENT), self._go)

    @cached_property
    def result(self) -> ResultPresenter:
        return ResultPresenter(self._desk, self._shower(Screen.RESULT), self._go)

    @cached_property
    def emergency(self) -> EmergencyPresenter:
        return EmergencyPresenter(self._desk, self._shower(Screen.EMERGENCY), self._go)

    @cached_property
    def plan(self) -> PlanPresenter:
        return PlanPresenter(self._desk, self._shower(Screen.PLAN), self._go)

    @cached_property
    def case(self) -> CasePresenter:
        return CasePresenter(self._desk, self._news, self._shower(Screen.CASE), self._go)

    @cached_property
    def outcome(self) -> OutcomePresenter:
        return OutcomePresenter(self._desk, self._shower(Screen.OUTCOME), self._go)

    @cached_property
    def reply(self) -> ReplyPresenter:
        return ReplyPresenter(self._desk, self._shower(Screen.REPLY), self._go)

    @cached_property
    def sent_preview(self) -> SentPreviewPresenter:
        return SentPreviewPresenter(self._desk, self._shower(Screen.SENT_PREVIEW), self._go)

    @cached_property
    def knowledge_changes(self) -> KnowledgeChangesPresenter:
        return KnowledgeChangesPresenter(self._desk, self._news, self._shower(Screen.KNOWLEDGE_CHANGES), self._go)

    @cached_property
    def settings(self) -> SettingsPresenter:
        links = self._links
        return SettingsPresenter(self._desk, links.vault, links.manner, self._shower(Screen.SETTINGS), self._go)

    @cached_property
    def users(self) -> UsersPresenter:
        return UsersPresenter(self._desk, self._links.vault, self._shower(Screen.USERS), self._go)

    @cached_property
    def about(self) -> AboutPresenter:
        return AboutPresenter(self._desk, self._shower(Screen.ABOUT), self._go)

    @cached_property
    def backup(self) -> BackupPresenter:
        vault, backups = self._links.vault, self._links.backups
        shower = self._shower(Screen.BACKUP)
        return BackupPresenter(self._desk, vault, backups, self._parts.in_background, shower, self._go)

    @cached_property
    def recovery_code(self) -> RecoveryCodePresenter:
        return RecoveryCodePresenter(self._desk, self._links.vault, self._shower(Screen.RECOVERY_CODE), self._go)

    @cached_property
    def photo(self) -> PhotoPresenter:
        return PhotoPresenter(self._desk, self._shower(Screen.PHOTO), self._go)

    @cached_property
    def add_photo(self) -> AddPhotoPresenter:
        return AddPhotoPresenter(self._desk, self._parts.pictures, self._shower(Screen.ADD_PHOTO), self._go)

    @cached_property
    def withdraw(self) -> WithdrawPresenter:
        return WithdrawPresenter(self._desk, self._shower(Screen.WITHDRAW), self._go)

    @cached_property
    def letter(self) -> LetterPresenter:
        parts = self._parts
        return LetterPresenter(self._desk, parts.reassess, parts.papers, self._shower(Screen.LETTER), self._go)

    @cached_property
    def hand_over(self) -> HandOverPresenter:
        manner = self._links.manner
        return HandOverPresenter(self._desk, lambda: manner.now.less_motion, self._shower(Screen.HAND_OVER), self._go)

    @cached_property
    def clinic_key(self) -> ClinicKeyPresenter:
        return ClinicKeyPresenter(self._desk, self._links.vault, self._shower(Screen.CLINIC_KEY), self._go)

    @cached_property
    def receive(self) -> ReceivePresenter:
        parts = self._parts
        shower, touched = self._shower(Screen.RECEIVE), self._links.touched
        return ReceivePresenter(self._desk, parts.codes, parts.carried, shower, self._go, touched)

    @cached_property
    def carry(self) -> CarryPresenter:
        manner, carried = self._links.manner, self._parts.carried
        shower = self._shower(Screen.CARRY)
        return CarryPresenter(self._desk, carried, lambda: manner.now.less_motion, shower, self._go)


class Session(Screens):
    """One unlocking of the tablet. `start` when its first screen stands; `stop` before the store closes."""

    def start(self) -> None:
        """Begin what goes on beside the work."""
        self._news.start()
        self._agenda.start()

    def speak(self, parts: SessionParts) -> None:
        """Go on in the language that has been chosen meanwhile: the same desk, with the book in other words."""
        self._desk.speak(parts.knowledge, parts.reason)

    @property
    def case_was_withdrawn(self) -> bool:
        """Tell whether the case in hand was withdrawn meanwhile."""
        return self._desk.case_was_withdrawn

    def tick(self) -> bool:
        """Called once a second. Return whether the sync has got further, so that it can be shown."""
        return self._sync.tick()

    def stop(self) -> None:
        """End it after the case in hand."""
        self._sync.stop()
        self._news.stop()
        self._agenda.stop()
