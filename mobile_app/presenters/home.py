"""Start: a new case, drafts, follow-ups due, the coordinator's answers, recent cases, and where the sync stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mobile_app.navigation import Way
from mobile_app.ports.follow_ups import DueCase
from mobile_app.ports.records import CaseSummary
from mobile_app.presenters.agenda import Agenda
from mobile_app.presenters.answers import where_in_words, who_in_words
from mobile_app.presenters.case_rows import CaseRowView, case_row
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.drafts import DraftRowView, draft_row
from mobile_app.presenters.frame import AppBarView, Meaning, SyncBarView
from mobile_app.presenters.knowledge_changes import judged_differently
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.next_checks import DATE_INSTEAD_AFTER_DAYS, check_in_words, due_in_words
from mobile_app.presenters.review_words import is_news, quoted, review_in_brief, review_meaning
from mobile_app.presenters.search import DUE as DUE_FILTER
from mobile_app.presenters.search import SearchPresenter
from mobile_app.presenters.wording import capitalised, count_of, day_in_words, say, typed
from shared.case.entry import CaseId
from shared.errors import HandwiseError

RECENT = 6
ANSWERS = 3
DUE = 4
DAYS_AHEAD = 3
"""Checks of the next days are listed where there is room after those that are due."""


@dataclass(frozen=True, slots=True)
class DueRowView:
    """A follow-up. `meaning` is how pressing: emergency (late: red), same_day (today), otherwise still to come."""

    case_id: str
    due: str
    meaning: Meaning
    name: str
    who: str
    what_for: str
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
class TaskCardView:
    """Something that this tablet still needs."""

    title: str
    detail: str
    button: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """The start screen. `empty_title` and `empty_line` are empty unless there is no case at all.

    `due_title` is empty where there is no case yet; `due_empty` says that nothing is due, and what comes next.
    """

    app_bar: AppBarView
    search_button: str
    settings_button: str
    receive_button: str
    new_case: str
    drafts: tuple[DraftRowView, ...]
    due_title: str
    due_count: str
    due: tuple[DueRowView, ...]
    due_empty: str
    answers: tuple[CoordinatorAnswerView, ...]
    knowledge: KnowledgeCardView | None
    task: TaskCardView | None
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
        self,
        desk: Desk,
        news: KnowledgeNews,
        agenda: Agenda,
        search: SearchPresenter,
        has_recovery_code: Callable[[], bool],
        begin_carrying: Callable[[], None],
        show: Callable[[HomeView], None],
        go: Callable[[Way], None],
    ) -> None:
        self._desk = desk
        self._news = news
        self._agenda = agenda
        self._search = search
        self._has_recovery_code = has_recovery_code
        self._begin_carrying = begin_carrying
        self._show = show
        self._go = go

    def open(self) -> None:
        self._desk.put_away()
        self._desk.is_among_changes = False
        self._desk.is_among_found = False
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
        known = self._desk.store.search.some([CaseId(case_id)])
        if known:
            self._desk.case_id = known[0].case_id
            self._go(Way.CASE)

    def follow_up(self, case_id: str) -> None:
        """Begin the follow-up visit that is due, or go on with the one that was begun."""
        known = self._desk.store.search.some([CaseId(case_id)])
        if known:
            self._go(self._desk.begin_follow_up(known[0].case_id))

    def search(self) -> None:
        self._search.begin(takes_keys=True)
        self._go(Way.SEARCH)

    def all_cases(self) -> None:
        self._search.begin()
        self._go(Way.SEARCH)

    def all_due(self) -> None:
        self._search.begin(DUE_FILTER)
        self._go(Way.SEARCH)

    def settings(self) -> None:
        self._go(Way.SETTINGS)

    def receive(self) -> None:
        self._go(Way.RECEIVE)

    def press_sync(self) -> None:
        if not self._desk.sync.is_enrolled:
            self._go(Way.CONNECT)
        elif self._desk.lays_out_first_sending():
            self._go(Way.SENT_PREVIEW)
        else:
            self._desk.sync.start()

    def carry(self) -> None:
        """Send without a network what waits for one."""
        self._begin_carrying()
        self._go(Way.CARRY)

    def do_task(self) -> None:
        """Make a recovery code, where there is none yet."""
        self._go(Way.BACKUP)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        store = desk.store
        count = store.search.count()
        drafts = tuple(draft_row(draft) for draft in store.drafts())
        due = self._agenda.due(DUE, DAYS_AHEAD) if count else ()
        self._show(
            HomeView(
                app_bar=desk.plain_app_bar("Handwise", self._under_title()),
                search_button=say("Search cases"),
                settings_button=say("Settings"),
                receive_button=say("Receive from a tablet"),
                new_case=say("New case"),
                drafts=drafts,
                due_title=say("Follow-ups due") if count else "",
                due_count=self._due_count(),
                due=tuple(self._due(one) for one in due),
                due_empty="" if due or not count else self._nothing_due(),
                answers=tuple(map(self._answer, store.search.some(store.read_marks.unread(ANSWERS)))),
                knowledge=self._knowledge(),
                task=None if self._has_recovery_code() else _no_code(),
                recent_title=say("Recent cases") if count else "",
                recent_count=count_of(count, "All {count}", "All {count}") if count else "",
                recent=tuple(case_row(desk, row) for row in self._recent()),
                empty_title=say("No case yet") if not count else "",
                empty_line=say("Press New case when a child with a swollen hand or foot comes in.")
                if not count
                else "",
                sync_bar=desk.sync.bar(),
                error=error,
            )
        )

    def _under_title(self) -> str:
        store = self._desk.store
        return " · ".join(typed(part) for part in (store.settings.read().clinic, store.user.name) if part)

    def _recent(self) -> list[CaseSummary]:
        # A few more than are shown: those that were withdrawn since are not.
        rows = (row for row in self._desk.store.summaries(2 * RECENT) if not row.is_withdrawn)
        return list(rows)[:RECENT]

    def _due_count(self) -> str:
        count = self._agenda.count_due()
        return count_of(count, "All {count}", "All {count}") if count else ""

    def _nothing_due(self) -> str:
        upcoming = self._desk.store.follow_ups.due(self._agenda.today + timedelta(days=DATE_INSTEAD_AFTER_DAYS), 1)
        if not upcoming:
            return say("No follow-up is planned.")
        return say("No follow-up is due. The next one is on {day}.", day=day_in_words(upcoming[0].day))

    def _due(self, one: DueCase) -> DueRowView:
        today = self._agenda.today
        answers = one.summary.answers
        parts = (who_in_words(self._desk.knowledge, answers), where_in_words(answers))
        is_long_ago = (today - one.day).days > DATE_INSTEAD_AFTER_DAYS
        is_late = one.day < today and not is_long_ago
        return DueRowView(
            case_id=one.summary.case_id,
            due=due_in_words(one.day, today),
            meaning=Meaning.EMERGENCY if is_late else Meaning.SAME_DAY if one.day == today else Meaning.ROUTINE,
            name=say("Case {code}", code=one.summary.short_code),
            who=" · ".join(part for part in parts if part),
            what_for=check_in_words(self._desk.knowledge, one.check, one.day, today),
            button=say("Start"),
        )

    def _answer(self, row: CaseSummary) -> CoordinatorAnswerView:
        assert row.review is not None
        return CoordinatorAnswerView(
            case_id=row.case_id,
            title=say("The coordinator answered: Case {code}", code=row.short_code),
            quote=self._said(row),
            button=say("Read"),
        )

    def _said(self, row: CaseSummary) -> str:
        """Return what is new: what the review means for the clinic, and the coordinator's own words or diagnosis."""
        reviews = self._desk.store.reviews(row.case_id)
        # What only says which cases are another child's is no news here.
        news = [(before, one) for before, one in zip((None, *reviews), reviews, strict=False) if is_news(before, one)]
        before, review = news[-1]
        brief = capitalised(review_in_brief(review, self._desk.words))
        return " ".join(part for part in (review_meaning(review, before), quoted(review) or brief) if part)

    def _knowledge(self) -> KnowledgeCardView | None:
        counts = self._news.counts()
        if not counts.new:
            return None
        urgent = count_of(
            counts.new_more_urgent, "{count} is more urgent than before.", "{count} are more urgent than before."
        )
        return KnowledgeCardView(
            title=judged_differently(self._news.version, counts.new),
            detail=urgent if counts.new_more_urgent else say("None is more urgent than before."),
            is_more_urgent=counts.new_more_urgent > 0,
            button=say("Look"),
        )


def _no_code() -> TaskCardView:
    return TaskCardView(
        title=say("This tablet has no recovery code yet"),
        detail=say("Without it, a forgotten PIN can mean lost cases."),
        button=say("Make one"),
    )
