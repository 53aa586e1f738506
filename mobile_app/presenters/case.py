"""One case over all tablets: its timeline, answers that differ, the coordinator's review, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mobile_app.navigation import Way
from mobile_app.ports import RecordedEntry
from mobile_app.presenters.answers import NEVER_LISTED, where_in_words, who_in_words
from mobile_app.presenters.checks import began_on, expectation, next_check, reconsider
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, BadgeView
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import review_badge, review_in_brief
from mobile_app.presenters.timeline import VISITS, Timeline, TimelineRowView
from mobile_app.presenters.wording import capitalised, day_in_words, say
from shared.case.entry import AnswerValue, CaseId
from shared.case.fold import CaseState, Disagreement, fold, same_value
from shared.case.short_code import short_code
from shared.triage.follow_up import day_of


@dataclass(frozen=True, slots=True)
class DifferingAnswerView:
    """One of two or more answers; `number` is what to say to `choose`."""

    number: int
    value: str
    who: str
    button: str


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """Two answers differ. None is highlighted; both stay on record."""

    code: str
    title: str
    question: str
    answers: tuple[DifferingAnswerView, ...]
    neither: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseAnswerView:
    """An answer as it stands. `code` is what to say to `correct`."""

    code: str
    label: str
    value: str
    button: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The coordinator's newest judgement of the case."""

    title: str
    badge: BadgeView
    diagnosis: str
    quote: str


