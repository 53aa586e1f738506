"""The visit in hand: a draft that is on disk after every tap, over the case as it stood before.

    answers = what the case says so far, overlaid with what this visit has answered
    put     = save the draft, durably; only then does a presenter change its view

If the disk is full, the answer stays in memory, `error` says so in one sentence, and the last saved state is untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Protocol

from mobile_app.locked_ports import Clock
from mobile_app.navigation import Screen
from mobile_app.ports.records import Draft, LocalDetails
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.answers import where_in_words, who_in_words
from mobile_app.presenters.reasoning import Remembering
from mobile_app.presenters.wording import in_words, phrase, say
from shared.case.entry import AnswerValue, Conclusion, Entry, EntryKind, Quantity
from shared.case.fold import CaseState
from shared.case.short_code import short_code
from shared.errors import HandwiseError
from shared.knowledge.model import Criterion, KnowledgeBase
from shared.privacy.projection import AGE_DAYS, FINAL_DIAGNOSIS, NEWBORN_AGE_DAYS, NEWBORN_TO_DAYS, PROVEN_BY
from shared.triage.assess import conclusion
from shared.triage.assessment import Assessment, Disposition, FiredRule
from shared.triage.follow_up import VISIT_DAY, AnswersAtVisit, Disputed, EarlierVisits, day_of
from shared.triage.presentation import Presentation, presentation_from_answers
from shared.triage.red_flags import holds


class Reasoner(Protocol):
    """The engine, as a visit asks it. `disputed` holds the values of answers on which people disagree."""

    def assess(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> Assessment:
        """Return what the answers of a case amount to."""
        ...

    def fired_rules(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[FiredRule, ...]:
        """Return the danger rules and prompts that fire; much quicker than a whole assessment."""
        ...

    def questions_left(self, answers: Mapping[str, AnswerValue], disputed: Disputed) -> tuple[int, int]:
        """Return how many questions are still to come, at least and at most."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    """Where the clinician is in the visit: the screen, what it asks, what was asked before, and what was skipped.

    It is written into the draft as text, so that a tablet that was switched off goes on at the same question.
    """

    screen: Screen
    item: str = ""
    trail: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def encode(self) -> str:
        return ";".join((self.screen.value, self.item, ",".join(self.trail), ",".join(self.skipped)))

    @classmethod
    def decode(cls, step: str) -> Position:
        """Return the position that `step` spells; one that this version does not know is the visit's first page."""
        parts = step.split(";")
        if len(parts) != 4 or parts[0] not in set(Screen):
            return cls(Screen.NEW_CASE)
        trail, skipped = (tuple(part.split(",")) if part else () for part in parts[2:])
        return cls(Screen(parts[0]), parts[1], trail, skipped)


