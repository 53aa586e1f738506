"""The pictures of a later visit, from the case over its papers to what is sent; of an outcome that is filled in; and of
answers that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mobile_app.commands.demo_tablet import DemoTablet, Told
from mobile_app.navigation import Screen
from mobile_app.presenters.measurement import MeasurementView
from mobile_app.presenters.question import QuestionView
from shared.case.entry import CaseId, Quantity

CONTRADICTORY = Told(
    places=(("hand", "left"), ("wrist", "left")),
    age=("9", "months"),
    sex="male",
    setting="hospital_paediatric_ed",
    answers={
        "swelling_consistency": "rock_hard_nodular",
        "fluctuance": "yes",
        "purulent_discharge": "yes",
        "whitish_chalky": "yes",
        "trauma_history": "yes",
        "palpable_cord": "yes",
        "multiple_lesions": "yes",
        "bone_point_tenderness": "yes",
        "erythema": "no",
        "warmth": "no",
        "tenderness": "no",
        "progressed_soft_to_hard": "yes",
        "us_vein_thrombus": "yes",
        "us_fluid_collection": "yes",
    },
)
"""What no one condition explains."""
THIRD_VISIT = Told(
    danger_signs={"fever": "no", "no_blood_flow": "no"},
    answers={
        "lump_size": Quantity(18, "mm"),
        "swelling_consistency": "firm_indurated",
        "erythema": "no",
        "tenderness": "no",
        "lump_not_smaller_8_weeks": "no",
        "xray_ge_10d": "soft_tissue_calcification",
    },
)
DAYS_HEALED = "62"


def follow_up(window: Any, shown: DemoTablet, case_id: CaseId, condition: str) -> Iterator[tuple[Any, str]]:
    """A third visit of the case in front of home, its papers, and what it turned out to be; then home again."""
    flow = shown.flow
    shown.open_case(case_id)
    flow.case.follow_up()
    yield window, "17-follow-up-danger-signs"
    shown.go_through_danger_signs(THIRD_VISIT)
    pictured: set[str] = set()
    while flow.screen in (Screen.QUESTION, Screen.MEASUREMENT):
        view = window.screen.view
        name = _name_of(view)
        if name and name not in pictured:
            pictured.add(name)
            yield window, name
        shown.answer_one(THIRD_VISIT)
    yield window, "17-follow-up-result"
    flow.result.letter()
    yield window, "17-follow-up-letter"
    flow.letter.choose_paper("parents")
    yield window, "17-follow-up-parents-sheet"
    flow.letter.back()
    flow.result.plan()
    yield window, "17-follow-up-plan"
    flow.plan.save()
    yield window, "17-follow-up-what-is-sent"
    flow.sent_preview.done()
    shown.open_case(case_id)
    for part in ("visits", "size", "answers"):
        flow.case.show_part(part)
        yield window, f"17-follow-up-case-{part}"
    flow.case.show_part("visits")
    flow.case.outcome()
    flow.outcome.type_healed(DAYS_HEALED)
    flow.outcome.choose_sequelae("no")
    flow.outcome.choose_diagnosis(condition)
    flow.outcome.toggle_proof("xray")
    yield window, "17-outcome-filled"
    flow.outcome.back()
    flow.case.back()


def contradictory(window: Any, shown: DemoTablet) -> Iterator[tuple[Any, str]]:
    """A new case that fits nothing, from home and back to it; nothing of it is kept."""
    flow = shown.flow
    shown.begin_case(CONTRADICTORY)
    shown.answer_questions(CONTRADICTORY)
    yield window, "07-result-does-not-fit"
    flow.lock()
    shown.enter_pin()
    shown.store.discard_draft(shown.store.drafts()[0].draft_id)
    flow.refresh()


def _name_of(view: Any) -> str:
    if isinstance(view, MeasurementView):
        return f"17-follow-up-measurement-{view.measurement}"
    if isinstance(view, QuestionView):
        return f"17-follow-up-question-{view.finding}"
    return ""
