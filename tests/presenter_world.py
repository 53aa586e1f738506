"""The tablet without a window, as tests touch it: real presenters over the real store, knowledge and reasoning."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mobile_app.device.backup_places import DeviceBackupPlaces
from mobile_app.device.carried_files import CarriedFiles
from mobile_app.device.network import has_way_out
from mobile_app.device.paper_folder import PaperFolder
from mobile_app.device.picture_files import FolderPictures
from mobile_app.device.preferences import FilePreferences
from mobile_app.device.qr_reader import PictureReader
from mobile_app.navigation import Screen
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.background import at_once
from mobile_app.presenters.danger_signs import DangerSignsView
from mobile_app.presenters.flow import Flow, Parts, View
from mobile_app.presenters.measurement import MeasurementView
from mobile_app.presenters.question import QuestionView
from mobile_app.presenters.session import SessionParts
from mobile_app.presenters.spoken_book import SpokenBook
from mobile_app.storage.backups import TabletBackups
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import UNKNOWN, CaseId, Quantity
from shared.knowledge.shelf import Shelf
from shared.triage.reassess import Reassessor
from tests.book import KNOWLEDGE, the_book
from tests.tablet_world import PIN, TestTablet, a_tablet

BOY_PLACES = (("hand", "left"), ("wrist", "left"))
BOY: Mapping[str, str | Quantity] = {
    "prior_iv_calcium_same_limb_3m": "yes",
    "days_since_iv_calcium": Quantity(30, "d"),
    "recent_hospital_admission": "yes",
    "onset_days": Quantity(5, "d"),
    "swelling_consistency": "soft_oedematous",
    "erythema": "yes",
    "warmth": "yes",
    "tenderness": "yes",
    "bluish_discoloration": "yes",
    "fluctuance": "no",
    "purulent_discharge": "no",
    "crp": Quantity(0.36, "mg/L"),
    "esr": Quantity(9, "mm/h"),
    "wbc": Quantity(11.3, "10*9/L"),
}
"""What the published 9-month-old's first visit states."""


@cache
def the_spoken_book() -> SpokenBook:
    return SpokenBook(the_book())


@cache
def the_reassessor() -> Reassessor:
    return Reassessor(Shelf(KNOWLEDGE.parent, the_book().version))


def synchroniser_for(store: CaseStore) -> OutboxSynchroniser:
    assert isinstance(store, EncryptedCaseStore)
    return OutboxSynchroniser(store.outbox, app_version="0", knowledge_version="1.0")


