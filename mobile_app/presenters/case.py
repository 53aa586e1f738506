"""One case over all tablets: its timeline, answers that differ, the coordinator's review, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mobile_app.navigation import Way
from mobile_app.ports import RecordedEntry
from mobile_app.presenters.answers import NEVER_LISTED, where_in_words, who_in_words
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, BadgeView, Meaning
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import review_badge, review_in_brief
from mobile_app.presenters.wording import capitalised, count_of, day_in_words, say
from shared.case.entry import AnswerValue, CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.case.fold import CaseState, Disagreement, fold, same_value
from shared.case.short_code import short_code

CONTENT_ANSWERS = 4
_ABOUT_THE_CHILD = frozenset(
    {"age_days", "age_group", "sex", "region", "side", "setting", "presentation_month", "visit_day", *NEVER_LISTED}
)
_TELLS_MOST = ("swelling_", "progressed_", "xray_")
_KINDS = {
    EntryKind.CORRECTION: "Correction",
    EntryKind.OUTCOME: "Outcome",
    EntryKind.WITHDRAWAL: "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class TimelineRowView:
    """One entry. `lane` is its tablet's line (0 is this tablet); `parents` are the rows that it builds on."""

    entry: str
    title: str
    under_title: str
    content: str
    badge: BadgeView | None
    lane: int
    is_own: bool
    parents: tuple[int, ...]


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
class CaseView:
    """The case screen."""

    app_bar: AppBarView
    timeline_title: str
    timeline_note: str
    timeline: tuple[TimelineRowView, ...]
    disagreements: tuple[DisagreementView, ...]
    review: ReviewView | None
    answers_title: str
    answers: tuple[CaseAnswerView, ...]
    next_title: str
    next_text: str
    local: tuple[str, ...]
    back_button: str
    sent_button: str
    outcome_button: str
    follow_up_button: str
    error: str


