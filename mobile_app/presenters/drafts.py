"""A draft as a card: what it was, where it stopped, and the way on. Every answer is kept."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.navigation import Screen
from mobile_app.ports.records import Draft
from mobile_app.presenters.visit import Position
from mobile_app.presenters.wording import phrase, say
from shared.case.entry import EntryKind
from shared.case.short_code import short_code

_STOPPED = {
    Screen.NEW_CASE: phrase("Stopped at place and age"),
    Screen.DANGER_SIGNS: phrase("Stopped at the danger signs"),
    Screen.QUESTION: phrase("Stopped at question {number}"),
    Screen.MEASUREMENT: phrase("Stopped at question {number}"),
    Screen.PLAN: phrase("Stopped at the plan, not saved yet"),
    Screen.OUTCOME: phrase("Stopped at the outcome, not saved yet"),
}
_AT_THE_RESULT = phrase("Stopped at the result, not saved yet")
_KINDS = {
    EntryKind.ASSESSMENT: phrase("Resume Case {code}"),
    EntryKind.FOLLOW_UP: phrase("Resume follow-up, Case {code}"),
    EntryKind.CORRECTION: phrase("Resume correction, Case {code}"),
    EntryKind.OUTCOME: phrase("Resume outcome, Case {code}"),
}


@dataclass(frozen=True, slots=True)
class DraftRowView:
    """A draft to go on with. Every answer is kept."""

    draft_id: str
    title: str
    detail: str
    button: str


def draft_row(draft: Draft) -> DraftRowView:
    """Return the card of one draft."""
    position = Position.decode(draft.step)
    stopped = say(_STOPPED.get(position.screen, _AT_THE_RESULT), number=len(position.trail) + 1)
    title = say(_KINDS.get(draft.kind, _KINDS[EntryKind.ASSESSMENT]), code=short_code(draft.case_id))
    return DraftRowView(draft.draft_id, title, say("{stopped} · every answer kept", stopped=stopped), say("Resume"))
