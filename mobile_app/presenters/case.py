"""One case over all tablets: its timeline, answers that differ, the coordinator's reviews, photos, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from mobile_app.navigation import Way
from mobile_app.ports.records import RecordedEntry
from mobile_app.presenters.answers import NEVER_LISTED, UNANSWERED
from mobile_app.presenters.case_rows import SYNC_WORDS
from mobile_app.presenters.case_view import (
    ActionView,
    CaseAnswerView,
    CaseView,
    DifferingAnswerView,
    DisagreementView,
    NewKnowledgeView,
    ReviewView,
    ThumbnailView,
)
from mobile_app.presenters.change_words import change_in_words
from mobile_app.presenters.checks import reconsider
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.next_step import diagnosis_of, first_visit_of, next_step
from mobile_app.presenters.on_a_case import OnACase
from mobile_app.presenters.photo import photo_label
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import (
    REJECTED,
    quoted,
    reply_in_words,
    review_badge,
    review_in_brief,
    review_meaning,
)
from mobile_app.presenters.same_child import SameChild
from mobile_app.presenters.size_chart import size_chart
from mobile_app.presenters.swollen_places import places_in_words, places_of
from mobile_app.presenters.timeline import Timeline, word_apart
from mobile_app.presenters.wording import capitalised, count_of, day_in_words, in_words, phrase, say, typed
from shared.case.entry import AnswerValue, CaseId
from shared.case.fold import CaseState, Disagreement, fold, same_value
from shared.case.reply import answers_review, said_in
from shared.errors import HandwiseError
from shared.triage.follow_up import COUNTED_FROM_FIRST_VISIT

PARTS = {
    "visits": phrase("Visits"),
    "size": phrase("Size"),
    "photos": phrase("Photos"),
    "answers": phrase("Answers"),
}


class CasePresenter(OnACase):
    """What a finger can do on a case."""

    def __init__(
        self, desk: Desk, news: KnowledgeNews, show: Callable[[CaseView], None], go: Callable[[Way], None]
    ) -> None:
        super().__init__(desk, go)
        self._news = news
        self._show = show
        self._part = "visits"
        self._acts: dict[str, Callable[[], None]] = {
            "letter": self.letter,
            "hand_over": self.hand_over,
            "sent": self.what_was_sent,
            "withdraw": self.withdraw,
        }

    def open(self) -> None:
        if self._desk.saved_entry is not None and self._desk.case_id != self._desk.saved_entry.case_id:
            self._desk.saved_entry = None
        self._desk.put_away()
        self._draw()

    def show_part(self, part: str) -> None:
        """Show another part of the case, where there is room for one only."""
        if part in PARTS:
            self._part = part
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

    def mark_read(self, number: int) -> None:
        """Keep that this user has read the coordinator's reviews up to this one."""
        error = ""
        try:
            self._desk.store.read_marks.mark(self._case_id, number)
        except HandwiseError as refused:
            error = in_words(refused)
        self._draw(error)

    def answer(self) -> None:
        """Answer the coordinator's newest review."""
        if self._desk.store.reviews(self._case_id):
            self._go(Way.REPLY)

    def open_other(self, case_id: str) -> None:
        """Open another case of the same child."""
        found = self._desk.store.links.of(self._case_id)
        others = (*found.linked, *found.apart, *found.apart_by_coordinator)
        other = next((one for one in others if one == case_id), None)
        if other is not None:
            self._desk.case_id = other
            self._go(Way.CASE)

    def part(self, case_id: str) -> None:
        """Record that another case is not of the same child."""
        self._set_apart(self._desk.store.links.of(self._case_id).linked, case_id, is_apart=True)

    def join(self, case_id: str) -> None:
        """Take that back."""
        self._set_apart(self._desk.store.links.of(self._case_id).apart, case_id, is_apart=False)

    def follow_up(self) -> None:
        self._go(self._desk.begin_follow_up(self._case_id))

    def outcome(self) -> None:
        self._desk.begin_outcome(self._case_id)
        self._go(Way.OUTCOME)

    def act(self, action: str) -> None:
        """Do one of the other things that can be done with the case."""
        if action in self._acts:
            self._acts[action]()

    def what_was_sent(self) -> None:
        """Show the sent form of this tablet's last entry of the case."""
        own = [row.entry for row in self._entries() if row.entry.id.device == self._desk.store.device]
        if own:
            self._desk.saved_entry = own[-1]
            self._go(Way.SENT_PREVIEW)

    def add_photo(self) -> None:
        self._go(Way.ADD_PHOTO)

    def open_photo(self, photo: str) -> None:
        self._desk.photo_id = photo
        self._go(Way.PHOTO)

    def withdraw(self) -> None:
        self._go(Way.WITHDRAW)

    def back(self) -> None:
        desk = self._desk
        self._go(Way.KNOWLEDGE_CHANGES if desk.is_among_changes else Way.SEARCH if desk.is_among_found else Way.BACK)

    def letter(self) -> None:
        self._go(Way.LETTER)

    def hand_over(self) -> None:
        self._go(Way.HAND_OVER)

    def _set_apart(self, others: Sequence[CaseId], case_id: str, *, is_apart: bool) -> None:
        error = ""
        try:
            for other in others:
                if other == case_id:
                    self._desk.store.set_apart(self._case_id, other, is_apart=is_apart)
        except HandwiseError as refused:
            error = in_words(refused)
        self._draw(error)

    def _entries(self) -> Sequence[RecordedEntry]:
        return self._desk.store.timeline(self._case_id)

    def _state(self) -> CaseState:
        return fold(self._desk.store.log(self._case_id))

    def _draw(self, error: str = "") -> None:
        desk = self._desk
        state = self._state()
        entries = self._entries()
        timeline = Timeline(desk, entries)
        tablets = len({row.entry.id.device for row in entries})
        condition = diagnosis_of(entries, desk.store.reviews(self._case_id))
        plan = desk.knowledge.plans.get(condition or "")
        is_open = not state.is_withdrawn
        refused = self._refused()
        now = desk.clock.now()
        upcoming = next_step(plan, condition, entries, now)
        doubts = reconsider(plan)
        photos = self._photos()
        own = any(row.entry.id.device == desk.store.device for row in entries)
        self._show(
            CaseView(
                app_bar=self._case_bar(state.agreed),
                notice="" if is_open else say("This case was withdrawn. Its content was erased from this tablet."),
                refused_title=say("Not accepted by the server") if refused else "",
                refused=refused,
                parts=tuple(ChoiceView(part, say(word), part == self._part) for part, word in PARTS.items()),
                timeline_title=say("Timeline"),
                timeline_note=count_of(
                    tablets, "{count} tablet, joined without loss", "{count} tablets, joined without loss"
                )
                if tablets > 1
                else "",
                timeline=timeline.rows(state),
                size=size_chart(desk.knowledge, timeline, entries, first_visit_of(entries, now)),
                size_empty_title=say("No width measured yet"),
                size_empty_line=say("Follow-up visits ask for it."),
                photos_title=say("Photos"),
                photos_note=say("They stay on this tablet.") if photos else say("None yet. They stay on this tablet."),
                photos=photos,
                photo_button=say("Add photo") if is_open else "",
                disagreements=tuple(self._disagreement(item, timeline) for item in state.disagreements),
                reviews=self._reviews(timeline),
                new_knowledge=self._new_knowledge(),
                same_child=SameChild(desk, self._case_id, timeline.lanes).view() if is_open else None,
                answers_title=say("Answers"),
                answers=self._answers(state.agreed) if is_open else (),
                next_title=upcoming.title,
                next_text=upcoming.text,
                next_expect=upcoming.expect,
                reconsider_title=say("Think again if") if doubts else "",
                reconsider=doubts,
                local=_local(entries),
                actions_title=say("This case") if is_open else "",
                actions=_actions(has_own_entry=own) if is_open else (),
                back_button=say("Changes") if desk.is_among_changes else say("Cases"),
                outcome_button=say("Outcome") if is_open else "",
                follow_up_button=say("Follow-up visit") if is_open else "",
                error=error,
            )
        )

    def _refused(self) -> str:
        """Return why the server did not take entries of this case; empty if it took all that were sent."""
        reasons = self._desk.store.reasons_against(self._case_id)
        # They were written down in English, the language of the catalogues' keys.
        why = " ".join(map(say, reasons))
        return say("{why} Everything is kept on this tablet. Show this to the coordinator.", why=why) if why else ""

    def _disagreement(self, item: Disagreement, timeline: Timeline) -> DisagreementView:
        by_id = {row.entry.id: row for row in timeline.entries}
        answers = []
        for number, value in enumerate(item.values):
            writers = [by_id[write.entry] for write in item.writes if same_value(write.value, value)]
            first_lane = min(timeline.lanes[row.entry.id.device] for row in writers)
            who = "; ".join(timeline.who(row) for row in writers)
            said = capitalised(self._desk.words.value(item.code, value))
            answers.append((first_lane, DifferingAnswerView(number, said, who, say("This one"))))
        answers.sort(key=lambda lane_and_answer: lane_and_answer[0])
        can_ask = self._desk.can_ask(item.code)
        is_pair = len(answers) == 2
        return DisagreementView(
            code=item.code,
            title=say("Two answers differ")
            if is_pair
            else count_of(len(answers), "{count} answer differs", "{count} answers differ"),
            question=self._desk.ask_of(item.code) if can_ask else self._desk.words.label(item.code),
            ask=say("Which is right?"),
            answers=tuple(answer for _, answer in answers),
            neither=say("Neither, examine again") if can_ask else "",
            note=say("Both stay on record") if is_pair else say("All stay on record"),
        )

    def _reviews(self, timeline: Timeline) -> tuple[ReviewView, ...]:
        """Return the coordinator's reviews, the newest first."""
        read = self._desk.store.read_marks.read_up_to(self._case_id)
        reviews = self._desk.store.reviews(self._case_id)
        shown = []
        for before, review in zip((None, *reviews), reviews, strict=False):
            is_newest = review is reviews[-1]
            replies = _replies(timeline, review.number)
            shown.append(
                ReviewView(
                    number=review.number,
                    title=say("Coordinator"),
                    badge=review_badge(review),
                    diagnosis=capitalised(review_in_brief(review, self._desk.words)),
                    meaning=review_meaning(review, before),
                    quote=quoted(review) or (word_apart(review.apart) if review.apart else ""),
                    replies=replies,
                    answer_button="" if not is_newest else say("Answer again") if replies else say("Answer"),
                    read_button=say("Mark as read") if review.number > read else "",
                    is_first=is_newest and review.state in (REJECTED, "needs_information"),
                )
            )
        return tuple(reversed(shown))

    def _new_knowledge(self) -> NewKnowledgeView | None:
        change = self._news.change_of(self._case_id)
        if change is None:
            return None
        was, now = change.disposition
        title = say("Knowledge {version} would say", version=self._news.version)
        sentence = change_in_words(change, self._desk.words, self._desk.knowledge)
        return NewKnowledgeView(title, badge_of(was), badge_of(now), sentence)

    def _photos(self) -> tuple[ThumbnailView, ...]:
        photos = self._desk.store.photos
        now = self._desk.clock.now()
        return tuple(
            ThumbnailView(photo.photo_id, photo_label(photo, now), photos.thumbnail(photo.photo_id))
            for photo in photos.of_case(self._case_id)
        )

    def _answers(self, agreed: Mapping[str, AnswerValue]) -> tuple[CaseAnswerView, ...]:
        words = self._desk.words
        return tuple(
            CaseAnswerView(
                code,
                words.label(code),
                # Translators: a count of days, kept as it was at the first visit, as in "30 days at the first visit".
                say("{value} at the first visit", value=words.value(code, agreed[code]))
                if code in COUNTED_FROM_FIRST_VISIT and agreed[code] not in UNANSWERED
                else words.value(code, agreed[code]),
                say("Correct") if self._desk.can_ask(code) else "",
            )
            for code in words.in_order(agreed)
            if code not in NEVER_LISTED
        )


