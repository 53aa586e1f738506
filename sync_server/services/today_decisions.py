"""Which cases need a decision, and why: worst first, the oldest first among equals, each case once.

    emergency, no outcome written          whoever is in danger comes first
    answers differ                         and whether the ranking depends on which of them is right
    treated as one thing, looks like       antibiotics before the tool said calcinosis; or the clinic's own outcome
    asked, and the clinic has answered     the coordinator's turn again

Nothing that is confirmed or rejected stands here, unless its clinic has answered since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlmodel import Session

from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase
from shared.language.inside import lower_first
from shared.sentence import Sentence, sentence
from shared.triage.assess import Assessor
from shared.triage.presentation import presentation_from_answers
from sync_server.language import in_words
from sync_server.repositories import cases, entries
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.users import User
from sync_server.services.case_index import YES, CaseIndex, Wanted
from sync_server.services.case_index.bitmaps import Numbers
from sync_server.services.case_rows import CaseRows
from sync_server.services.replies import answers_waiting, cases_with_answers
from sync_server.services.today_views import DecisionView
from sync_server.services.wording import age_words, capitalised, sex_words

CALCINOSIS = "calcinosis_cutis_iatrogenic"
MOST = 20
_OPEN = ("received", "needs_information")
_REMEMBERED = 2_000


@dataclass
class RankingChange:
    """Tells whether a ranking depends on which of two answers is right. What it found is kept until the case grows."""

    knowledge: KnowledgeBase
    _known: dict[tuple[int, int], bool] = field(default_factory=dict)
    _assessor: Assessor | None = None

    def depends(self, case_no: int, log: CaseLog) -> bool:
        """Assess the case with each of the answers that differ, one question after the other."""
        key = (case_no, len(log))
        if key not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = self._look(log)
        return self._known[key]

    def _look(self, log: CaseLog) -> bool:
        if self._assessor is None:
            self._assessor = Assessor(self.knowledge)
        state = fold(log)
        for item in state.disagreements:
            found = set()
            for value in item.values:
                answers = {**state.agreed, item.code: value}
                try:
                    presentation = presentation_from_answers(self.knowledge, answers, frozenset())
                except InvalidInput:
                    continue
                assessed = self._assessor.assess(presentation)
                found.add((assessed.differential[0].condition, assessed.disposition))
            if len(found) > 1:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Decisions:
    """Finds them."""

    index: CaseIndex
    rows: CaseRows
    ranking: RankingChange

    def of(self, session: Session, user: User, today: date) -> tuple[list[DecisionView], int]:
        """Return the first of the cases that need a decision, and how many do in all."""
        by_reason = self._by_reason(session, user, today)
        everything = np.unique(np.concatenate(list(by_reason.values())))
        wanted = self.index.ordered(everything, "worst", MOST)
        found = cases.by_number(session, wanted)
        logs = entries.of_cases(session, {number: case.case_id for number, case in found.items()})
        rows = {row.reference: row for row in self.rows.of_numbers(session, wanted, today)}
        names = cases.references(session, list(found.values()))
        sets = {reason: set(map(int, numbers)) for reason, numbers in by_reason.items()}
        views = []
        for number in wanted:
            if number not in found or names[number] not in rows:
                continue
            case, log = found[number], CaseLog.of(found[number].case_id, logs[number])
            reason = next(reason for reason, numbers in sets.items() if number in numbers)
            said, note = self._words(reason, case, log)
            views.append(DecisionView(rows[names[number]], said, note, self._who(case), is_answer=reason == "answered"))
        return views, len(everything)

    def count(self, session: Session, user: User, today: date) -> int:
        """Return how many cases need a decision."""
        found = self._by_reason(session, user, today).values()
        does = np.zeros(1 + max((int(numbers.max()) for numbers in found if len(numbers)), default=0), np.bool_)
        for numbers in found:
            does[numbers] = True
        return int(np.count_nonzero(does))

    def _by_reason(self, session: Session, user: User, today: date) -> dict[str, Numbers]:
        index, sites = self.index, user.sites
        emergencies = Wanted(urgency=("emergency",), review=_OPEN)
        waiting = Wanted(review=("received",))
        everybody = Wanted(review=_OPEN, differs=(YES,))
        answered = cases_with_answers(session, sites) if answers_waiting(session, sites) else ()
        return {
            "emergency": index.marked(session, emergencies, "ended", sites, today, has=False),
            "differs": index.marked(session, everybody, "live", sites, today),
            "antibiotics": index.marked(
                session, Wanted(review=("received",), condition=(CALCINOSIS,)), "antibiotics", sites, today
            ),
            "outcome": index.marked(session, waiting, "outcome_differs", sites, today),
            "answered": np.array(answered, dtype=np.int64),
        }

    def _words(self, reason: str, case: StoredCase, log: CaseLog) -> tuple[Sentence | str, Sentence | None]:
        wording, digest = self.rows.wording, case.digest
        tool = wording.condition_inside(digest.condition) if digest.condition else sentence("nothing yet")
        match reason:
            case "emergency":
                return capitalised(in_words(sentence("{condition} raised; no outcome yet", condition=tool))), None
            case "differs":
                item = fold(log).disagreements[0]
                first, second = (lower_first(wording.answer(item.code, value)) for value in item.values[:2])
                depends = self.ranking.depends(case.case_no, log)
                note = sentence("changes the ranking") if depends else sentence("does not change the ranking")
                return sentence("Two answers differ: {first} or {second}", first=first, second=second), note
            case "antibiotics":
                return sentence("Given antibiotics; the tool says {condition}", condition=tool), None
            case "outcome":
                own = wording.condition_inside(digest.outcome)
                return sentence("The clinic says {own}; the tool says {condition}", own=own, condition=tool), None
            case _:
                return sentence("The clinic has answered; the tool says {condition}", condition=tool), None

    def _who(self, case: StoredCase) -> str:
        digest = case.digest
        place = self.rows.wording.place(digest.region, digest.side).lower()
        return " · ".join(part for part in (sex_words(digest.sex), age_words(digest.age_band), place) if part)
