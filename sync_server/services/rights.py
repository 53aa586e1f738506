"""What each role may do at the desk. Every route of the pages names the right that it asks for (`api/browser.py`).

                     coordinator   district lead   administrator
    see cases        own sites     all sites       no
    ... and so on: `RIGHTS` below is the whole of it

An administrator sees no case: who can let anybody in does not need to read about children.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sync_server.repositories.users import Role


class Right(StrEnum):
    """Something that a route does."""

    SEE_CASES = "see cases"
    """Lists, cases and everything that shows single rows, of the user's own sites."""
    REVIEW_CASES = "review cases"
    SEE_REPORTS = "see reports"
    """Cohorts, performance, alerts and charts over the user's own sites."""
    EXPORT_ROWS = "export rows"
    """De-identified rows, for the review team."""
    EXPORT_COUNTS = "export counts"
    """Tables that passed the small-cell guard."""
    SEE_TABLETS = "see tablets"
    MANAGE_TABLETS = "manage tablets"
    MANAGE_USERS = "manage users"
    PUBLISH_KNOWLEDGE = "publish knowledge"
    SEE_AUDIT = "see the audit log"


_REVIEW_TEAM = frozenset(
    {
        Right.SEE_CASES,
        Right.REVIEW_CASES,
        Right.SEE_REPORTS,
        Right.EXPORT_ROWS,
        Right.EXPORT_COUNTS,
        Right.SEE_TABLETS,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: _REVIEW_TEAM,
    Role.DISTRICT_LEAD: _REVIEW_TEAM | {Right.MANAGE_TABLETS, Right.SEE_AUDIT},
    Role.ADMINISTRATOR: frozenset(
        {
            Right.EXPORT_COUNTS,
            Right.SEE_TABLETS,
            Right.MANAGE_TABLETS,
            Right.MANAGE_USERS,
            Right.PUBLISH_KNOWLEDGE,
            Right.SEE_AUDIT,
        }
    ),
}
