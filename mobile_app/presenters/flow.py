"""The running tablet without a window: one presenter for each screen, joined by the map of `navigation.py`.

A window gives `show(screen, view)` and calls the methods of `flow.presenter(screen)`, or of the typed attributes
`flow.unlock`, `flow.home` and so on. The demo and the tests do exactly the same. The presenters of unlocked screens
exist only while the store is open: locking drops them, and with them everything that they had read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mobile_app.navigation import LOCKED_SCREENS, Screen, Way, next_screen
from mobile_app.ports import CaseStore, Clock, Synchroniser, Vault
from mobile_app.presenters.case import CasePresenter, CaseView
from mobile_app.presenters.connect import ConnectPresenter, ConnectView
from mobile_app.presenters.danger_signs import DangerSignsPresenter, DangerSignsView
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.emergency import EmergencyPresenter, EmergencyView
from mobile_app.presenters.home import HomePresenter, HomeView
from mobile_app.presenters.knowledge_changes import KnowledgeChangesPresenter, KnowledgeChangesView
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.measurement import MeasurementPresenter, MeasurementView
from mobile_app.presenters.new_case import NewCasePresenter, NewCaseView
from mobile_app.presenters.outcome import OutcomePresenter, OutcomeView
from mobile_app.presenters.plan import PlanPresenter, PlanView
from mobile_app.presenters.question import QuestionPresenter, QuestionView
from mobile_app.presenters.result import ResultPresenter, ResultView
from mobile_app.presenters.sent_preview import SentPreviewPresenter, SentPreviewView
from mobile_app.presenters.set_up import SetUpPresenter, SetUpView
from mobile_app.presenters.sync_status import InBackground, SyncStatus, at_once
from mobile_app.presenters.unlock import UnlockPresenter, UnlockView
from mobile_app.presenters.visit import Reasoner
from shared.errors import HandwiseError
from shared.knowledge.model import KnowledgeBase
from shared.triage.reassess import Reassessor

View = (
    SetUpView
    | UnlockView
    | HomeView
    | ConnectView
    | NewCaseView
    | DangerSignsView
    | QuestionView
    | MeasurementView
    | ResultView
    | EmergencyView
    | PlanView
    | CaseView
    | OutcomeView
    | SentPreviewView
    | KnowledgeChangesView
)
"""What any screen shows."""

Presenter = (
    SetUpPresenter
    | UnlockPresenter
    | HomePresenter
    | ConnectPresenter
    | NewCasePresenter
    | DangerSignsPresenter
    | QuestionPresenter
    | MeasurementPresenter
    | ResultPresenter
    | EmergencyPresenter
    | PlanPresenter
    | CasePresenter
    | OutcomePresenter
    | SentPreviewPresenter
    | KnowledgeChangesPresenter
)

Show = Callable[[Screen, View], None]
"""Bring a screen to the front and draw its view."""

IDLE_LIMIT_S = 120.0
"""A tablet that nobody touches for so long locks by itself; every answer is on disk already."""

SomeView = TypeVar("SomeView", bound=View)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the flow is built from."""

    vault: Vault
    knowledge: KnowledgeBase
    reason: Reasoner
    reassess: Reassessor
    clock: Clock
    synchroniser_for: Callable[[CaseStore], Synchroniser]
    in_background: InBackground = at_once
    seconds: Callable[[], float] = time.monotonic


