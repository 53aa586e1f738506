"""One case as a FHIR R4 Bundle: the file that an export of this case alone would be, made by the same code.

It leaves as every export of rows does: de-identified, never of a rejected or withdrawn case, and noted in the audit
log before its first byte is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared.case.short_code import short_code
from sync_server.database import Database
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.exports.forms import FORMS, Counter, Writer
from sync_server.services.exports.records import CaseSource
from sync_server.services.one_case import case_of
from sync_server.services.refusals import CaseIsRejected, NoSuchCase

_FORM = FORMS["bundle.json"]


@dataclass(frozen=True, slots=True)
class CaseBundle:
    """The file, and what it is called."""

    file_name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class CaseBundleService:
    """Makes the bundle of a case."""

    database: Database
    writer: Writer

    def bundle(self, reference: str, user: User) -> CaseBundle:
        """Return the bundle of a case.

        Raises:
            CaseIsRejected: a rejected case leaves in no export.
            NoSuchCase: there is none, it was withdrawn, or it is of none of the user's sites.
        """
        with self.database.reading() as session:
            case = case_of(session, reference, user.sites)
        if case.review_state == "rejected":
            raise CaseIsRejected
        source = CaseSource(self.database, np.array([case.case_no]), user.sites)
        parts = list(source.parts())
        if not parts:
            # It was withdrawn or rejected a moment ago.
            raise NoSuchCase
        with self.database.writing() as session:
            what = f"{_FORM.name} site {case.site_no} case {case.case_no}"
            audit.record(session, audit.user(user.user_no), audit.EXPORTED, what)
        body = b"".join(self.writer.write(_FORM, iter(parts), Counter()))
        return CaseBundle(f"handwise-{short_code(case.case_id)}.fhir.json", _FORM.media_type, body)
