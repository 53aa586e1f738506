"""A case as it stands, read in any language and never written: what a letter and a parents' sheet are worded from.

    visit in hand     the answers so far, as the screens of the visit show them
    no visit          the case as its last visit left it, corrections included, on the day of that visit

It is a desk like the clinician's, so the presenters of result, emergency and plan say on paper what they say on screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from mobile_app.language import translate_book
from mobile_app.navigation import Screen
from mobile_app.ports.records import Draft, LocalDetails, RecordedEntry
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.emergency import EmergencyPresenter, EmergencyView
from mobile_app.presenters.plan import PlanPresenter, PlanView
from mobile_app.presenters.reasoning import Reasoning
from mobile_app.presenters.result import ResultPresenter, ResultView
from mobile_app.presenters.visit import Visit
from shared.case.entry import CaseId, EntryKind, Quantity
from shared.knowledge.texts import localised
from shared.triage.assess import Assessor
from shared.triage.follow_up import VISIT_DAY, day_of
from shared.triage.reassess import Reassessor

_VISITS = (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class CaseInHand:
    """What is written about: the visit in hand, or a case as its last visit left it."""

    draft: Draft
    local: LocalDetails
    seen_on: date | None
    """The day of the visit, where this tablet knows it."""

    @property
    def case_id(self) -> CaseId:
        return self.draft.case_id


def case_in_hand(desk: Desk) -> CaseInHand:
    """Return what lies on a clinician's desk."""
    now = desk.clock.now()
    if desk.has_visit:
        draft = desk.visit.draft
        return CaseInHand(draft, _local((draft.local, *_locals(desk, draft.case_id))), now.date())
    assert desk.case_id is not None
    entries = desk.store.timeline(desk.case_id)
    visits = [row for row in entries if row.entry.kind in _VISITS]
    days = [day for row in visits if (day := day_of(row.entry)) is not None]
    draft = Draft(
        draft_id="",
        case_id=desk.case_id,
        kind=EntryKind.CORRECTION,
        answers={VISIT_DAY: Quantity(max(days), "d")} if days else {},
        parents=desk.store.log(desk.case_id).heads,
        step="",
    )
    return CaseInHand(draft, _local(tuple(row.local for row in reversed(entries))), _last_day(visits, now))


def _locals(desk: Desk, case_id: CaseId) -> tuple[LocalDetails, ...]:
    return tuple(row.local for row in reversed(desk.store.timeline(case_id)))


def _local(known: tuple[LocalDetails, ...]) -> LocalDetails:
    """Return what is known of the child, of each thing what was written last."""

    def last(name: str) -> str:
        return next((str(getattr(one, name)) for one in known if getattr(one, name)), "")

    return LocalDetails(
        record_number=last("record_number"),
        patient_name=last("patient_name"),
        ward=last("ward"),
        note=last("note"),
        birth_date=last("birth_date"),
    )


def _last_day(visits: list[RecordedEntry], now: datetime) -> date | None:
    moment = visits[-1].recorded_at if visits else None
    return moment.astimezone(now.tzinfo).date() if moment else None


class ReadingDesk(Desk):
    """A desk at which nothing is written. It speaks the language that is in use when it is made."""

    def __init__(self, of: Desk, case: CaseInHand, reassess: Reassessor) -> None:
        book = localised(reassess.knowledge(of.knowledge.version), translate_book)
        reason = Reasoning(Assessor(book))
        super().__init__(of.store, reason, reassess, book, of.clock, of.sync)
        self.case = case
        self.case_id = case.case_id
        self._visit = Visit(of.store, book, reason, of.clock, case.draft, is_saved=True)

    def stand_on(self, screen: Screen) -> None:
        """Nobody stands here: where the clinician is stays as it is."""

    @cached_property
    def result(self) -> ResultView:
        """What the result screen would say."""
        return cast(ResultView, _shown(ResultPresenter, self))

    @cached_property
    def emergency(self) -> EmergencyView:
        return cast(EmergencyView, _shown(EmergencyPresenter, self))

    @cached_property
    def plan(self) -> PlanView:
        return cast(PlanView, _shown(PlanPresenter, self))


def _shown(presenter: Any, desk: ReadingDesk) -> Any:
    views: list[Any] = []
    presenter(desk, views.append, lambda _way: None).open()
    return views[-1]
