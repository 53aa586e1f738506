"""Start: a new case, drafts to resume, the coordinator's answers, recent cases, and where the sync stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Screen, Way
from mobile_app.ports import CaseSummary, Draft, SyncState
from mobile_app.presenters.answers import regions_of, where_in_words, who_in_words
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, BadgeView, SyncBarView, SyncSign
from mobile_app.presenters.knowledge_changes import judged_differently
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import review_in_brief
from mobile_app.presenters.visit import Position
from mobile_app.presenters.wording import capitalised, count_of, limb_of, lower_first, say
from shared.case.entry import EntryKind
from shared.case.short_code import short_code
from shared.errors import HandwiseError

RECENT = 6
ANSWERS = 3

_SYNC = {
    SyncState.LOCAL: (SyncSign.NOT_CONNECTED, "On this tablet"),
    SyncState.WAITING: (SyncSign.WAITING, "Waiting"),
    SyncState.SENT: (SyncSign.ALL_SENT, "Sent"),
    SyncState.NOT_ACCEPTED: (SyncSign.NOT_ACCEPTED, "Not accepted"),
}


@dataclass(frozen=True, slots=True)
class DraftRowView:
    """A draft to go on with. Every answer is kept."""

    draft_id: str
    title: str
    detail: str
    button: str


@dataclass(frozen=True, slots=True)
class CoordinatorAnswerView:
    """The coordinator's newest answer on one case."""

    case_id: str
    title: str
    quote: str
    button: str


@dataclass(frozen=True, slots=True)
class KnowledgeCardView:
    """New knowledge judges stored cases differently, and this user has not seen all of them."""

    title: str
    detail: str
    is_more_urgent: bool
    button: str


@dataclass(frozen=True, slots=True)
class CaseRowView:
    """One recent case. `limb` is `hand` or `foot`, for the icon; `differs` where answers differ."""

    case_id: str
    name: str
    who: str
    line: str
    limb: str
    badge: BadgeView | None
    sync_sign: SyncSign
    sync_word: str
    differs: bool


@dataclass(frozen=True, slots=True)
class HomeView:
    """The start screen. `empty_title` and `empty_line` are empty unless there is no case at all."""

    app_bar: AppBarView
    new_case: str
    drafts: tuple[DraftRowView, ...]
    answers: tuple[CoordinatorAnswerView, ...]
    knowledge: KnowledgeCardView | None
    recent_title: str
    recent_count: str
    recent: tuple[CaseRowView, ...]
    empty_title: str
    empty_line: str
    sync_bar: SyncBarView
    error: str


