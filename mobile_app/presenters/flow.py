"""The running tablet without a window: one presenter for each screen, joined by the map of `navigation.py`.

A window gives `show(screen, view)` and calls the methods of `flow.presenter(screen)`, or of the typed attributes
`flow.unlock`, `flow.home` and so on. The demo and the tests do exactly the same.
"""

from __future__ import annotations

from collections.abc import Callable

from mobile_app.navigation import Screen
from mobile_app.presenters.case import CasePresenter, CaseView
from mobile_app.presenters.connect import ConnectPresenter, ConnectView
from mobile_app.presenters.danger_signs import DangerSignsPresenter, DangerSignsView
from mobile_app.presenters.emergency import EmergencyPresenter, EmergencyView
from mobile_app.presenters.home import HomePresenter, HomeView
from mobile_app.presenters.measurement import MeasurementPresenter, MeasurementView
from mobile_app.presenters.new_case import NewCasePresenter, NewCaseView
from mobile_app.presenters.outcome import OutcomePresenter, OutcomeView
from mobile_app.presenters.plan import PlanPresenter, PlanView
from mobile_app.presenters.question import QuestionPresenter, QuestionView
from mobile_app.presenters.result import ResultPresenter, ResultView
from mobile_app.presenters.sent_preview import SentPreviewPresenter, SentPreviewView
from mobile_app.presenters.set_up import SetUpPresenter, SetUpView
from mobile_app.presenters.unlock import UnlockPresenter, UnlockView

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
)
"""What any screen shows."""

Show = Callable[[Screen, View], None]
"""Bring a screen to the front and draw its view."""


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

    @property
    def screen(self) -> Screen:
        """The screen in front."""
        ...

    def start(self) -> None: ...

    def lock(self) -> None:
        """Close the store at once; every answer is already on disk."""
        ...

    def touched(self) -> None:
        """Somebody touches the tablet: the time to locking by itself starts again."""
        ...

    def tick(self) -> None:
        """Called once a second: counts a wrong PIN's delay down, locks a tablet that nobody touches."""
        ...

    def refresh(self) -> None:
        """Draw the screen in front again, for example after a sync."""
        ...