class Visit:
    """One draft in the hands of one clinician."""

    def __init__(
        self,
        store: CaseStore,
        knowledge: KnowledgeBase,
        reason: Reasoner,
        clock: Clock,
        draft: Draft,
        *,
        is_saved: bool,
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._reason: Reasoner = Remembering(reason)
        self._clock = clock
        self.draft = draft
        # What has arrived since the visit was begun is not what its author sees: it joins when the visit is saved.
        log = store.log(draft.case_id).behind(draft.parents)
        self.before = EarlierVisits(log)
        self.earlier: CaseState = self.before.state
        self.is_saved = is_saved
        self._fault: HandwiseError | None = None
        # The store has the time of our own entries only; the first of them whose day is known tells that of this visit.
        dated = ((row.recorded_at, day_of(row.entry)) for row in store.timeline(draft.case_id) if row.recorded_at)
        self._seen = next(((moment, day) for moment, day in dated if day is not None), None)
        self._at_visit: tuple[Draft, int | None, AnswersAtVisit] | None = None

    @property
    def position(self) -> Position:
        return Position.decode(self.draft.step)

    @property
    def is_first(self) -> bool:
        """Tell whether this visit is the case's first entry."""
        return not self.earlier.heads

    @property
    def answers(self) -> dict[str, AnswerValue]:
        """Return the answers of the case as this visit leaves it, without those on which people disagree."""
        return {**self.earlier.agreed, **self.draft.answers}

    def hold(self, answers: Mapping[str, AnswerValue | None]) -> None:
        """Take answers into the draft in memory (None takes one back). `put` keeps them."""
        merged = dict(self.draft.answers)
        for code, value in answers.items():
            if value is None:
                merged.pop(code, None)
            else:
                merged[code] = value
        self.draft = replace(self.draft, answers=merged)

    def supposed(self, answers: Mapping[str, AnswerValue]) -> Visit:
        """Return this visit as it would stand with these answers kept. What is worked out for it serves both."""
        visit = copy(self)
        visit.hold(answers)
        visit.is_saved, visit._fault = True, None
        return visit

    def stay(self, position: Position) -> None:
        """Stand where we stood: going on could not be kept."""
        self.draft = replace(self.draft, step=position.encode())

    def put(
        self,
        answers: Mapping[str, AnswerValue | None] | None = None,
        *,
        position: Position | None = None,
        local: LocalDetails | None = None,
    ) -> bool:
        """Keep answers (None takes one back), a position or local details. Return whether they are safely on disk."""
        self.hold(answers or {})
        self.draft = replace(
            self.draft,
            step=position.encode() if position else self.draft.step,
            local=local or self.draft.local,
            updated_at=self._clock.now(),
        )
        try:
            self._store.save_draft(self.draft)
        except HandwiseError as error:
            self.is_saved = False
            self._fault = error
        else:
            self.is_saved = True
            self._fault = None
        return self.is_saved

    @property
    def error(self) -> str:
        """One sentence on why the last answer is not on the disk, or nothing."""
        return "" if self._fault is None else in_words(self._fault)

    def speak(self, knowledge: KnowledgeBase, reason: Reasoner) -> None:
        """Go on with the same book in other words."""
        self._knowledge = knowledge
        self._reason = Remembering(reason)
        self._at_visit = None

    @property
    def day(self) -> int | None:
        """Return how many days after the first visit this one is; None if only another tablet knows its date."""
        if self.is_first:
            return 0
        said = self.draft.answers.get(VISIT_DAY)
        if isinstance(said, Quantity):
            return int(said.value)
        if self._seen is None:
            return None
        moment, day = self._seen
        return day + max((self._clock.now() - moment).days, 0)

    @property
    def needs_day(self) -> bool:
        """Tell whether the clinician has to be asked how long ago the first visit was."""
        return self._seen is None and self.draft.kind is EntryKind.FOLLOW_UP

    def days_of(self, code: str) -> float | None:
        """Return a count of days as it is at this visit: what was 5 days at the first visit is 19 two weeks later."""
        value = self.answers.get(code)
        number = value.value if isinstance(value, Quantity) else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            return None
        return number + (self.day or 0)

    @property
    def assessment(self) -> Assessment:
        """Return what the answers amount to; worked out once for the same answers."""
        now = self.today
        return self._reason.assess(now.answers, now.disputed)

    @property
    def conclusion(self) -> Conclusion | None:
        """Return what goes with the entry: the assessment in brief. An outcome concludes nothing."""
        return None if self.draft.kind is EntryKind.OUTCOME else conclusion(self.assessment, self._knowledge)

    def save(self) -> Entry:
        """Append the visit to its case, with its day, so that it can be assessed again without a date.

        A proven outcome keeps how old a newborn was: a case series of newborns needs the day.

        Raises:
            StoreUnusable: the draft is still there, with every answer.
        """
        age = self._newborn_age()
        if age is not None and not self.put({NEWBORN_AGE_DAYS: age}):
            assert self._fault is not None
            raise self._fault
        day = None if self.is_first or self.draft.kind is EntryKind.OUTCOME else self.day
        if day is not None and not self.put({VISIT_DAY: Quantity(day, "d")}):
            assert self._fault is not None
            raise self._fault
        return self._store.record_draft(self.draft.draft_id, self.conclusion)

    def _newborn_age(self) -> int | None:
        """Return the age at the first visit, for a proven outcome of a newborn whose age this tablet knows."""
        said = self.draft.answers
        if self.draft.kind is not EntryKind.OUTCOME or FINAL_DIAGNOSIS not in said or PROVEN_BY not in said:
            return None
        known = [entry.answers.get(AGE_DAYS) for entry in self.before.entries if entry.kind in _SAYS_THE_AGE]
        age = next((age for age in reversed(known) if isinstance(age, int) and not isinstance(age, bool)), None)
        return age if age is not None and age <= NEWBORN_TO_DAYS else None

    def assessment_with(self, answers: Mapping[str, AnswerValue]) -> Assessment:
        """Return what the answers would amount to with these as well. Nothing is kept."""
        now = self.today
        return self._reason.assess({**now.answers, **answers}, now.disputed)

    def rules_with(self, answers: Mapping[str, AnswerValue]) -> tuple[FiredRule, ...]:
        """Return the rules that would fire with these answers as well. Nothing is kept."""
        now = self.today
        return self._reason.fired_rules({**now.answers, **answers}, now.disputed)

    @property
    def questions_left(self) -> tuple[int, int]:
        """Return how many questions of the engine are still to come, at least and at most."""
        now = self.today
        return self._reason.questions_left(now.answers, now.disputed)

    def holds(self, condition: Criterion) -> bool:
        """Tell whether a condition of the knowledge holds for the case as it is today."""
        return holds(self._knowledge, self.presentation, condition, ())

    @property
    def presentation(self) -> Presentation:
        """Return the case as it is today, as the rules and the ranking read it."""
        now = self.today
        return presentation_from_answers(self._knowledge, now.answers, (), now.disputed)

    @property
    def is_emergency(self) -> bool:
        return self.assessment.disposition is Disposition.EMERGENCY

    @property
    def today(self) -> AnswersAtVisit:
        """Return the case on the day of this visit, as the engine reads it."""
        draft, day = self.draft, self.day
        # Asked a dozen times for each question; a draft is never changed, only replaced.
        if self._at_visit is None or self._at_visit[0] is not draft or self._at_visit[1] != day:
            self._at_visit = draft, day, self.before.at_visit(self._knowledge, draft.kind, draft.answers, day)
        return self._at_visit[2]

    @property
    def title(self) -> str:
        return say("Case {code}", code=short_code(self.draft.case_id))

    @property
    def under_title(self) -> str:
        """Return "Boy, 9 months · left hand and wrist · first visit"."""
        parts = [
            who_in_words(self._knowledge, self.answers),
            where_in_words(self.answers),
            say(_VISIT_WORDS[self.draft.kind]),
        ]
        return " · ".join(part for part in parts if part)


_SAYS_THE_AGE = (EntryKind.ASSESSMENT, EntryKind.CORRECTION)
"""Kinds of entries whose age is that of the first visit."""

_VISIT_WORDS = {
    EntryKind.ASSESSMENT: phrase("first visit"),
    EntryKind.FOLLOW_UP: phrase("follow-up visit"),
    EntryKind.CORRECTION: phrase("correction"),
    EntryKind.OUTCOME: phrase("outcome"),
    EntryKind.WITHDRAWAL: phrase("withdrawal"),
}
