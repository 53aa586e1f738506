"""The states that are pictured: two real tablets and a real server live through the founding papers' children.

Every picture shows a view that the real presenters made from the real store and engine. Nothing is drawn from a sample.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from mobile_app.commands.demo_children import (
    BOY_FIRST_VISIT,
    BOY_SECOND_VISIT,
    DAYS_TO_SECOND_VISIT,
    THREE_NEONATES,
)
from mobile_app.commands.demo_old_cases import record_old_cases
from mobile_app.commands.demo_server import COORDINATOR, DemoServer, ReviewPages
from mobile_app.commands.demo_tablet import DemoClock, DemoTablet, Told
from mobile_app.commands.filmed_codes import film_codes
from mobile_app.commands.screenshots_follow_up import contradictory, follow_up
from mobile_app.commands.screenshots_keys import backup_and_code, first_start
from mobile_app.commands.screenshots_links import same_child
from mobile_app.commands.screenshots_refused import refused
from mobile_app.commands.screenshots_settings import settings_states
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION, Config
from mobile_app.device.camera import IN_USE
from mobile_app.navigation import Screen
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.flow import Flow, Show, View
from mobile_app.presenters.measurement import MeasurementView
from mobile_app.presenters.question import QuestionView
from shared.case.entry import CaseId, EntryKind, Quantity
from shared.evaluation.reading import load_cases
from shared.knowledge.shelf import Shelf
from shared.sync.qr_frames import RECEIPT, frames_of

SITE = "Children's clinic"
PINS = ("618033", "271828")
FIRST_DAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
DAYS_TO_THIRD_VISIT = 49
"""After the second: so late that most lumps are nearly gone."""
CALCINOSIS = "calcinosis_cutis_iatrogenic"
MESSAGE = "Calcinosis, proven by the X-ray. No antibiotics, no knife. Please repeat the film in 2 months."

URGENT = Told(
    places=(("hand", "right"), ("forearm", "right")),
    age=("4", "yr"),
    sex="male",
    setting="rural_primary_care",
)
"""A boy of whom only danger signs are told, those of a necrotising infection: they act whatever else he has."""
URGENT_SIGNS = ("fever", "severe_pain", "dying_skin", "spreading", "looks_very_ill")


class ShownTablet(DemoTablet):
    """A demo tablet whose views also go to a window."""

    def __init__(self, folder: Path, clock: DemoClock, user: str, role: str, pin: str) -> None:
        self.window: Show | None = None
        super().__init__(folder, clock, user, role, pin)

    def _show(self, screen: Screen, view: View) -> None:
        super()._show(screen, view)
        if self.window is not None:
            self.window(screen, view)


class WindowOf:
    """Joins a demo tablet to the window that asks for its flow."""

    def __init__(self, tablet: ShownTablet) -> None:
        self._tablet = tablet

    def flow(self, show: Show, in_background: InBackground) -> Flow:
        """Send the tablet's views to the window from now on; a sync waits, so that a picture shows its end."""
        self._tablet.window = show
        return self._tablet.flow


def pictured_states(folder: Path, window_over: Any) -> Iterator[tuple[Any, str]]:
    """Yield a window and the name of what it shows, one state after the other.

    `window_over` opens the window over a flow source; the story goes on when the picture is taken.
    """
    clock = DemoClock(FIRST_DAY)
    shown = ShownTablet(folder / "tablet-1", clock, "Nurse 1", "Nurse", PINS[0])
    other = DemoTablet(folder / "tablet-2", clock, "Dr A", "Doctor", PINS[1])
    with _server(folder) as server:
        window = window_over(WindowOf(shown))
        flow = shown.flow
        yield from first_start(window, shown)
        yield window, "02-home-empty"
        flow.home.press_sync()
        flow.connect.type_address(server.url)
        yield window, "00-connect"
        flow.connect.back()
        yield from backup_and_code(window, shown)
        other.set_up()
        other.connect(server.url, server.make_code(SITE))
        shown.connect(server.url, server.make_code(SITE))
        flow.lock()
        for digit in PINS[0][:4]:
            flow.unlock.press(digit)
        yield window, "01-unlock"
        for digit in PINS[0][4:]:
            flow.unlock.press(digit)
        flow.unlock.unlock()

        yield from first_visit(window, shown)
        boy = shown.case_ids()[0]
        flow.sent_preview.done()
        shown.sync()
        _second_visit_and_review(shown, other, server, boy, clock)
        _neonates(other, clock)
        other.sync()
        shown.sync()
        raise_emergency(flow)
        yield window, "11-emergency"
        flow.emergency.result()
        yield window, "11-emergency-ranking"
        flow.result.plan()
        flow.plan.save()
        flow.sent_preview.done()
        shown.begin_case(BOY_FIRST_VISIT)
        flow.lock()
        shown.enter_pin()
        yield window, "02-home"
        flow.home.search()
        yield window, "02-search-all"
        flow.search.type("left oct")
        yield window, "02-search"
        flow.search.type("nobody has this")
        yield window, "02-search-nothing"
        flow.search.back()
        shown.open_case(boy)
        flow.case.add_photo()
        yield window, "09-add-photo"
        flow.add_photo.take(a_drawn_picture())
        yield window, "09-case"
        flow.case.answer()
        flow.reply.toggle("agreed")
        flow.reply.toggle("will_be_done")
        yield window, "09-reply"
        flow.reply.back()
        flow.case.open_photo(window.screen.view.photos[0].photo)
        flow.photo.delete()
        yield window, "09-photo"
        flow.photo.back()
        flow.case.withdraw()
        flow.withdraw.choose_reason("consent")
        yield window, "09-withdraw"
        flow.withdraw.back()
        flow.case.outcome()
        yield window, "09-outcome"
        flow.outcome.back()
        yield from _told_to_others(window, flow)
        flow.case.back()
        yield from carried_by_another(window, shown, other)
        yield from settings_states(window, shown, PINS[0])
        yield from same_child(window, shown, PINS[0])
        yield from refused(window, shown)
        yield from contradictory(window, shown)
        clock.pass_time(days=DAYS_TO_THIRD_VISIT)
        yield from follow_up(window, shown, boy, CALCINOSIS)
        yield from after_an_update(window, shown)
        window.close()


