"""What clinics answered: how much of it waits at the desk, and that somebody has read it."""

from __future__ import annotations

from collections.abc import Set as AnySet
from dataclasses import dataclass

from sqlmodel import Session

from sync_server.database import Database
from sync_server.repositories import replies
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.one_case import case_of


def answers_waiting(session: Session, sites: AnySet[int] | None) -> int:
    """Return in how many cases of these sites (None: all) a clinic's answer waits to be read."""
    return replies.count_cases_waiting(session, sites)


def cases_with_answers(session: Session, sites: AnySet[int] | None, limit: int | None = None) -> tuple[int, ...]:
    """Return the numbers of those cases, of each site the longest waiting first."""
    return replies.cases_waiting(session, sites, limit)


@dataclass(frozen=True, slots=True)
class ReplyService:
    """Marks answers as read."""

    database: Database

    def mark_read(self, reference: str, up_to: int, user: User) -> None:
        """Keep durably that the answers which the page showed were read: those up to this position.

        Raises:
            NoSuchCase: the case is not there, was withdrawn, or is not of the user's sites.
        """
        with self.database.writing() as session:
            case = case_of(session, reference, user.sites)
            if replies.mark_read(session, case.case_no, up_to):
                what = f"site {case.site_no} case {case.case_no}: the clinic's answers were read"
                audit.record(session, audit.user(user.user_no), audit.REVIEWED, what)
