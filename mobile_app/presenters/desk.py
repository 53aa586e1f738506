"""The clinician's desk: the visit in hand, the case that lies open, and the way from one item to the next.

All presenters of a visit share one desk, so that none of them has to know another.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from mobile_app.language import translate_book
from mobile_app.locked_ports import Clock
from mobile_app.navigation import Screen, Way
from mobile_app.ports.records import Draft
from mobile_app.ports.store import CaseStore
from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.interview import FILMS, Interview
from mobile_app.presenters.sync_status import SyncStatus
from mobile_app.presenters.visit import Position, Reasoner, Visit
from mobile_app.presenters.wording import VERDICTS, in_words, say, translation_note
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, CaseId, Entry, EntryKind, RankedCondition
from shared.case.fold import fold
from shared.errors import HandwiseError
from shared.knowledge.grammar import walk
from shared.knowledge.model import KnowledgeBase, RuleFired, TestDefinition
from shared.knowledge.texts import localised
from shared.triage.assess import verdict
from shared.triage.follow_up import VISIT_DAY
from shared.triage.reassess import Reassessor

Go = Callable[[Way], None]
"""Leave the screen by one of its ways."""

_WAY_TO = {
    Screen.NEW_CASE: Way.NEW_CASE,
    Screen.DANGER_SIGNS: Way.DANGER_SIGNS,
    Screen.QUESTION: Way.QUESTION,
    Screen.MEASUREMENT: Way.MEASUREMENT,
    Screen.RESULT: Way.RESULT,
    Screen.EMERGENCY: Way.EMERGENCY,
    Screen.PLAN: Way.PLAN,
    Screen.OUTCOME: Way.OUTCOME,
}


class Desk:
    """At most one visit in hand, and at most one case open."""

    def __init__(
        self,
        store: CaseStore,
        reason: Reasoner,
        reassess: Reassessor,
        knowledge: KnowledgeBase,
        clock: Clock,
        sync: SyncStatus,
    ) -> None:
        self.store = store
        self.clock = clock
        self.sync = sync
        self.case_id: CaseId | None = None
        self.saved_entry: Entry | None = None
        self.has_seen_what_is_sent = False
        """Since unlocking, somebody has looked at what is sent and pressed "Send"."""
        self.photo_id = ""
        """The photo that is looked at."""
        self.is_among_changes = False
        """The open case was entered from the list of what new knowledge judges differently."""
        self.is_among_found = False
        """The open case was entered from the search."""
        self.offered_key: bytes | None = None
        """Another tablet's clinic key that was just read, until it is taken or refused."""
        self._reassess = reassess
        self._visit: Visit | None = None
        self.speak(knowledge, reason)

    def speak(self, knowledge: KnowledgeBase, reason: Reasoner) -> None:
        """Go on with the same book in other words; what lies on the desk stays where it is."""
        self.knowledge = knowledge
        self.words = AnswersInWords(knowledge)
        self.interview = Interview(knowledge)
        self._reason = reason
        if self._visit is not None:
            self._visit.speak(knowledge, reason)
        plans = [plan.tests for plan in knowledge.plans.values()]
        rules = [rule.tests for rule in knowledge.rules.values()]
        first = tuple(first.test for first in knowledge.first_tests)
        self._tests = {test.text: test for tests in (*plans, *rules, first) for test in tests}

    @property
    def visit(self) -> Visit:
        """The visit in hand. Asking for it where there is none is a mistake of ours."""
        assert self._visit is not None
        return self._visit

    @property
    def has_visit(self) -> bool:
        return self._visit is not None

    @property
    def case_was_withdrawn(self) -> bool:
        """Tell whether the case in hand was withdrawn meanwhile, by this tablet or by another one."""
        return self.case_id is not None and fold(self.store.log(self.case_id)).is_withdrawn

    # --- taking a visit in hand ---------------------------------------------------------------------------------------

    def begin_new_case(self) -> None:
        """Take a new case in hand. It is on disk from the first tap on."""
        self._begin(self.store.new_case_id(), EntryKind.ASSESSMENT, Position(Screen.NEW_CASE))

    def begin_follow_up(self, case_id: CaseId) -> Way:
        """Take a follow-up in hand, the one already begun if there is one, and return the way to it."""
        begun = next((d for d in self.store.drafts() if (d.case_id, d.kind) == (case_id, EntryKind.FOLLOW_UP)), None)
        if begun is not None:
            return self.resume(begun.draft_id) or Way.DANGER_SIGNS
        self._begin(case_id, EntryKind.FOLLOW_UP, Position(Screen.DANGER_SIGNS))
        return Way.DANGER_SIGNS

    def begin_outcome(self, case_id: CaseId) -> None:
        """Take the outcome in hand, the one already begun if there is one."""
        begun = next((d for d in self.store.drafts() if (d.case_id, d.kind) == (case_id, EntryKind.OUTCOME)), None)
        if begun is None or self.resume(begun.draft_id) is None:
            self._begin(case_id, EntryKind.OUTCOME, Position(Screen.OUTCOME))

    def begin_correction(self, case_id: CaseId, code: str) -> Way:
        """Take the correction of one answer in hand, and return the way to where it is asked."""
        screen = Screen.MEASUREMENT if self.interview.is_number(code) else Screen.QUESTION
        self._begin(case_id, EntryKind.CORRECTION, Position(screen, code))
        return _WAY_TO[screen]

    def correct_to(self, case_id: CaseId, code: str, value: AnswerValue) -> str:
        """Save a correction to a value at once. Return an error sentence, or nothing."""
        self._begin(case_id, EntryKind.CORRECTION, Position(Screen.QUESTION, code))
        if not self.visit.put({code: value}):
            error = self.visit.error
            self.put_away()
            return error
        error = self.save()
        self.put_away()
        return error

    def can_ask(self, code: str) -> bool:
        """Tell whether a code has a question or number pad of its own."""
        known = self.knowledge.inputs.get(code)
        is_input = known is not None and not known.is_numeric and not known.is_derived
        return code in self.knowledge.measurements or code in self.knowledge.findings or is_input

    def resume(self, draft_id: str) -> Way | None:
        """Take a draft in hand and return the way to where it stopped; None if there is no such draft any more."""
        draft = next((draft for draft in self.store.drafts() if draft.draft_id == draft_id), None)
        if draft is None:
            return None
        self._visit = Visit(self.store, self.knowledge, self._reason, self.clock, draft, is_saved=True)
        self.case_id = draft.case_id
        position = self.visit.position
        if position.item and position.item != VISIT_DAY and not self.can_ask(position.item):
            # The knowledge has changed since: what was asked then is not asked any more.
            self.visit.stay(replace(position, screen=Screen.RESULT, item=""))
        return _WAY_TO.get(self.visit.position.screen, Way.NEW_CASE)

    # --- in the visit -------------------------------------------------------------------------------------------------

    def give(self, answers: Mapping[str, AnswerValue], go: Go) -> str:
        """Keep the answers to the item in hand and go on. Return an error sentence, with everything kept, or nothing.

        Answer and next question are one write to the disk. An answer that raises an emergency shows it at once; a
        correction is saved at once.
        """
        visit = self.visit
        was_emergency = visit.is_emergency
        visit.hold(answers)
        if visit.draft.kind is EntryKind.CORRECTION:
            error = self.save() if visit.put() else visit.error
            if not error:
                go(Way.CASE)
            return error
        position = visit.position
        trail = (*position.trail, position.item)
        if visit.is_emergency and not was_emergency:
            # With a full disk too: the emergency says so itself.
            visit.put(position=Position(Screen.EMERGENCY, "", trail, position.skipped))
            go(Way.EMERGENCY)
            return ""
        return self._move(self._next_position(trail, position.skipped), go)

    @contextmanager
    def supposing(self, answers: Mapping[str, AnswerValue]) -> Iterator[Screen]:
        """Let the visit stand as if these answers to the item in hand had been kept; give the screen that comes then.

        Afterwards it stands as before, and nothing was written.
        """
        visit = self.visit
        position = visit.position
        trail = (*position.trail, position.item)
        supposed = visit.supposed(answers)
        self._visit = supposed
        try:
            if visit.draft.kind is EntryKind.CORRECTION:
                yield Screen.CASE
            elif supposed.is_emergency and not visit.is_emergency:
                yield Screen.EMERGENCY
            else:
                supposed.stay(self._next_position(trail, position.skipped))
                yield supposed.position.screen
        finally:
            self._visit = visit

    def ask_next(self, go: Go) -> str:
        """Go to the next item, or to the result when nothing is left that would tell enough."""
        position = self.visit.position
        trail = (*position.trail, position.item) if position.item else position.trail
        return self._move(self._next_position(trail, position.skipped), go)

    def ask(self, item: str, go: Go, trail: tuple[str, ...] | None = None) -> str:
        """Go to an item. `trail` is what was asked before it."""
        position = self.visit.position
        skipped = tuple(other for other in position.skipped if other != item)
        return self._move(self._position_of(item, position.trail if trail is None else trail, skipped), go)

    def skip(self, go: Go) -> str:
        """Leave the item unanswered and go on; it can be asked again from the result."""
        position = self.visit.position
        trail = (*position.trail, position.item)
        return self._move(self._next_position(trail, (*position.skipped, position.item)), go)

    def step_back(self, go: Go) -> str:
        """Go to the item before, its answer as it was given; before the first item come the danger signs."""
        position = self.visit.position
        if position.trail:
            return self.ask(position.trail[-1], go, position.trail[:-1])
        go(Way.DANGER_SIGNS)
        return ""

    def to_result(self, go: Go) -> None:
        """Show the result so far, also of answers that a full disk could not take."""
        self.stand_on(Screen.RESULT)
        go(Way.RESULT)

    def stand_on(self, screen: Screen) -> None:
        """Keep that the clinician is on a screen of the visit that asks no single item."""
        position = self.visit.position
        if (position.screen, position.item) != (screen, ""):
            self.visit.put(position=replace(position, screen=screen, item=""))

    def _move(self, position: Position, go: Go) -> str:
        """Keep what is in hand and go there; if the disk is full, stay, with the answer in memory."""
        visit = self.visit
        before = visit.position
        if visit.put(position=position):
            go(_WAY_TO[position.screen])
            return ""
        visit.stay(before)
        return visit.error

    def _next_position(self, trail: tuple[str, ...], skipped: tuple[str, ...]) -> Position:
        visit = self.visit
        upcoming = [item for item in self.interview.remaining(visit, skipped) if item != visit.position.item]
        return (
            self._position_of(upcoming[0], trail, skipped) if upcoming else Position(Screen.RESULT, "", trail, skipped)
        )

    def _position_of(self, item: str, trail: tuple[str, ...], skipped: tuple[str, ...]) -> Position:
        screen = Screen.MEASUREMENT if self.interview.is_number(item) else Screen.QUESTION
        return Position(screen, item, trail, skipped)

    def save(self) -> str:
        """Append the visit to its case. Return an error sentence, with the draft kept, or nothing."""
        try:
            self.saved_entry = self.visit.save()
        except HandwiseError as error:
            return in_words(error)
        self._visit = None
        return ""

    def lays_out_first_sending(self) -> bool:
        """Before anything has ever been sent, lay out the newest case that waits, and tell whether there is one to see.

        Who has pressed "Send" there has seen it; then nothing is laid out any more.
        """
        overview = self.store.sync_overview()
        if self.has_seen_what_is_sent or overview.last_success is not None or not overview.waiting:
            return False
        own = self.store.device
        for summary in self.store.summaries():
            entries = [row.entry for row in self.store.timeline(summary.case_id) if row.entry.id.device == own]
            if entries and not summary.is_withdrawn:
                self.case_id, self.saved_entry = summary.case_id, entries[-1]
                return True
        return False

    def put_away(self) -> None:
        """Let go of the visit; its draft stays to be resumed."""
        self._visit = None

    def throw_away(self) -> None:
        """Let go of the visit and its draft: a correction that was not made after all."""
        self.store.discard_draft(self.visit.draft.draft_id)
        self._visit = None

    # --- tests and questions ------------------------------------------------------------------------------------------

    def ask_of(self, item: str) -> str:
        """Return the question of an item."""
        knowledge = self.knowledge
        if item == VISIT_DAY:
            return say("How many days ago was the first visit?")
        if item in knowledge.measurements:
            return knowledge.measurements[item].ask
        return knowledge.findings[item].ask if item in knowledge.findings else knowledge.inputs[item].ask

    def test_definition(self, text: str) -> TestDefinition | None:
        """Return the knowledge's test with this text."""
        return self._tests.get(text)

    def item_of_test(self, text: str) -> str | None:
        """Return the item that takes a test's result, if one of its findings is still open."""
        test = self._tests.get(text)
        answers = self.visit.answers
        findings = test.findings if test else ()
        for finding in findings:
            if finding in FILMS:
                film = self.interview.film(self.visit)
                if film in findings and answers.get(film) in (None, UNKNOWN, NOT_POSSIBLE):
                    return film
            elif answers.get(self.interview.item_for(finding, answers)) in (None, UNKNOWN, NOT_POSSIBLE):
                return self.interview.item_for(finding, answers)
        return None

    def verdict_of(self, row: RankedCondition, version: str) -> str:
        """Return the word for a stored condition's probability and band, as the version that concluded it says it."""
        return say(VERDICTS[verdict(self.book_of(version), row.probability, (row.low, row.high)).value])

    def book_of(self, version: str) -> KnowledgeBase:
        """Return the book that something was concluded under; the current one where that version is not here."""
        if version == self.knowledge.version:
            return self.knowledge
        return localised(self._reassess.knowledge(version), translate_book)

    @property
    def english_book(self) -> KnowledgeBase:
        """The current book in its own words."""
        return self._reassess.knowledge(self._reassess.current_version)

    def is_settled(self, rule: str) -> bool:
        """Tell whether the test that a prompt asks for before going on is done."""
        asked_for = [first.test for first in self.knowledge.first_tests if RuleFired(rule) in walk(first.condition)]
        return bool(asked_for) and all(self.is_done(test.text) for test in asked_for)

    def is_done(self, text: str) -> bool:
        """Tell whether a test's results are in the case."""
        test = self._tests.get(text)
        if test is None or not test.findings:
            return False
        done = [self.interview.is_answered(finding, self.visit.answers) for finding in test.findings]
        return any(done) if test.is_done_by_any else all(done)

    # --- what stands round the screens --------------------------------------------------------------------------------

    def app_bar(self, title: str = "", under_title: str = "") -> AppBarView:
        """Return the app bar of a screen of the visit in hand."""
        visit = self.visit
        return AppBarView(
            title=title or visit.title,
            under_title=under_title or visit.under_title,
            saved=say("Saved") if visit.is_saved else "",
            sync=self.sync.chip(),
            translation_note=translation_note(),
        )

    def plain_app_bar(self, title: str, under_title: str) -> AppBarView:
        """Return the app bar of a screen that is not part of a visit."""
        return AppBarView(title, under_title, "", self.sync.chip(), translation_note())

    def _begin(self, case_id: CaseId, kind: EntryKind, position: Position) -> None:
        draft = Draft(
            draft_id=secrets.token_hex(8),
            case_id=case_id,
            kind=kind,
            answers={},
            parents=self.store.log(case_id).heads,
            step=position.encode(),
            updated_at=self.clock.now(),
        )
        self.case_id = case_id
        self._visit = Visit(self.store, self.knowledge, self._reason, self.clock, draft, is_saved=False)