@dataclass
class Finger:
    """Touches one tablet and sees what it shows."""

    tablet: TestTablet
    seen: list[tuple[Screen, Any]] = field(default_factory=list)
    seconds: float = 0.0
    watch: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        parts = Parts(
            vault=self.tablet.vault,
            backups=TabletBackups(
                self.tablet.vault, DeviceBackupPlaces(self.tablet.folder / "stick", mounted_under=()), self.tablet.clock
            ),
            preferences=FilePreferences(self.tablet.folder / "preferences.json"),
            for_session=lambda: SessionParts(
                knowledge=the_spoken_book().knowledge,
                reason=the_spoken_book().reasoning,
                reassess=the_reassessor(),
                clock=self.tablet.clock,
                synchroniser_for=synchroniser_for,
                in_background=at_once,
                seconds=lambda: self.seconds,
                has_way_out=has_way_out,
                pictures=FolderPictures(self.tablet.folder / "home"),
                papers=PaperFolder(self.tablet.folder / "papers"),
                codes=PictureReader(str(self.tablet.folder / "camera.avi")),
                carried=CarriedFiles(DeviceBackupPlaces(self.tablet.folder / "parcels", mounted_under=())),
            ),
            seconds=lambda: self.seconds,
        )
        self.flow = Flow(parts, self._see)

    def _see(self, screen: Screen, view: View) -> None:
        if self.watch is not None:
            self.watch()
        self.seen.append((screen, view))

    @property
    def view(self) -> Any:
        """The view in front."""
        assert self.seen[-1][0] is self.flow.screen
        return self.seen[-1][1]

    @property
    def screen(self) -> Screen:
        return self.flow.screen

    @property
    def store(self) -> EncryptedCaseStore:
        assert isinstance(self.flow.store, EncryptedCaseStore)
        return self.flow.store

    @property
    def item(self) -> str:
        """What is asked."""
        view = self.view
        return view.finding if isinstance(view, QuestionView) else view.measurement

    def start(self) -> None:
        """Make the tablet ready if it is new, and unlock it."""
        if self.tablet.vault.users():
            self.flow.start()
            self.type_pin(PIN)
            self.flow.unlock.unlock()
            return
        self.flow.start()
        self.set_up_with_pin()
        self.confirm_recovery_code()
        self.flow.recovery_code.other()

    def set_up_with_pin(self, name: str = "Ana Sample") -> None:
        """Set the new tablet in front up, as far as the recovery code."""
        self.flow.set_up.go_on()
        self.flow.set_up.go_on()
        self.flow.set_up.type_name(name)
        self.flow.set_up.go_on()
        for _ in range(2):
            for digit in PIN:
                self.flow.set_up.press(digit)
            self.flow.set_up.go_on()

    def confirm_recovery_code(self) -> str:
        """Write the code in front down, type back what is asked of it, and return it."""
        groups = {group.number: group.text for group in self.view.page.groups}
        self.flow.recovery_code.go_on()
        for asked in self.view.page.fields:
            self.flow.recovery_code.type_field(asked.name, groups[asked.name].lower())
        self.flow.recovery_code.go_on()
        return "-".join(groups.values())

    def type_pin(self, pin: str) -> None:
        for digit in pin:
            self.flow.unlock.press(digit)

    def connect(self, address: str, code: str) -> None:
        """Connect the tablet, from its start screen."""
        self.flow.home.press_sync()
        self.flow.connect.type_address(address)
        self.flow.connect.type_code(code)
        self.flow.connect.connect()

    def begin_case(
        self,
        *,
        places: tuple[tuple[str, str], ...] = BOY_PLACES,
        age: tuple[str, str] = ("9", "months"),
        sex: str = "male",
        setting: str = "hospital_paediatric_ed",
    ) -> None:
        """New case, up to the danger signs."""
        self.flow.home.new_case()
        self.begin_case_in_hand(places=places, age=age, sex=sex, setting=setting)

    def begin_case_in_hand(
        self,
        *,
        places: tuple[tuple[str, str], ...] = BOY_PLACES,
        age: tuple[str, str] = ("9", "months"),
        sex: str = "male",
        setting: str = "hospital_paediatric_ed",
    ) -> None:
        """Fill in the new case in front, up to the danger signs."""
        for region, side in places:
            self.flow.new_case.toggle_place(region, side)
        self.flow.new_case.choose_age_unit(age[1])
        self.flow.new_case.type_age(age[0])
        self.flow.new_case.choose_sex(sex)
        self.flow.new_case.choose_setting(setting)
        self.flow.new_case.go_on()
        assert isinstance(self.view, DangerSignsView)

    def begin_questions(self) -> None:
        """New case, no danger sign, up to the first question."""
        self.begin_case()
        self.flow.danger_signs.no_to_the_rest()
        self.flow.danger_signs.go_on()

    def answer(self, told: Mapping[str, str | Quantity]) -> None:
        """Answer the question in front: what is told, otherwise "don't know"."""
        view = self.view
        if isinstance(view, QuestionView):
            value = told.get(view.finding, UNKNOWN)
            assert isinstance(value, str)
            self.flow.question.answer(value)
            return
        assert isinstance(view, MeasurementView)
        number = told.get(view.measurement)
        if isinstance(number, Quantity):
            self.type_number(number)
        else:
            self.flow.measurement.answer(UNKNOWN)

    def type_number(self, value: Quantity) -> None:
        pad = self.flow.measurement
        while self.view.value_text:
            pad.delete()
        if self.view.units:
            pad.choose_unit(value.unit)
        for key in f"{value.value:g}":
            pad.press(key)
        if self.view.check.kind == "question":
            pad.confirm_unit()
        pad.save()

    def to_result(self, told: Mapping[str, str | Quantity] = BOY) -> None:
        """Answer until the result comes."""
        for _ in range(80):
            if self.screen not in (Screen.QUESTION, Screen.MEASUREMENT):
                return
            self.answer(told)
        raise AssertionError("the questions do not end")

    def save_boy(self) -> CaseId:
        """The whole first visit, saved."""
        self.begin_case()
        return self.save_from_danger_signs()

    def save_from_danger_signs(self, *, stay: bool = False) -> CaseId:
        """From the danger signs to the saved visit; `stay` on what will be sent."""
        self.flow.danger_signs.no_to_the_rest()
        self.flow.danger_signs.go_on()
        # As soon as the swelling and the calcium are known the result is asked for: the tests that need more say so.
        while not {"swelling_consistency", "days_since_iv_calcium"} <= self.store.drafts()[0].answers.keys():
            self.answer(BOY)
        self.flow.question.result()
        self.flow.result.plan()
        self.flow.plan.save()
        if not stay:
            self.flow.sent_preview.done()
        return self.store.summaries()[0].case_id

    def again(self) -> Finger:
        """The same tablet, switched off and on: another process would see no more than this."""
        if self.flow.store is not None:
            self.flow.store.close()
        finger = Finger(self.tablet)
        finger.start()
        return finger


@contextmanager
def a_finger(folder: Path) -> Iterator[Finger]:
    """Give an unlocked tablet in `folder`."""
    with a_tablet(folder) as tablet:
        finger = Finger(tablet)
        finger.start()
        yield finger
        if finger.flow.store is not None:
            finger.flow.lock()


@contextmanager
def a_copied_finger(folder: Path, number: int = 1) -> Iterator[Finger]:
    """Give an unlocked tablet in `folder` that was set up before: two of different numbers are different tablets."""
    copy_a_tablet(folder, number)
    with a_finger(folder) as finger:
        yield finger


def copy_a_tablet(target: Path, number: int = 1) -> None:
    """Put a tablet that was set up and is locked into a folder: a copy of one that is made once for a process."""
    shutil.copytree(_set_up_once(number), target, dirs_exist_ok=True)


@cache
def _set_up_once(number: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="handwise-kept-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with a_finger(folder):
        return folder


@contextmanager
def a_full_disk() -> Iterator[None]:
    """Let no file grow or be written while the block lasts: the operating system itself refuses every write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def answer_then_die(folder: str, answers: int) -> None:
    """Answer so many questions of the boy's visit and be killed in front of the next. Runs in a child process."""
    with a_tablet(Path(folder)) as tablet:
        finger = Finger(tablet)
        finger.start()
        finger.begin_questions()
        for _ in range(answers):
            finger.answer(BOY)
        print(finger.screen.value, finger.item, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