class CasePresenter:
    """What a finger can do on a case."""

    def __init__(self, desk: Desk, show: Callable[[CaseView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
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
        own = [row.entry for row in self._timeline() if row.entry.id.device == self._desk.store.device]
        if own:
            self._desk.saved_entry = own[-1]
            self._go(Way.SENT_PREVIEW)

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    @property
    def _case_id(self) -> CaseId:
        assert self._desk.case_id is not None
        return self._desk.case_id

    def _timeline(self) -> Sequence[RecordedEntry]:
        return self._desk.store.timeline(self._case_id)

    def _state(self) -> CaseState:
        return fold(self._desk.store.log(self._case_id))

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        state = self._state()
        timeline = self._timeline()
        tablets = _tablets(timeline, desk.store.device)
        count = len(tablets)
        next_title, next_text = self._next(timeline)
        own = any(row.entry.id.device == desk.store.device for row in timeline)
        self._show(
            CaseView(
                app_bar=self._app_bar(state),
                timeline_title="Timeline",
                timeline_note=say("{count} tablets, joined without loss", count=count) if count > 1 else "",
                timeline=self._rows(timeline, tablets, state),
                disagreements=tuple(self._disagreement(item, timeline, tablets) for item in state.disagreements),
                review=self._review(),
                answers_title="Answers",
                answers=self._answers(state.agreed),
                next_title=next_title,
                next_text=next_text,
                local=_local(timeline),
                back_button="Home",
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

    def _rows(
        self, timeline: Sequence[RecordedEntry], tablets: Mapping[DeviceId, int], state: CaseState
    ) -> tuple[TimelineRowView, ...]:
        place = {row.entry.id: number for number, row in enumerate(timeline)}
        differing = {write.entry for item in state.disagreements for write in item.writes}
        visits = 0
        rows = []
        for row in timeline:
            entry = row.entry
            if entry.kind in (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP):
                visits += 1
            title = _KINDS.get(entry.kind) or say("Visit {number}", number=visits)
            rows.append(
                TimelineRowView(
                    entry=f"{entry.id.device}-{entry.id.seq}",
                    title=title,
                    under_title=self._who(row, tablets),
                    content=self._content(entry),
                    badge=self._badge(entry, is_differing=entry.id in differing),
                    lane=tablets[entry.id.device],
                    is_own=entry.id.device == self._desk.store.device,
                    parents=tuple(sorted(place[parent] for parent in entry.parents if parent in place)),
                )
            )
        return tuple(rows)

    def _badge(self, entry: Entry, *, is_differing: bool) -> BadgeView | None:
        if is_differing:
            return BadgeView(Meaning.DIFFERS, "Differs")
        return badge_of(entry.conclusion.disposition) if entry.conclusion else None

    def _who(self, row: RecordedEntry, tablets: Mapping[DeviceId, int]) -> str:
        parts = []
        if row.recorded_at is not None:
            parts.append(day_in_words(row.recorded_at.astimezone(self._desk.clock.now().tzinfo)))
        if row.author:
            parts.append(row.author)
        lane = tablets[row.entry.id.device]
        parts.append(say("tablet {number}", number=lane + 1) if lane else "this tablet")
        return " · ".join(parts)

    def _content(self, entry: Entry) -> str:
        words = self._desk.words
        told = [code for code in words.in_order(entry.answers) if code not in _ABOUT_THE_CHILD]
        said = [words.statement(code, entry.answers[code]) for code in self._telling(told, entry)]
        more = len(told) - len(said)
        if more > 0 and entry.kind in (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP):
            said.append(count_of(more, "{count} more answer", "{count} more answers"))
        return " · ".join(said)

    def _telling(self, codes: Sequence[str], entry: Entry) -> list[str]:
        """Return the answers that a reader looks for first: the swelling, films, what is there, then numbers."""
        if entry.kind not in (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP):
            return list(codes)
        answers = entry.answers
        present = [
            code for code in codes if self._desk.interview.is_known(code, answers) and answers[code] is not False
        ]
        present.sort(key=lambda code: (not code.startswith(_TELLS_MOST), isinstance(answers[code], Quantity)))
        return present[:CONTENT_ANSWERS]

    def _disagreement(
        self, item: Disagreement, timeline: Sequence[RecordedEntry], tablets: Mapping[DeviceId, int]
    ) -> DisagreementView:
        by_id: Mapping[EntryId, RecordedEntry] = {row.entry.id: row for row in timeline}
        answers = []
        for number, value in enumerate(item.values):
            writers = [by_id[write.entry] for write in item.writes if same_value(write.value, value)]
            who = "; ".join(self._who(row, tablets) for row in writers)
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

    def _next(self, timeline: Sequence[RecordedEntry]) -> tuple[str, str]:
        """Return the next check of the plan, with its date where this tablet knows the day of the last visit."""
        visits = [row for row in timeline if row.entry.conclusion is not None]
        reviews = self._desk.store.reviews(self._case_id)
        condition = reviews[-1].diagnosis if reviews and reviews[-1].diagnosis else None
        if condition is None and visits and visits[-1].entry.conclusion and visits[-1].entry.conclusion.differential:
            condition = visits[-1].entry.conclusion.differential[0].condition
        plan = self._desk.knowledge.plans.get(condition or "")
        if plan is None or not plan.follow_up:
            return "", ""
        seen = next((row.recorded_at for row in timeline if row.recorded_at is not None), None)
        if seen is None:
            step = plan.follow_up[0]
            return say("Next check: {when}", when=step.when), capitalised(step.do)
        today = self._desk.clock.now().date()
        first = seen.astimezone(self._desk.clock.now().tzinfo).date()
        dated = [
            (first + timedelta(days=step.after_days), step) for step in plan.follow_up if step.after_days is not None
        ]
        if not dated:
            return say("Next check: {when}", when=plan.follow_up[0].when), capitalised(plan.follow_up[0].do)
        day, step = next(((day, step) for day, step in dated if day >= today), dated[-1])
        when = say("Next check: {day} · {when}", day=day_in_words(day), when=step.when)
        return when, capitalised(step.do)


def _tablets(timeline: Sequence[RecordedEntry], own: DeviceId) -> dict[DeviceId, int]:
    """Return a lane for each tablet, this one first, the others by their number."""
    others = sorted({row.entry.id.device for row in timeline} - {own})
    return {own: 0} | {device: lane for lane, device in enumerate(others, start=1)}


def _local(timeline: Sequence[RecordedEntry]) -> tuple[str, ...]:
    """Return what only this tablet knows: it is shown here and never sent."""
    texts: list[str] = []
    for row in timeline:
        known = {"Name": row.local.patient_name, "Record no.": row.local.record_number, "Ward": row.local.ward}
        texts += [say("{label}: {text}", label=label, text=text) for label, text in known.items() if text]
    return tuple(dict.fromkeys(texts))