def a_drawn_picture() -> bytes:
    """Return a picture to keep as a photo: drawn, for nobody's child is shown here."""
    picture = Image.radial_gradient("L").resize((1200, 900)).convert("RGB")
    target = io.BytesIO()
    picture.save(target, "JPEG")
    return target.getvalue()


def _told_to_others(window: Any, flow: Flow) -> Iterator[tuple[Any, str]]:
    """The open case on paper and as codes; then what another tablet reads codes with."""
    flow.case.letter()
    yield window, "13-letter"
    flow.letter.save()
    yield window, "13-letter-saved"
    flow.letter.choose_paper("parents")
    yield window, "13-parents-sheet"
    flow.letter.back()
    flow.case.hand_over()
    yield window, "14-hand-over"
    flow.hand_over.back()
    case_id = flow.store.summaries()[0].case_id if flow.store else ""
    flow.case.back()
    flow.home.receive()
    yield window, "14-receive"
    flow.receive.back()
    flow.home.open_case(case_id)


def carried_by_another(window: Any, shown: ShownTablet, other: DemoTablet) -> Iterator[tuple[Any, str]]:
    """What waits, given to another tablet as codes and as a file, and the server's word come back; then home again."""
    flow = shown.flow
    flow.home.settings()
    boy = shown.store.summaries()[0]
    shown.store.record(boy.case_id, EntryKind.FOLLOW_UP, {"warmth": False}, boy.conclusion)
    flow.settings.choose_section("carry")
    yield window, "14-carry"
    flow.carry.show_codes()
    texts = flow.carry.texts
    yield window, "14-carry-codes"
    flow.carry.back()
    flow.carry.write_file()
    yield window, "14-carry-given"
    flow.carry.back()
    flow.settings.back()
    yield from through_the_camera(window, shown, texts)
    other.flow.home.receive()
    other.flow.receive.take(texts)
    other.flow.receive.back()
    other.sync()
    flow.home.receive()
    flow.receive.take(frames_of(other.store.parcels.receipts(), RECEIPT))
    yield window, "14-receive-receipt"
    flow.receive.back()


