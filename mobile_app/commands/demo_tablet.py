"""The demo's tablets: the real app without a window. Every act is a presenter's method, as a finger would call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from mobile_app.bootstrap import Tablet
from mobile_app.commands.demo_server import DemoFailed
from mobile_app.config import ASSETS, Config
from mobile_app.navigation import Screen
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.case_view import CaseView
from mobile_app.presenters.connect import ConnectView
from mobile_app.presenters.danger_signs import DangerSignsView
from mobile_app.presenters.flow import View
from mobile_app.presenters.home import HomeView
from mobile_app.presenters.measurement import MeasurementView
from mobile_app.presenters.new_case import NewCaseView
from mobile_app.presenters.question import QuestionView
from mobile_app.presenters.recovery_code import RecoveryCodeView
from mobile_app.presenters.result import ResultView
from mobile_app.presenters.sent_preview import SentPreviewView
from mobile_app.presenters.session import SessionParts
from mobile_app.presenters.steps import StepView
from mobile_app.presenters.unlock import UnlockView
from shared.case.entry import UNKNOWN, CaseId, Quantity

MOST_QUESTIONS = 80
"""More than there are findings: a visit that asks so many has gone round in a circle."""


SomeView = TypeVar("SomeView", bound=View)


class DemoClock:
    """A calendar that the demo moves, because the visits lie weeks apart."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def pass_time(self, days: float = 0, minutes: float = 0) -> None:
        self._now += timedelta(days=days, minutes=minutes)


@dataclass(frozen=True)
class Told:
    """What is known of a child at one visit. Whatever is not in here is answered "don't know"."""

    places: tuple[tuple[str, str], ...] = ()
    age: tuple[str, str] = ("", "")
    sex: str = "unknown"
    setting: str = ""
    local: Mapping[str, str] = field(default_factory=dict)
    danger_signs: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str | Quantity] = field(default_factory=dict)


class _DirectedTablet(Tablet):
    """A tablet that syncs when the story says so, and never by itself: for it no second passes."""

    def for_session(self, in_background: InBackground) -> SessionParts:
        return replace(super().for_session(in_background), seconds=lambda: 0.0)


