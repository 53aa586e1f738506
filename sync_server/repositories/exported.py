"""Cases as exports read them: some at a time. None that was rejected or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from sync_server.repositories import cases
from sync_server.repositories.cases import StoredCase


def some(session: Session, numbers: Sequence[int], sites: frozenset[int] | None) -> tuple[StoredCase, ...]:
    """Return those of these cases that may leave now and are of these sites (None: of any), by number."""
    found = cases.by_number(session, numbers).values()
    return tuple(
        case
        for case in found
        if not case.is_withdrawn and case.review_state != "rejected" and (sites is None or case.site_no in sites)
    )