def through_the_camera(window: Any, shown: ShownTablet, texts: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """A series of which the camera sees a part, and a camera that another app has; from home and back to it."""
    flow = shown.flow
    flow.home.receive()
    film_codes(texts[:1], shown.camera)
    flow.receive.use_camera()
    while window.screen.view.scan.is_on and not window.screen.view.have:
        window.frames()
    yield window, "14-receive-camera"
    flow.receive.camera_failed(IN_USE)
    yield window, "14-receive-no-camera"
    flow.receive.begin_again()
    flow.receive.back()


def raise_emergency(flow: Flow) -> None:
    """Begin a case and answer danger signs with yes until they call for action."""
    flow.home.new_case()
    _say_where_and_who(flow, URGENT)
    flow.new_case.go_on()
    for sign in URGENT_SIGNS:
        if flow.screen is Screen.DANGER_SIGNS:
            flow.danger_signs.answer(sign, "yes")


def _say_where_and_who(flow: Flow, told: Told) -> None:
    for region, side in told.places:
        flow.new_case.toggle_place(region, side)
    flow.new_case.choose_age_unit(told.age[1])
    flow.new_case.type_age(told.age[0])
    flow.new_case.choose_sex(told.sex)
    flow.new_case.choose_setting(told.setting)
    for name, text in told.local.items():
        flow.new_case.type_local(name, text)


def first_visit(window: Any, shown: ShownTablet) -> Iterator[tuple[Any, str]]:
    """The visit from the body map to what is sent; the tablet shows its home screen before."""
    flow = shown.flow
    flow.home.new_case()
    told = BOY_FIRST_VISIT
    _say_where_and_who(flow, told)
    yield window, "03-new-case"
    window.screen.shows_list = True
    yield window, "03-new-case-list"
    window.screen.shows_list = False
    window.screen.shows_form = True
    yield window, "03-new-case-form"
    flow.new_case.go_on()
    for sign, answer in told.danger_signs.items():
        flow.danger_signs.answer(sign, answer)
    yield window, "04-danger-signs"
    flow.danger_signs.go_on()
    pictured: set[str] = set()
    while flow.screen in (Screen.QUESTION, Screen.MEASUREMENT):
        name = _name_of(window.screen.view, told)
        if name and name not in pictured:
            pictured.add(name)
            if name == "06-measurement":
                for key in "0.36":
                    flow.measurement.press(key)
            yield window, name
        shown.answer_one(told)
    yield window, "07-result"
    leader = window.screen.view.rows[0]
    flow.result.show_reason(leader.condition, leader.for_[0].finding)
    yield window, "07-result-reason"
    flow.result.close_details()
    flow.result.plan()
    flow.plan.tick(window.screen.view.care[0].text)
    yield window, "08-plan"
    flow.plan.save()
    yield window, "10-what-is-sent"


def after_an_update(window: Any, shown: ShownTablet) -> Iterator[tuple[Any, str]]:
    """A tablet with cases of before the update, from its home screen to one that is now more urgent."""
    config = Config(shown.folder, ASSETS)
    cases = load_cases(config.published_cases).records
    shelf = Shelf(config.knowledge.parent, KNOWLEDGE_VERSION)
    record_old_cases(shown.store, shelf, shelf.versions[0], cases)
    shown.flow.lock()
    shown.enter_pin()
    yield window, "12-home-new-knowledge"
    shown.flow.home.knowledge_changes()
    yield window, "12-knowledge-changes"
    shown.flow.knowledge_changes.open_case(window.screen.view.cases[0].case_id)
    yield window, "12-case-new-knowledge"


def _name_of(view: View, told: Told) -> str:
    """Return the picture's name for a question worth a picture: one of yes or no, one of states, one number."""
    if isinstance(view, QuestionView):
        if view.finding == "prior_iv_calcium_same_limb_3m":
            return "05-question"
        return "" if view.is_binary else "05-question-states"
    if isinstance(view, MeasurementView) and view.measurement == "crp":
        return "06-measurement"
    return ""


def _second_visit_and_review(
    shown: ShownTablet, other: DemoTablet, server: DemoServer, boy: CaseId, clock: DemoClock
) -> None:
    """Two lines of one case that differ, and the coordinator's answer."""
    other.sync()
    clock.pass_time(days=DAYS_TO_SECOND_VISIT)
    other.begin_follow_up(boy, BOY_SECOND_VISIT)
    other.answer_questions(BOY_SECOND_VISIT)
    other.save_visit()
    other.flow.sent_preview.done()
    other.correct(boy, "days_since_iv_calcium", Quantity(30, "d"))
    shown.correct(boy, "days_since_iv_calcium", Quantity(14, "d"))
    shown.go_home()
    other.go_home()
    for tablet in (other, shown):
        tablet.sync()
    pages = ReviewPages(server.url)
    pages.sign_in(COORDINATOR, server.password)
    pages.review(boy, state="confirmed", diagnosis=CALCINOSIS, proven_by="xray", message=MESSAGE)


def _neonates(tablet: DemoTablet, clock: DemoClock) -> None:
    for told in THREE_NEONATES:
        clock.pass_time(minutes=30)
        tablet.begin_case(told)
        if tablet.flow.screen is Screen.EMERGENCY:
            tablet.flow.emergency.questions()
        tablet.answer_questions(told)
        tablet.save_visit()
        tablet.flow.sent_preview.done()


@contextmanager
def _server(folder: Path) -> Iterator[DemoServer]:
    server = DemoServer(folder)
    try:
        server.start()
        server.make_coordinator()
        yield server
    finally:
        server.stop()
