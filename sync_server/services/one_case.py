"""The case that a page asks for, if this user may see it."""

from __future__ import annotations

from collections.abc import Set as AnySet

from sqlmodel import Session

from sync_server.repositories import cases
from sync_server.repositories.cases import StoredCase
from sync_server.services.refusals import NoSuchCase


def case_of(session: Session, reference: str, sites: AnySet[int] | None) -> StoredCase:
    """Return the case that pages call so.

    Raises:
        NoSuchCase: there is none, it was withdrawn, or it is of none of these sites (None: all); nobody learns which.
    """
    case = cases.find(session, reference)
    if case is None or case.is_withdrawn or not (sites is None or case.site_no in sites):
        raise NoSuchCase
    return case
