"""What clinics have answered and nobody at the desk has read: the first cases of them, in the clinics' own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from shared.case.log import CaseLog
from shared.case.reply import REPLY, said_in
from sync_server.repositories import cases, entries, replies
from sync_server.repositories.users import User
from sync_server.services.case_rows import CaseRows
from sync_server.services.replies import answers_waiting, cases_with_answers
from sync_server.services.today_views import AnsweredView

MOST = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """Reads them."""

    rows: CaseRows

    def of(self, session: Session, user: User, today: date) -> tuple[tuple[AnsweredView, ...], int]:
        """Return the first of the cases in which an answer waits, and in how many one does."""
        waiting = answers_waiting(session, user.sites)
        if not waiting:
            return (), 0
        numbers = cases_with_answers(session, user.sites, MOST)
        found = cases.by_number(session, numbers)
        unread = replies.unread_of(session, numbers)
        logs = entries.of_cases(session, {number: case.case_id for number, case in found.items()})
        said = {
            reference: dict.fromkeys(
                code
                for entry in CaseLog.of(found[number].case_id, logs[number]).in_causal_order()
                if entry.id in unread
                for code in said_in(entry)
            )
            for number, reference in cases.references(session, list(found.values())).items()
        }
        rows = self.rows.of_numbers(session, numbers, today)
        words = self.rows.wording
        answers = (AnsweredView(row, tuple(words.answer(REPLY, code) for code in said[row.reference])) for row in rows)
        return tuple(answers), waiting
