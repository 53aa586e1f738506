"""Rows of cases, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from shared.case.entry import RankedCondition
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.sentence import Sentence, counted
from sync_server.language import term
from sync_server.repositories import cases, entries, sites
from sync_server.repositories.cases import StoredCase
from sync_server.services.case_list_views import CaseRowView
from sync_server.services.digest import present_conclusion
from sync_server.services.follow_up_checks import ENDED, NOT_WORKED_OUT, Check, PlannedChecks, due_by, weeks_late
from sync_server.services.links import linked_cases
from sync_server.services.week_words import week_words
from sync_server.services.wording import Wording, age_words, asked, review_words, urgency_words, verdict_words


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Puts the rows of cases into words."""

    wording: Wording
    checks: PlannedChecks
    verdict: Callable[[RankedCondition, str], str]
    """What a version of the knowledge calls a probability and its interval."""

    def of_numbers(self, session: Session, numbers: Sequence[int], today: date) -> tuple[CaseRowView, ...]:
        """Return the rows of these cases, in this order; of one that is not there yet or no more, none."""
        found = cases.by_number(session, numbers)
        return self.views(session, [found[number] for number in numbers if number in found], today)

    def views(self, session: Session, found: Sequence[StoredCase], today: date) -> tuple[CaseRowView, ...]:
        """Return the rows of these cases, in their order, but for those that were withdrawn meanwhile."""
        shown = [case for case in found if not case.is_withdrawn]
        references = cases.references(session, shown)
        linked = linked_cases(session, shown)
        names, verdicts = sites.names(session), self._verdicts(session, shown)
        return tuple(
            self._row(case, references[case.case_no], names, verdicts.get(case.case_no, ""), linked, today)
            for case in shown
        )

    def next_check(self, case: StoredCase) -> Check | None:
        """Return the check that is due next in the plan of the coordinator's diagnosis, or of what the tool says.

        None where nothing is planned, how it ended is written, or the case counts for nothing.
        """
        digest = case.digest
        if digest.seen_day in (ENDED, NOT_WORKED_OUT) or case.review_state == "rejected" or not case.received_week:
            return None
        return self.checks.next_open(case.diagnosis or digest.followed, digest.seen_day)

    def late(self, case: StoredCase, today: date) -> tuple[Sentence, Check] | None:
        """Return how late the next check is, in words, and the check; None where nothing is late."""
        check = self.next_check(case)
        weeks = weeks_late(due_by(case.received_week, check), today.toordinal()) if check else 0
        if check is None or not weeks:
            return None
        return counted(weeks, "about {count} week late", "about {count} weeks late"), check

    def _verdicts(self, session: Session, shown: Sequence[StoredCase]) -> Mapping[int, str]:
        """Return how likely each case is what the tool says first, in the words of the case's own page.

        Worked out when it is shown: a kept word would be that of the day on which the case came in.
        """
        ids, found = {case.case_no: case.case_id for case in shown}, {}
        for case_no, some in entries.of_cases(session, ids).items():
            concluded = present_conclusion(CaseLog.of(ids[case_no], some))
            if concluded and concluded.fits and concluded.differential:
                said = self.verdict(concluded.differential[0], concluded.knowledge_version)
                found[case_no] = verdict_words(said)
        return found

    def _row(
        self,
        case: StoredCase,
        reference: str,
        site_names: dict[int, str],
        verdict: str,
        linked: Collection[int],
        today: date,
    ) -> CaseRowView:
        digest = case.digest
        late = self.late(case, today)
        return CaseRowView(
            reference=reference,
            short_code=short_code(case.case_id),
            site=site_names[case.site_no],
            week=week_words(case.received_week),
            place=self.wording.place(digest.region, digest.side),
            age=age_words(digest.age_band),
            tool_says=self.wording.condition(digest.condition) if digest.condition else "",
            verdict=verdict,
            diagnosis=self.wording.condition(case.diagnosis) if case.diagnosis else "",
            urgency=digest.urgency,
            urgency_word=urgency_words(digest.urgency),
            review=case.review_state,
            review_word=review_words(case.review_state),
            has_danger_sign=digest.danger_signs > 0,
            differs=digest.disagreements > 0,
            is_linked=case.case_no in linked,
            late=late[0] if late else None,
            late_what=asked(term(late[1].when), term(late[1].do)) if late else "",
        )