class Flow:
    """Owns the presenters and the case in hand. `start` shows set-up on a new tablet, otherwise unlock."""

    set_up: SetUpPresenter
    unlock: UnlockPresenter
    home: HomePresenter
    connect: ConnectPresenter
    new_case: NewCasePresenter
    danger_signs: DangerSignsPresenter
    question: QuestionPresenter
    measurement: MeasurementPresenter
    result: ResultPresenter
    emergency: EmergencyPresenter
    plan: PlanPresenter
    case: CasePresenter
    outcome: OutcomePresenter
    sent_preview: SentPreviewPresenter
    knowledge_changes: KnowledgeChangesPresenter

    def __init__(self, parts: Parts, show: Show) -> None:
        self._parts = parts
        self._show = show
        self._screen = Screen.UNLOCK
        self._store: CaseStore | None = None
        self._news: KnowledgeNews | None = None
        self._touched_at = parts.seconds()
        self._presenters: dict[Screen, Presenter] = {}
        self.set_up = SetUpPresenter(parts.vault, self._shower(Screen.SET_UP), self._opened)
        self.unlock = UnlockPresenter(parts.vault, self._shower(Screen.UNLOCK), self._opened)
        self._presenters = {Screen.SET_UP: self.set_up, Screen.UNLOCK: self.unlock}

    @property
    def screen(self) -> Screen:
        """The screen in front."""
        return self._screen

    @property
    def is_locked(self) -> bool:
        return self._store is None

    @property
    def store(self) -> CaseStore | None:
        """The open store, or None while the tablet is locked."""
        return self._store

    def presenter(self, screen: Screen) -> Presenter:
        """Return the presenter of a screen. Those of unlocked screens exist only while the store is open."""
        return self._presenters[screen]

    def start(self) -> None:
        try:
            is_new = not self._parts.vault.users()
        except HandwiseError:
            # What is damaged must not look like a new tablet: the unlock screen says what is wrong.
            is_new = False
        self._enter(Screen.SET_UP if is_new else Screen.UNLOCK)

    def lock(self) -> None:
        """Close the store at once; every answer is already on disk."""
        if self._store is None:
            return
        if self._news is not None:
            self._news.stop()
        self._store.close()
        self._store = self._news = None
        for screen in set(self._presenters) - LOCKED_SCREENS:
            del self._presenters[screen]
            delattr(self, screen.value)
        self._enter(Screen.UNLOCK)

    def touched(self) -> None:
        """Somebody touches the tablet: the time to locking by itself starts again."""
        self._touched_at = self._parts.seconds()

    def tick(self) -> None:
        """Called once a second: counts a wrong PIN's delay down, locks a tablet that nobody touches."""
        if self._screen is Screen.UNLOCK:
            self.unlock.tick()
        elif not self.is_locked and self._parts.seconds() - self._touched_at >= IDLE_LIMIT_S:
            self.lock()

    def refresh(self) -> None:
        """Draw the screen in front again, for example after a sync. A number being typed is not disturbed."""
        if self._screen not in (Screen.MEASUREMENT, Screen.NEW_CASE, Screen.OUTCOME, Screen.SET_UP, Screen.CONNECT):
            self._presenters[self._screen].open()

    def _opened(self, store: CaseStore) -> None:
        parts = self._parts
        self._store = store
        self.touched()
        sync = SyncStatus(store, parts.synchroniser_for(store), parts.clock, parts.in_background, self._sync_changed)
        news = self._news = KnowledgeNews(store, parts.reassess, parts.in_background, self._news_changed)
        desk = Desk(store, parts.reason, parts.reassess, parts.knowledge, parts.clock, sync)
        self.home = HomePresenter(desk, news, self._shower(Screen.HOME), self._go)
        self.connect = ConnectPresenter(sync, self._shower(Screen.CONNECT), self._go)
        self.new_case = NewCasePresenter(desk, self._shower(Screen.NEW_CASE), self._go)
        self.danger_signs = DangerSignsPresenter(desk, parts.knowledge, self._shower(Screen.DANGER_SIGNS), self._go)
        self.question = QuestionPresenter(desk, self._shower(Screen.QUESTION), self._go)
        self.measurement = MeasurementPresenter(desk, self._shower(Screen.MEASUREMENT), self._go)
        self.result = ResultPresenter(desk, self._shower(Screen.RESULT), self._go)
        self.emergency = EmergencyPresenter(desk, self._shower(Screen.EMERGENCY), self._go)
        self.plan = PlanPresenter(desk, self._shower(Screen.PLAN), self._go)
        self.case = CasePresenter(desk, news, self._shower(Screen.CASE), self._go)
        self.outcome = OutcomePresenter(desk, self._shower(Screen.OUTCOME), self._go)
        self.sent_preview = SentPreviewPresenter(desk, self._shower(Screen.SENT_PREVIEW), self._go)
        self.knowledge_changes = KnowledgeChangesPresenter(desk, news, self._shower(Screen.KNOWLEDGE_CHANGES), self._go)
        for screen in set(Screen) - LOCKED_SCREENS:
            self._presenters[screen] = getattr(self, screen.value)
        self._enter(Screen.HOME)
        news.start()

    def _go(self, way: Way) -> None:
        screen = next_screen(self._screen, way)
        if way is Way.LOCK:
            self.lock()
        else:
            self._enter(screen)

    def _enter(self, screen: Screen) -> None:
        self._screen = screen
        self._presenters[screen].open()

    def _sync_changed(self) -> None:
        if not self.is_locked:
            self.refresh()
            if self._news is not None:
                # Another tablet may still assess under the old version.
                self._news.start()

    def _news_changed(self) -> None:
        if self._screen in (Screen.HOME, Screen.KNOWLEDGE_CHANGES):
            self.refresh()

    def _shower(self, screen: Screen) -> Callable[[SomeView], None]:
        def show(view: SomeView) -> None:
            self._screen = screen
            self._show(screen, view)

        return show