class DemoTablet:
    """One tablet in its own folder."""

    def __init__(self, folder: Path, clock: DemoClock, user: str, role: str, pin: str) -> None:
        self.folder = folder
        self._clock = clock
        self._user = user
        self._role = role
        self._pin = pin
        self._views: dict[Screen, View] = {}
        self.camera = folder.with_name(f"{folder.name}-camera.avi")
        """The film that stands in for this tablet's camera, once it is there."""
        self._tablet = _DirectedTablet(Config(folder, ASSETS, camera=str(self.camera)), clock)
        self.flow = self._tablet.flow(self._show)

    @property
    def case_file(self) -> Path:
        return next(self.folder.rglob("cases.db"))

    @property
    def store(self) -> CaseStore:
        if self.flow.store is None:
            raise DemoFailed("The tablet is locked.")
        return self.flow.store

    # --- the screens in front -----------------------------------------------------------------------------------------

    def _show(self, screen: Screen, view: View) -> None:
        self._views[screen] = view

    def home_view(self) -> HomeView:
        return self._view(Screen.HOME, HomeView)

    def result_view(self) -> ResultView:
        return self._view(Screen.RESULT, ResultView)

    def case_view(self) -> CaseView:
        return self._view(Screen.CASE, CaseView)

    def sent_view(self) -> SentPreviewView:
        return self._view(Screen.SENT_PREVIEW, SentPreviewView)

    def unlock_view(self) -> UnlockView:
        return self._view(Screen.UNLOCK, UnlockView)

    def _view(self, screen: Screen, kind: type[SomeView]) -> SomeView:
        view = self._views.get(screen)
        if self.flow.screen is not screen or not isinstance(view, kind):
            raise DemoFailed(f"The tablet shows {self.flow.screen.value} where {screen.value} should be.")
        return view

    # --- acts ---------------------------------------------------------------------------------------------------------

    def set_up(self) -> None:
        """First start, with the recovery code written down; without a server for now."""
        self.flow.start()
        self._view(Screen.SET_UP, StepView)
        self.to_recovery_code()
        self.confirm_recovery_code()
        self.flow.recovery_code.other()
        self._expect_home()

    def to_recovery_code(self) -> None:
        """From the language in front to the recovery code: the clinic, a name, a role, and a PIN typed twice."""
        set_up = self.flow.set_up
        set_up.go_on()
        set_up.go_on()
        set_up.type_name(self._user)
        set_up.choose_role(self._role)
        set_up.go_on()
        for _ in range(2):
            for digit in self._pin:
                set_up.press(digit)
            set_up.go_on()

    def confirm_recovery_code(self) -> None:
        """Type back what is asked of the code in front."""
        shown = self._view(Screen.RECOVERY_CODE, RecoveryCodeView).page
        groups = {group.number: group.text for group in shown.groups}
        self.flow.recovery_code.go_on()
        for asked in self._view(Screen.RECOVERY_CODE, RecoveryCodeView).page.fields:
            self.flow.recovery_code.type_field(asked.name, groups[asked.name])
        self.flow.recovery_code.go_on()

    def enter_pin(self, pin: str | None = None) -> None:
        """Type a PIN, the right one unless told otherwise, and press Unlock."""
        for digit in pin or self._pin:
            self.flow.unlock.press(digit)
        self.flow.unlock.unlock()

    def get_ahead_of_the_server(self, code: str, like: str) -> None:
        """Unlock anew with an answer that may leave as another one does: an update that the server has not had yet."""
        policy = self._tablet.policy
        self._tablet.policy = replace(policy, codes={**policy.codes, code: policy.codes[like]})
        self.flow.lock()
        self.enter_pin()

    def connect(self, server_url: str, code: str) -> None:
        """Join the site with the coordinator's one-time code. The first sync follows by itself."""
        self.flow.home.press_sync()
        self._view(Screen.CONNECT, ConnectView)
        self.flow.connect.type_address(server_url)
        self.flow.connect.type_code(code)
        self.flow.connect.connect()
        error = self._view(Screen.CONNECT, ConnectView).error if self.flow.screen is Screen.CONNECT else ""
        if error:
            raise DemoFailed(f"The tablet could not join: {error}")
        self._expect_home()

    def sync(self) -> str:
        """Press the sync bar's button and return what it says afterwards."""
        self._expect_home()
        self.flow.home.press_sync()
        bar = self.home_view().sync_bar
        overview = self.store.sync_overview()
        if overview.failure or overview.waiting:
            raise DemoFailed(f"The sync did not finish: {overview.failure or bar.headline}")
        return bar.headline

    def begin_case(self, told: Told) -> None:
        """New case: places, age, sex, where seen; what stays on the tablet; then the danger signs."""
        self.flow.home.new_case()
        self._view(Screen.NEW_CASE, NewCaseView)
        presenter = self.flow.new_case
        for region, side in told.places:
            presenter.toggle_place(region, side)
        number, unit = told.age
        presenter.choose_age_unit(unit)
        presenter.type_age(number)
        presenter.choose_sex(told.sex)
        presenter.choose_setting(told.setting)
        for local_field, text in told.local.items():
            presenter.type_local(local_field, text)
        presenter.go_on()
        self.go_through_danger_signs(told)

    def begin_follow_up(self, case_id: CaseId, told: Told) -> None:
        """Open a case and begin a follow-up visit."""
        self.open_case(case_id)
        self.flow.case.follow_up()
        self.go_through_danger_signs(told)

    def open_case(self, case_id: CaseId) -> None:
        self.flow.home.open_case(case_id)
        self._view(Screen.CASE, CaseView)

    def go_home(self) -> None:
        self.flow.case.back()
        self._expect_home()

    def go_through_danger_signs(self, told: Told) -> None:
        """Answer the danger signs in front as far as they are told, and go on."""
        view = self._view(Screen.DANGER_SIGNS, DangerSignsView)
        for line in view.lines:
            if line.line_id in told.danger_signs:
                self.flow.danger_signs.answer(line.line_id, told.danger_signs[line.line_id])
        self.flow.danger_signs.go_on()

    def answer_one(self, told: Told) -> bool:
        """Answer the question in front and return whether its answer was known."""
        view = self._views[self.flow.screen]
        if isinstance(view, QuestionView):
            value = told.answers.get(view.finding, UNKNOWN)
            if not isinstance(value, str):
                raise DemoFailed(f"The question {view.finding} has no number.")
            self.flow.question.answer(value)
            return value != UNKNOWN
        if not isinstance(view, MeasurementView):
            raise DemoFailed("The tablet asks what the demo does not know.")
        number = told.answers.get(view.measurement)
        if isinstance(number, Quantity):
            self._type(number)
            return True
        self.flow.measurement.answer(UNKNOWN)
        return False

    def answer_questions(self, told: Told) -> tuple[int, int]:
        """Answer until the result comes; return how many questions were asked, and how many had an answer."""
        asked = known = 0
        while self.flow.screen in (Screen.QUESTION, Screen.MEASUREMENT):
            asked += 1
            if asked > MOST_QUESTIONS:
                raise DemoFailed("The questions do not come to an end.")
            known += self.answer_one(told)
        return asked, known

    def enter_test_result(self, told: Told) -> None:
        """Enter the result of the next test and whatever is asked after it."""
        self.flow.result.enter_test()
        self.answer_questions(told)

    def correct(self, case_id: CaseId, code: str, value: Quantity) -> None:
        """Correct a number of an open case's answers."""
        self.open_case(case_id)
        self.flow.case.correct(code)
        self._type(value)
        self._view(Screen.CASE, CaseView)

    def save_visit(self) -> None:
        """From the result over the plan to what will be sent."""
        self.flow.result.plan()
        self.flow.plan.save()
        self.sent_view()

    def case_ids(self) -> list[CaseId]:
        return [row.case_id for row in self.store.summaries()]

    def _expect_home(self) -> None:
        self._view(Screen.HOME, HomeView)

    def _type(self, value: Quantity) -> None:
        """Type a number on the pad, choose its unit, confirm it where the tablet doubts it, and save."""
        pad = self.flow.measurement
        while self._view(Screen.MEASUREMENT, MeasurementView).value_text:
            pad.delete()
        pad.choose_unit(value.unit)
        for key in f"{value.value:g}":
            pad.press(key)
        if self._view(Screen.MEASUREMENT, MeasurementView).check.kind == "question":
            pad.confirm_unit()
        pad.save()