def _replies(timeline: Timeline, number: int) -> tuple[str, ...]:
    """Return what tablets of the clinic answered to a review, who did, and of this one's whether it was sent."""
    found = []
    for row in timeline.entries:
        if answers_review(row.entry) == number:
            is_own = timeline.lanes[row.entry.id.device] == 0
            parts = (timeline.who(row), say(SYNC_WORDS[row.sync_state]) if is_own else "")
            said = reply_in_words(said_in(row.entry))
            # Translators: what the clinic answered the coordinator, and who did.
            found.append(say("You answered: {said} ({who})", said=said, who=" · ".join(filter(None, parts))))
    return tuple(found)


def _actions(*, has_own_entry: bool) -> tuple[ActionView, ...]:
    actions = [ActionView("letter", say("Letter"), "document"), ActionView("hand_over", say("Hand over"), "onward")]
    if has_own_entry:
        actions.append(ActionView("sent", say("What was sent"), "send"))
    return (*actions, ActionView("withdraw", say("Withdraw"), "cross"))


def _local(entries: Sequence[RecordedEntry]) -> tuple[str, ...]:
    """Return what only this tablet knows: it is shown here and never sent."""
    texts: list[str] = []
    for row in entries:
        local = row.local
        if local.patient_name:
            texts.append(say("Name: {text}", text=typed(local.patient_name)))
        if local.record_number:
            texts.append(say("Record no.: {text}", text=typed(local.record_number)))
        if local.ward:
            texts.append(say("Ward: {text}", text=typed(local.ward)))
        if local.birth_date:
            texts.append(say("Born: {date}", date=_birth_date(local.birth_date)))
        if local.places:
            places = places_of({}, local.places)
            texts.append(say("Swollen: {places}", places=places_in_words(places)))
    return tuple(dict.fromkeys(texts))


def _birth_date(kept: str) -> str:
    try:
        day = date(*map(int, kept.split("-")))
    except (TypeError, ValueError, OverflowError):
        # Another tablet handed it over: what is no date is shown as it came, and shuts nobody out of the case.
        return kept
    return say("{day} {year}", day=day_in_words(day), year=day.year)