class HomePresenter:
    """What a finger can do on the start screen. `press_sync` is the sync bar's button, whatever it says."""

    def __init__(
        self, desk: Desk, news: KnowledgeNews, show: Callable[[HomeView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._news = news
        self._show = show
        self._go = go

    def open(self) -> None:
        self._desk.put_away()
        self._desk.is_among_changes = False
        self._draw()

    def knowledge_changes(self) -> None:
        self._go(Way.KNOWLEDGE_CHANGES)

    def new_case(self) -> None:
        self._desk.begin_new_case()
        self._go(Way.NEW_CASE)

    def resume(self, draft_id: str) -> None:
        way = self._desk.resume(draft_id)
        if way is None:
            self._draw()
        else:
            self._go(way)

    def discard(self, draft_id: str) -> None:
        try:
            self._desk.store.discard_draft(draft_id)
        except HandwiseError as error:
            self._draw(str(error))
        else:
            self._draw()

    def open_case(self, case_id: str) -> None:
        summary = next((row for row in self._summaries() if row.case_id == case_id), None)
        if summary is not None:
            self._desk.case_id = summary.case_id
            self._go(Way.CASE)

    def press_sync(self) -> None:
        if self._desk.sync.is_enrolled:
            self._desk.sync.start()
        else:
            self._go(Way.CONNECT)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _summaries(self) -> list[CaseSummary]:
        return [row for row in self._desk.store.summaries() if not row.is_withdrawn]

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        summaries = self._summaries()
        drafts = tuple(self._draft(draft) for draft in desk.store.drafts())
        count = desk.store.count_cases()
        is_empty = not summaries and not drafts
        self._show(
            HomeView(
                app_bar=desk.plain_app_bar("Handwise", desk.store.user.name),
                new_case="New case",
                drafts=drafts,
                answers=tuple(self._answer(row) for row in summaries if row.review and row.review.message)[:ANSWERS],
                knowledge=self._knowledge(),
                recent_title="Recent cases",
                recent_count=say("All {count}", count=count) if count else "",
                recent=tuple(self._row(row) for row in summaries[:RECENT]),
                empty_title="No case yet" if is_empty else "",
                empty_line="Press New case when a child with a swollen hand or foot comes in." if is_empty else "",
                sync_bar=desk.sync.bar(),
                error=error,
            )
        )

    def _draft(self, draft: Draft) -> DraftRowView:
        position = Position.decode(draft.step)
        stopped = {
            Screen.NEW_CASE: "Stopped at place and age",
            Screen.DANGER_SIGNS: "Stopped at the danger signs",
            Screen.QUESTION: say("Stopped at question {number}", number=len(position.trail) + 1),
            Screen.MEASUREMENT: say("Stopped at question {number}", number=len(position.trail) + 1),
            Screen.PLAN: "Stopped at the plan, not saved yet",
            Screen.OUTCOME: "Stopped at the outcome, not saved yet",
        }.get(position.screen, "Stopped at the result, not saved yet")
        kinds = {
            EntryKind.ASSESSMENT: "Resume Case {code}",
            EntryKind.FOLLOW_UP: "Resume follow-up, Case {code}",
            EntryKind.CORRECTION: "Resume correction, Case {code}",
            EntryKind.OUTCOME: "Resume outcome, Case {code}",
        }
        title = say(kinds.get(draft.kind, "Resume Case {code}"), code=short_code(draft.case_id))
        return DraftRowView(draft.draft_id, title, say("{stopped} · every answer kept", stopped=stopped), "Resume")

    def _answer(self, row: CaseSummary) -> CoordinatorAnswerView:
        assert row.review is not None
        return CoordinatorAnswerView(
            case_id=row.case_id,
            title=say("The coordinator answered: Case {code}", code=row.short_code),
            quote=say("“{message}”", message=row.review.message),
            button="Read",
        )

    def _knowledge(self) -> KnowledgeCardView | None:
        counts = self._news.counts()
        if not counts.new:
            return None
        urgent = count_of(
            counts.new_more_urgent, "{count} is more urgent than before.", "{count} are more urgent than before."
        )
        return KnowledgeCardView(
            title=judged_differently(self._news.version, counts.new),
            detail=urgent if counts.new_more_urgent else "None is more urgent than before.",
            is_more_urgent=counts.new_more_urgent > 0,
            button="Look",
        )

    def _row(self, row: CaseSummary) -> CaseRowView:
        sign, word = _SYNC[row.sync_state]
        if row.disagreements:
            word = count_of(row.disagreements, "2 answers differ", "{count} questions differ")
        return CaseRowView(
            case_id=row.case_id,
            name=say("Case {code}", code=row.short_code),
            who=who_in_words(self._desk.knowledge, row.answers),
            line=self._line(row),
            limb=limb_of(regions_of(row.answers)),
            badge=badge_of(row.conclusion.disposition) if row.conclusion else None,
            sync_sign=sign,
            sync_word=word,
            differs=row.disagreements > 0,
        )

    def _line(self, row: CaseSummary) -> str:
        """Return "Left ankle · cellulitis likely"; a coordinator's diagnosis outweighs the tablet's."""
        parts = [capitalised(where_in_words(row.answers))]
        if row.review and row.review.diagnosis:
            parts.append(review_in_brief(row.review, self._desk.words))
        elif row.conclusion and row.conclusion.fits and row.conclusion.differential:
            first = row.conclusion.differential[0]
            name = lower_first(self._desk.words.condition(first.condition))
            verdict = self._desk.verdict_of(first, row.conclusion.knowledge_version)
            parts.append(say("{condition} {verdict}", condition=name, verdict=verdict))
        elif row.conclusion:
            parts.append("does not fit")
        return " · ".join(part for part in parts if part)
