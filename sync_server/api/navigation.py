"""The pages at the side of every page: what each is called, and the right without which it is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import phrase
from sync_server.repositories.users import User
from sync_server.services.rights import RIGHTS, Right


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation. `here` is what the page itself calls its place; `icon` stands in icons.html."""

    here: str
    path: str
    label: str
    icon: str
    right: Right


PLACES = (
    # Every role has it: what stands on the page follows from what else the role may see.
    Place("today", "/review", phrase("Today"), "home", Right.SEE_TABLETS),
    Place("cases", "/review/cases", phrase("Cases"), "list", Right.SEE_CASES),
    Place("alerts", "/review/alerts", phrase("Alerts"), "bell", Right.SEE_REPORTS),
    Place("charts", "/review/charts", phrase("Charts"), "curve", Right.SEE_REPORTS),
    Place("cohort", "/review/cohort", phrase("Cohort report"), "document", Right.SEE_REPORTS),
    Place("performance", "/review/performance", phrase("Tool performance"), "chart", Right.SEE_REPORTS),
    Place("exports", "/review/exports", phrase("Exports"), "export", Right.EXPORT_COUNTS),
    Place("devices", "/review/devices", phrase("Devices"), "tablet", Right.SEE_TABLETS),
    Place("knowledge", "/review/knowledge", phrase("Knowledge"), "book", Right.PUBLISH_KNOWLEDGE),
    Place("users", "/review/users", phrase("Users"), "users", Right.MANAGE_USERS),
    Place("audit", "/review/audit", phrase("Audit log"), "audit", Right.SEE_AUDIT),
)


def places_of(user: User) -> tuple[Place, ...]:
    """Return the pages that a user may open, in their order."""
    return tuple(place for place in PLACES if place.right in RIGHTS[user.role])
