"""The note for a case's letter while it is being written, in the file, never sent."""

from __future__ import annotations

from sqlmodel import col, delete

from mobile_app.storage.database import Database
from mobile_app.storage.tables import LetterNoteRow
from mobile_app.storage.withdrawal import expect_not_withdrawn
from shared.case.entry import CaseId


class EncryptedLetterNotes:
    """One note a case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, case_id: CaseId) -> str:
        with self._database.reading() as session:
            row = session.get(LetterNoteRow, case_id)
            return "" if row is None else row.note

    def keep(self, case_id: CaseId, note: str) -> None:
        with self._database.writing(only_drafts=True) as session:
            if note:
                expect_not_withdrawn(session, case_id)
                session.merge(LetterNoteRow(case_id=case_id, note=note))
            else:
                session.exec(delete(LetterNoteRow).where(col(LetterNoteRow.case_id) == case_id))
