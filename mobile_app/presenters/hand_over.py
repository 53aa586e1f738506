"""A case shown as QR codes, one after the other, for another tablet that has no network either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Screen, Way
from mobile_app.paper.qr import Modules
from mobile_app.presenters.code_series import CodeSeries, ShowsCodes
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.reading_desk import CaseInHand, case_in_hand
from mobile_app.presenters.wording import in_words, say, typed
from shared.case.short_code import short_code
from shared.errors import HandwiseError
from shared.sync.hand_over import ChildDetails, write_hand_over
from shared.sync.qr_frames import CASE, frames_of

_BACK_TO = {Screen.RESULT: Way.RESULT, Screen.PLAN: Way.PLAN, Screen.EMERGENCY: Way.EMERGENCY}


@dataclass(frozen=True, slots=True)
class HandOverView:
    """`modules` is the code that stands now, empty before the visit is saved. While `is_running` the next one comes."""

    app_bar: AppBarView
    title: str
    hint: str
    modules: Modules
    number: str
    is_running: bool
    names: tuple[ChoiceView, ...]
    name_line: str
    limits: tuple[str, ...]
    back_button: str
    previous_button: str
    next_button: str
    run_button: str
    save_button: str
    error: str


class HandOverPresenter(ShowsCodes):
    """What a finger can do on the hand-over. `advance` is called by the screen while it is running."""

    def __init__(
        self,
        desk: Desk,
        has_less_motion: Callable[[], bool],
        show: Callable[[HandOverView], None],
        go: Callable[[Way], None],
    ) -> None:
        self._desk = desk
        self._has_less_motion = has_less_motion
        self._show = show
        self._go = go
        self._case: CaseInHand | None = None
        self._with_name = False
        self._series = CodeSeries()

    def open(self) -> None:
        case = case_in_hand(self._desk)
        if self._case is None or case.case_id != self._case.case_id:
            self._with_name = False
        self._case = case
        self._make()

    def choose_name(self, value: str) -> None:
        """`with` or `without` the child's name, record number, birth date and note."""
        self._with_name = value == "with"
        self._make()

    def save(self) -> None:
        """Save the visit as it stands: what is handed over is what is on record."""
        if self._desk.has_visit:
            error = self._desk.save()
            if error:
                self._draw(error)
                return
            self._case = case_in_hand(self._desk)
        self._make()

    def back(self) -> None:
        self._series.is_running = False
        if not self._desk.has_visit:
            self._go(Way.CASE)
            return
        self._go(_BACK_TO.get(self._desk.visit.position.screen, Way.RESULT))

    def lock(self) -> None:
        self._series.is_running = False
        self._go(Way.LOCK)

    def _make(self) -> None:
        """Make the codes of what is on record."""
        assert self._case is not None
        self._series.end()
        error = ""
        if not self._desk.has_visit:
            try:
                entries = self._desk.store.hand_over.entries(self._case.case_id)
                texts = frames_of(write_hand_over(entries, self._child()), CASE)
                self._series.begin(texts, runs=not self._has_less_motion())
            except HandwiseError as problem:
                error = in_words(problem)
        self._draw(error)

    def _child(self) -> ChildDetails:
        assert self._case is not None
        local = self._case.local
        if not self._with_name:
            return ChildDetails()
        return ChildDetails(local.patient_name, local.record_number, local.birth_date, local.note)

    def _draw(self, error: str = "") -> None:
        assert self._case is not None
        previous_button, next_button, run_button = self._series.buttons
        must_save = self._desk.has_visit
        self._show(
            HandOverView(
                app_bar=self._desk.plain_app_bar(
                    say("Hand over"), say("Case {code}", code=short_code(self._case.case_id))
                ),
                title=say("Save the visit first") if must_save else say("Show this to the other tablet"),
                hint=say("The visit is saved as it stands. A follow-up can add to it later.")
                if must_save
                else say("On the other tablet choose: Receive from a tablet. Any order will do."),
                modules=self._series.modules,
                number=self._series.number,
                is_running=self._series.is_running,
                names=(
                    ChoiceView("without", say("Without name"), not self._with_name),
                    ChoiceView("with", say("With name"), self._with_name),
                ),
                name_line=self._name_line(),
                limits=(
                    say("Whoever photographs these codes has what they hold. They are not encrypted."),
                    say("They hold the de-identified answers, and the name only if you choose it."),
                    say("Between two clinics the case stays on the other tablet as it is now."),
                ),
                back_button=say("Back"),
                previous_button=previous_button,
                next_button=next_button,
                run_button=run_button,
                save_button=say("Save and show") if must_save else "",
                error=error,
            )
        )

    def _name_line(self) -> str:
        assert self._case is not None
        local = self._case.local
        if not self._with_name:
            return ""
        known = " · ".join(typed(text) for text in (local.patient_name, local.record_number) if text)
        return known or say("No name is known on this tablet.")
