"""How the case went: when the swelling was gone, whether anything stayed behind, and what it turned out to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.answers import YES_NO
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.next_step import first_visit_of
from mobile_app.presenters.wording import age_in_days, phrase, say
from shared.case.entry import AnswerValue
from shared.sync.messages import PROOFS

HEALED_UNITS = ("d", "wk", "months")
MAX_HEALED_DAYS = 3650
PROOF_WORDS = {"xray": phrase("X-ray"), "culture": phrase("Culture"), "course": phrase("The course")}


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A number with its unit, and choices, each with its label. Everything may be left empty but one."""

    app_bar: AppBarView
    title: str
    healed_label: str
    healed_text: str
    healed_units: tuple[ChoiceView, ...]
    today_button: str
    sequelae_label: str
    sequelae: tuple[ChoiceView, ...]
    diagnosis_label: str
    diagnoses: tuple[ChoiceView, ...]
    proofs_label: str
    proofs: tuple[ChoiceView, ...]
    back_button: str
    on_button: str
    can_go_on: bool
    error: str


class OutcomePresenter:
    """What a finger can do on the outcome screen. `save` appends the outcome to the case."""

    def __init__(self, desk: Desk, show: Callable[[OutcomeView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._text = ""
        self._unit = "d"

    def open(self) -> None:
        healed = self._answers.get("healed_days")
        self._text = str(healed) if isinstance(healed, int) else ""
        self._unit = "d"
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def type_healed(self, text: str) -> None:
        self._text = text.strip()
        self._keep_healed()

    def choose_healed_unit(self, unit: str) -> None:
        if unit in HEALED_UNITS:
            self._unit = unit
            self._keep_healed()

    def gone_today(self) -> None:
        """Take the days from the first visit to today, where this tablet knows when that was."""
        days = self._days_so_far()
        if days is not None:
            self._text, self._unit = str(days), "d"
            self._keep_healed()

    def choose_sequelae(self, value: str) -> None:
        if value in YES_NO.values():
            self._put({"sequelae": _toggled(self._answers.get("sequelae"), value == "yes")})

    def choose_diagnosis(self, condition: str) -> None:
        if condition in self._desk.knowledge.conditions:
            self._put({"final_diagnosis": _toggled(self._answers.get("final_diagnosis"), condition)})

    def toggle_proof(self, proof: str) -> None:
        if proof in PROOFS:
            chosen = set(self._proofs()) ^ {proof}
            self._put({"proven_by": tuple(sorted(chosen)) or None})

    def save(self) -> None:
        if not self._answers or self._is_unreadable():
            return
        error = self._desk.save()
        if error:
            self._draw(error)
        else:
            self._go(Way.SENT_PREVIEW)

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    @property
    def _answers(self) -> dict[str, AnswerValue]:
        return dict(self._desk.visit.draft.answers)

    def _proofs(self) -> tuple[str, ...]:
        chosen = self._answers.get("proven_by")
        return chosen if isinstance(chosen, tuple) else ()

    def _days_so_far(self) -> int | None:
        desk = self._desk
        now = desk.clock.now()
        first_visit = first_visit_of(desk.store.timeline(desk.visit.draft.case_id), now)
        return None if first_visit is None else max((now.date() - first_visit).days, 0)

    def _keep_healed(self) -> None:
        days = self._healed_days()
        self._put({"healed_days": days})

    def _is_unreadable(self) -> bool:
        """Tell whether what is typed is no number of days: saved, it would be lost."""
        return bool(self._text) and self._healed_days() is None

    def _healed_days(self) -> int | None:
        try:
            days = age_in_days(float(self._text.replace(",", ".")), self._unit)
        except (ValueError, OverflowError):
            return None
        return days if 0 <= days <= MAX_HEALED_DAYS else None

    def _put(self, answers: dict[str, AnswerValue | None]) -> None:
        self._desk.visit.put(answers)
        self._draw()

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        visit = desk.visit
        answers = self._answers
        sequelae = answers.get("sequelae")
        if self._is_unreadable():
            error = error or say("Type a number of days, weeks or months, up to 10 years.")
        self._show(
            OutcomeView(
                app_bar=desk.app_bar(),
                title=say("How did it go?"),
                healed_label=say("Gone how long after the first visit? Leave empty if it is still there."),
                healed_text=self._text,
                healed_units=tuple(
                    ChoiceView(unit, say(_UNIT_WORDS[unit]), unit == self._unit) for unit in HEALED_UNITS
                ),
                today_button=say("Gone today") if self._days_so_far() is not None else "",
                sequelae_label=say("Is anything left behind, such as a scar or a stiff joint?"),
                sequelae=(
                    ChoiceView("yes", say("Yes"), sequelae is True),
                    ChoiceView("no", say("No"), sequelae is False),
                ),
                diagnosis_label=say("What did it turn out to be?"),
                diagnoses=tuple(
                    ChoiceView(condition.id, condition.label, answers.get("final_diagnosis") == condition.id)
                    for condition in desk.knowledge.conditions.values()
                ),
                proofs_label=say("Proven by"),
                proofs=tuple(ChoiceView(proof, say(PROOF_WORDS[proof]), proof in self._proofs()) for proof in PROOFS),
                back_button=say("Case"),
                on_button=say("Save outcome"),
                can_go_on=bool(answers) and not self._is_unreadable(),
                error=error or visit.error,
            )
        )


_UNIT_WORDS = {"d": phrase("days"), "wk": phrase("weeks"), "months": phrase("months")}


def _toggled(now: AnswerValue | None, chosen: AnswerValue) -> AnswerValue | None:
    return None if now == chosen and isinstance(now, bool) == isinstance(chosen, bool) else chosen
