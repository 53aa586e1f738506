"""Reminding a clinic of a check that is late: a message that its tablets show after their next sync."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from sync_server.database import Database
from sync_server.language import languages, say, speaking, term
from sync_server.repositories import reviews
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.users import User
from sync_server.services.case_rows import CaseRows
from sync_server.services.follow_up_checks import Check
from sync_server.services.one_case import case_of
from sync_server.services.review import FilledForm, ReviewService


@dataclass(frozen=True, slots=True)
class Reminders:
    """Writes them, and knows whether one was written of the check that is due."""

    database: Database
    rows: CaseRows
    review: ReviewService

    def remind(self, reference: str, user: User) -> StoredCase | None:
        """Send the clinic a message, with the review otherwise as it is. None if nothing is planned any more.

        Raises:
            NoSuchCase: there is none that this user may see.
            ReviewNotSaved: somebody else has just reviewed the case.
        """
        with self.database.reading() as session:
            case = case_of(session, reference, user.sites)
            check = self.rows.next_check(case)
            written = reviews.of_case(session, case.case_no, case.case_id)
        if check is None:
            return None
        last = written[-1].review if written else None
        form = FilledForm(
            state=last.state if last else "received",
            diagnosis=(last.diagnosis or "") if last else "",
            proven_by=last.proven_by if last else (),
            # As what a coordinator writes himself: in his own language.
            message=_message(check),
            seen=str(last.number if last else 0),
        )
        self.review.save(reference, form, user)
        return case

    def reminded_on(self, session: Session, case: StoredCase) -> str:
        """Return the day on which the clinic was last reminded of the check that is due, or "" if it was not."""
        check = self.rows.next_check(case)
        written = reviews.of_case(session, case.case_no, case.case_id)
        if check is None or not written or written[-1].review.message not in _in_every_language(check):
            return ""
        return written[-1].written_on


def _message(check: Check) -> str:
    return say(
        "This check is due: {when}: {what}. Please see the child again, or write how it ended.",
        when=term(check.when),
        what=term(check.do),
    )


def _in_every_language(check: Check) -> Iterator[str]:
    for one in languages():
        with speaking(one.code):
            yield _message(check)
