"""Answering the coordinator: phrases to choose from, and all that leaves the tablet with them, before it is saved.

Nothing is typed here. What somebody types can name a child, and would leave the tablet; what was found anew is recorded
as a visit and travels with its findings (`shared/case/reply.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, BadgeView, ChoiceView, Meaning
from mobile_app.presenters.on_a_case import OnACase
from mobile_app.presenters.review_words import quoted, review_badge, review_in_brief, review_meaning
from mobile_app.presenters.wording import capitalised, in_words, say
from shared.case.entry import AnswerValue, EntryKind
from shared.case.fold import fold
from shared.case.reply import ABOUT_A_DIAGNOSIS, PHRASES, REPLY, REPLY_TO, can_be_said
from shared.errors import HandwiseError
from shared.sync.messages import Review


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What the coordinator wrote, the phrases, and what leaves."""

    app_bar: AppBarView
    title: str
    asked_title: str
    badge: BadgeView
    asked: tuple[str, ...]
    phrases_label: str
    phrases: tuple[ChoiceView, ...]
    leaves_title: str
    leaves: tuple[str, ...]
    stays: str
    back_button: str
    act_button: str
    can_act: bool
    error: str


class ReplyPresenter(OnACase):
    """What a finger can do here. `act` appends the answer to the case, and shows what will be sent."""

    def __init__(self, desk: Desk, show: Callable[[ReplyView], None], go: Callable[[Way], None]) -> None:
        super().__init__(desk, go)
        self._show = show
        self._chosen: frozenset[str] = frozenset()
        self._number = 0

    def open(self) -> None:
        """Answer the newest review of the case that lies open."""
        self._chosen = frozenset()
        reviews = self._desk.store.reviews(self._case_id)
        self._number = reviews[-1].number if reviews else 0
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is chosen still there."""
        self._draw()

    def toggle(self, code: str) -> None:
        """Choose a phrase, or take it back; agreeing takes back that one does not agree."""
        review = self._review()
        if review is None or code not in _offered(review):
            return
        rivals = frozenset(ABOUT_A_DIAGNOSIS) - {code} if code in ABOUT_A_DIAGNOSIS else frozenset()
        self._chosen = self._chosen - {code} if code in self._chosen else self._chosen - rivals | {code}
        self._draw()

    def act(self) -> None:
        """Save the answer, and mark what it answers as read."""
        review = self._review()
        if review is None or not self._can_act(review):
            return
        answers: dict[str, AnswerValue] = {REPLY: tuple(sorted(self._chosen)), REPLY_TO: review.number}
        try:
            self._desk.saved_entry = self._desk.store.record(self._case_id, EntryKind.REPLY, answers)
            self._desk.store.read_marks.mark(self._case_id, review.number)
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._go(Way.SENT_PREVIEW)

    def _review(self) -> Review | None:
        return next((one for one in self._desk.store.reviews(self._case_id) if one.number == self._number), None)

    def _can_act(self, review: Review) -> bool:
        return can_be_said(sorted(self._chosen), has_diagnosis=review.diagnosis is not None)

    def _draw(self, error: str = "") -> None:
        review = self._review()
        self._show(
            ReplyView(
                app_bar=self._case_bar(fold(self._desk.store.log(self._case_id)).agreed),
                title=say("Answer to the coordinator"),
                asked_title=say("Coordinator"),
                badge=BadgeView(Meaning.MESSAGE, "") if review is None else review_badge(review),
                asked=() if review is None else self._asked(review),
                phrases_label=say("What do you want to say? You can choose several."),
                phrases=()
                if review is None
                else tuple(ChoiceView(code, say(PHRASES[code]), code in self._chosen) for code in _offered(review)),
                leaves_title=say("Leaves the tablet"),
                leaves=self._leaves(),
                stays=say("Your own words cannot be sent: they could name the child. Record what you find as a visit."),
                back_button=say("Case"),
                act_button=say("Save answer"),
                can_act=review is not None and self._can_act(review),
                error=error,
            )
        )

    def _asked(self, review: Review) -> tuple[str, ...]:
        before = [one for one in self._desk.store.reviews(self._case_id) if one.number < review.number]
        meaning = review_meaning(review, before[-1] if before else None)
        brief = capitalised(review_in_brief(review, self._desk.words))
        return tuple(line for line in (brief, meaning, quoted(review)) if line)

    def _leaves(self) -> tuple[str, ...]:
        said = [say("“{message}”", message=say(PHRASES[code])) for code in PHRASES if code in self._chosen]
        return (
            *(said or [say("Nothing is chosen yet.")]),
            say("The number of the message that you answer."),
            say("And random codes for the case and the tablet. They hold nothing of the child."),
        )


def _offered(review: Review) -> tuple[str, ...]:
    has_diagnosis = review.diagnosis is not None
    return tuple(code for code in PHRASES if has_diagnosis or code not in ABOUT_A_DIAGNOSIS)
