"""Exports of rows: asked for, downloaded while they are written, and followed.

    POST  asks for one ──▶ ready          nothing is made yet
    GET its file       ──▶ running ──▶ whole        with the file's SHA-256
                                  └──▶ broken_off   the browser went away, or the server ended

A server that is killed notes nothing. On SQLite the next one notes it at its start, as nobody else serves the file; on
PostgreSQL an export of which nothing was heard for some minutes counts as broken off, whichever server it left.

A download has no length before it ends, so HTTP sends it in chunks: a browser that does not get the last one calls the
download failed. Beside that the export's own page says how many rows and bytes a whole file has, and its SHA-256.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from urllib.parse import urlencode

import numpy as np

from shared.sync.messages import REVIEW_STATES
from sync_server.database import Database
from sync_server.repositories import exports
from sync_server.repositories.exports import BROKEN_OFF, RUNNING, WHOLE, Export
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.case_index import Wanted
from sync_server.services.case_index.bitmaps import Numbers
from sync_server.services.case_list import CaseListService
from sync_server.services.exports.forms import FORMS, Counter, Form, Writer
from sync_server.services.exports.records import CaseSource
from sync_server.services.exports.refusals import NoSuchExport, NothingToExport, TooManyForBundle

KEPT_S = 7 * 24 * 3600
_LATEST = 5
_NOTED_EVERY_S = 1.0
SILENT_S = 300
"""A running export of which nothing was noted for so long is not running any more. A slow line may take a minute for
one piece."""


@dataclass(frozen=True, slots=True)
class ExportService:
    """Makes files of rows for the review team."""

    database: Database
    writer: Writer
    case_list: CaseListService
    """Whose filters choose the cases."""
    now: Callable[[], int]

    def count(self, user: User, wanted: Wanted) -> int:
        """Return how many cases an export would have."""
        states = self._states(wanted)
        if not states:
            return 0
        with self.database.reading() as session:
            return self.case_list.index.count(session, [replace(wanted, review=states)], user.sites, self._day())[0]

    def source(self, user: User, wanted: Wanted) -> CaseSource:
        """Return the cases of an export, to be read in parts."""
        return CaseSource(self.database, self._numbers(user, wanted), user.sites)

    def latest(self, user: User) -> tuple[Export, ...]:
        """Return the user's own last exports."""
        with self.database.reading() as session:
            return tuple(self._as_it_is(one) for one in exports.latest(session, user.user_no, _LATEST))

    def ask(self, user: User, form: Form, wanted: Wanted) -> str:
        """Return the id of a new export.

        Raises:
            NothingToExport, TooManyForBundle: another choice is needed.
        """
        to_come = self.count(user, wanted)
        if not to_come:
            raise NothingToExport
        if form.most_cases is not None and to_come > form.most_cases:
            raise TooManyForBundle(form.most_cases)
        export_id = secrets.token_hex(16)
        with self.database.writing() as session:
            exports.forget_old(session, self.now() - KEPT_S)
            exports.add(
                session,
                export_id,
                user.user_no,
                form.name,
                urlencode(wanted.pairs()),
                cases_to_come=to_come,
                now=self.now(),
            )
        return export_id

    def find(self, user: User, export_id: str) -> Export:
        """Return one of the user's own exports.

        Raises:
            NoSuchExport: there is none, or it is somebody else's.
        """
        with self.database.reading() as session:
            found = exports.find(session, export_id, user.user_no)
        if found is None or found.form not in FORMS:
            raise NoSuchExport
        return self._as_it_is(found)

    def after_a_start(self) -> None:
        """Note of the exports that were running when the last server ended that they are broken off."""
        if self.database.is_sqlite:
            with self.database.writing() as session:
                exports.break_off_all(session)

    def dictionary(self, notice: str) -> bytes:
        """Return the data dictionary of both tables."""
        return self.writer.tables.dictionary(notice).encode()

    def pieces(self, user: User, export: Export) -> Iterator[bytes]:
        """Give the export's file piece by piece, and keep how far it is. Closing it early marks it as broken off.

        That it leaves is in the audit log before the first piece is.
        """
        with self.database.writing() as session:
            exports.note(session, export.export_id, RUNNING, Counter().progress(), now=self.now())
            audit.record(
                session,
                audit.user(user.user_no),
                audit.EXPORTED,
                f"{export.form} {export.export_id} cases to come {export.cases_to_come}",
            )
        return self._pieces(user, export)

    def _pieces(self, user: User, export: Export) -> Iterator[bytes]:
        counter, digest, is_whole = Counter(), sha256(), False
        source = self.source(user, self.case_list.lenient(export.wanted, user))
        noted = time.monotonic()
        try:
            for piece in self.writer.write(FORMS[export.form], source.parts(), counter):
                digest.update(piece)
                yield piece
                if time.monotonic() - noted > _NOTED_EVERY_S:
                    with self.database.writing() as session:
                        exports.note(session, export.export_id, RUNNING, counter.progress(), now=self.now())
                    noted = time.monotonic()
            is_whole = True
        finally:
            state = WHOLE if is_whole else BROKEN_OFF
            with self.database.writing() as session:
                exports.note(
                    session,
                    export.export_id,
                    state,
                    counter.progress(),
                    digest.hexdigest() if is_whole else "",
                    now=self.now(),
                )
                ended = "whole" if is_whole else "broken off"
                audit.record(
                    session,
                    audit.user(user.user_no),
                    audit.EXPORTED,
                    f"{export.form} {export.export_id} {ended} cases {counter.cases} rows {counter.rows}",
                )

    def _as_it_is(self, export: Export) -> Export:
        is_silent = export.state == RUNNING and self.now() - export.noted_at > SILENT_S
        return replace(export, state=BROKEN_OFF) if is_silent else export

    def _numbers(self, user: User, wanted: Wanted) -> Numbers:
        """Return the numbers of the chosen cases, those that were rejected left out, in the order of their arrival."""
        states = self._states(wanted)
        if not states:
            return np.zeros(0, np.int64)
        with self.database.reading() as session:
            return self.case_list.index.marked(session, replace(wanted, review=states), "live", user.sites, self._day())

    def _states(self, wanted: Wanted) -> tuple[str, ...]:
        return tuple(state for state in wanted.review or REVIEW_STATES if state != "rejected")

    def _day(self) -> date:
        return date.fromisoformat(self.case_list.today())