@dataclass(frozen=True, slots=True)
class NewKnowledgeView:
    """What the current knowledge would say where an older one assessed the case and this one judges differently."""

    title: str
    was: BadgeView
    now: BadgeView
    sentence: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case screen."""

    app_bar: AppBarView
    timeline_title: str
    timeline_note: str
    timeline: tuple[TimelineRowView, ...]
    disagreements: tuple[DisagreementView, ...]
    review: ReviewView | None
    new_knowledge: NewKnowledgeView | None
    answers_title: str
    answers: tuple[CaseAnswerView, ...]
    next_title: str
    next_text: str
    next_expect: str
    reconsider_title: str
    reconsider: tuple[str, ...]
    local: tuple[str, ...]
    back_button: str
    sent_button: str
    outcome_button: str
    follow_up_button: str
    error: str


class CasePresenter:
    """What a finger can do on a case."""

    def __init__(
        self, desk: Desk, news: KnowledgeNews, show: Callable[[CaseView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._news = news
        self._show = show
        self._go = go

    def open(self) -> None:
        if self._desk.saved_entry is not None and self._desk.case_id != self._desk.saved_entry.case_id:
            self._desk.saved_entry = None
        self._desk.put_away()
        self._draw()

    def choose(self, code: str, number: int) -> None:
        """Settle a disagreement by a correction that says one of its values again."""
        state = self._state()
        item = next((item for item in state.disagreements if item.code == code), None)
        if item is None or not 0 <= number < len(item.values):
            return
        self._draw(self._desk.correct_to(self._case_id, code, item.values[number]))

    def neither(self, code: str) -> None:
        self.correct(code)

    def correct(self, code: str) -> None:
        if self._desk.can_ask(code):
            self._go(self._desk.begin_correction(self._case_id, code))

    def follow_up(self) -> None:
        self._go(self._desk.begin_follow_up(self._case_id))

    def outcome(self) -> None:
        self._desk.begin_outcome(self._case_id)
        self._go(Way.OUTCOME)

    def what_was_sent(self) -> None:
        """Show the sent form of this tablet's last entry of the case."""
        own = [row.entry for row in self._entries() if row.entry.id.device == self._desk.store.device]
        if own:
            self._desk.saved_entry = own[-1]
            self._go(Way.SENT_PREVIEW)

    def back(self) -> None:
        self._go(Way.KNOWLEDGE_CHANGES if self._desk.is_among_changes else Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    @property
    def _case_id(self) -> CaseId:
        assert self._desk.case_id is not None
        return self._desk.case_id

    def _entries(self) -> Sequence[RecordedEntry]:
        return self._desk.store.timeline(self._case_id)

    def _state(self) -> CaseState:
        return fold(self._desk.store.log(self._case_id))

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        state = self._state()
        entries = self._entries()
        timeline = Timeline(desk, entries)
        count = len(timeline.lanes)
        condition = self._condition(entries)
        plan = desk.knowledge.plans.get(condition or "")
        next_title, next_text, next_expect = self._next(entries, condition)
        own = any(row.entry.id.device == desk.store.device for row in entries)
        self._show(
            CaseView(
                app_bar=self._app_bar(state),
                timeline_title="Timeline",
                timeline_note=say("{count} tablets, joined without loss", count=count) if count > 1 else "",
                timeline=timeline.rows(state),
                disagreements=tuple(self._disagreement(item, timeline) for item in state.disagreements),
                review=self._review(),
                new_knowledge=self._new_knowledge(),
                answers_title="Answers",
                answers=self._answers(state.agreed),
                next_title=next_title,
                next_text=next_text,
                next_expect=next_expect,
                reconsider_title="Think again if" if plan and plan.escalate_if else "",
                reconsider=reconsider(plan),
                local=_local(entries),
                back_button="List" if desk.is_among_changes else "Home",
                sent_button="What was sent" if own else "",
                outcome_button="Outcome",
                follow_up_button="Follow-up visit",
                error=error,
            )
        )

    def _app_bar(self, state: CaseState) -> AppBarView:
        parts = (who_in_words(self._desk.knowledge, state.agreed), where_in_words(state.agreed))
        title = say("Case {code}", code=short_code(self._case_id))
        return self._desk.plain_app_bar(title, " · ".join(part for part in parts if part))

    def _disagreement(self, item: Disagreement, timeline: Timeline) -> DisagreementView:
        by_id = {row.entry.id: row for row in timeline.entries}
        answers = []
        for number, value in enumerate(item.values):
            writers = [by_id[write.entry] for write in item.writes if same_value(write.value, value)]
            who = "; ".join(timeline.who(row) for row in writers)
            answers.append(
                DifferingAnswerView(number, capitalised(self._desk.words.value(item.code, value)), who, "This one")
            )
        can_ask = self._desk.can_ask(item.code)
        return DisagreementView(
            code=item.code,
            title="Two answers differ" if len(answers) == 2 else say("{count} answers differ", count=len(answers)),
            question=self._desk.ask_of(item.code) if can_ask else self._desk.words.label(item.code),
            answers=tuple(answers),
            neither="Neither, examine again" if can_ask else "",
            note="Both stay on record" if len(answers) == 2 else "All stay on record",
        )

    def _review(self) -> ReviewView | None:
        reviews = self._desk.store.reviews(self._case_id)
        if not reviews:
            return None
        review = reviews[-1]
        return ReviewView(
            title="Coordinator",
            badge=review_badge(review),
            diagnosis=capitalised(review_in_brief(review, self._desk.words)),
            quote=say("“{message}”", message=review.message) if review.message else "",
        )

    def _new_knowledge(self) -> NewKnowledgeView | None:
        change = self._news.change_of(self._case_id)
        if change is None:
            return None
        was, now = change.disposition
        title = say("Knowledge {version} would say", version=self._news.version)
        return NewKnowledgeView(title, badge_of(was), badge_of(now), change.sentence)

    def _answers(self, agreed: Mapping[str, AnswerValue]) -> tuple[CaseAnswerView, ...]:
        words = self._desk.words
        return tuple(
            CaseAnswerView(
                code,
                words.label(code),
                words.value(code, agreed[code]),
                "Correct" if self._desk.can_ask(code) else "",
            )
            for code in words.in_order(agreed)
            if code not in NEVER_LISTED
        )

    def _condition(self, entries: Sequence[RecordedEntry]) -> str | None:
        """Return the diagnosis whose plan is followed: the coordinator's, otherwise the last visit's."""
        reviews = self._desk.store.reviews(self._case_id)
        if reviews and reviews[-1].diagnosis:
            return reviews[-1].diagnosis
        visits = [row.entry.conclusion for row in entries if row.entry.conclusion is not None]
        return visits[-1].differential[0].condition if visits and visits[-1].differential else None

    def _next(self, entries: Sequence[RecordedEntry], condition: str | None) -> tuple[str, str, str]:
        """Return the next check of the plan, with its date where this tablet knows the day of a visit."""
        plan = self._desk.knowledge.plans.get(condition or "")
        if plan is None or condition is None or not plan.follow_up:
            return "", "", ""
        now = self._desk.clock.now()
        dated = ((row.recorded_at, day_of(row.entry)) for row in entries if row.recorded_at is not None)
        known = next(((moment, day) for moment, day in dated if day is not None), None)
        step = plan.follow_up[0]
        if known is None or all(row.after_days is None for row in plan.follow_up):
            return say("Next check: {when}", when=step.when), capitalised(step.do), expectation(plan, step.after_days)
        first_visit = known[0].astimezone(now.tzinfo).date() - timedelta(days=known[1])
        today = (now.date() - first_visit).days
        # A coordinator's own diagnosis has led at no visit; its plan counts from the first one.
        began = began_on(condition, (row.entry for row in entries)) or 0
        visits = [day_of(row.entry) or 0 for row in entries if row.entry.kind in VISITS]
        check = next_check(plan, today - began, max(visits, default=0) - began)
        if check is None or check.in_days is None:
            return "", "", ""
        day = day_in_words(now.date() + timedelta(days=check.in_days))
        title = "Next check: {day} · {when}" if check.in_days >= 0 else "Check was due: {day} · {when}"
        return say(title, day=day, when=check.when), capitalised(check.do), check.expect


def _local(entries: Sequence[RecordedEntry]) -> tuple[str, ...]:
    """Return what only this tablet knows: it is shown here and never sent."""
    texts: list[str] = []
    for row in entries:
        known = {"Name": row.local.patient_name, "Record no.": row.local.record_number, "Ward": row.local.ward}
        texts += [say("{label}: {text}", label=label, text=text) for label, text in known.items() if text]
    return tuple(dict.fromkeys(texts))
