"""What a withdrawal erases on a tablet, whichever tablet withdrew: everything but the bare graph of the case.

    stays     who wrote which entry and what it builds on; the withdrawal and its reason
              of own entries that were signed: the de-identified form, because the chain of hashes is proven with it
    erased    all answers and conclusions, links, record number, name and every other local detail, author and time,
              photos, drafts, the note for a letter, what was ticked, the coordinator's words, what new knowledge made
              of it, what was set aside of it

A case can be withdrawn before all of it has arrived, so the same runs over what is pulled later. Nothing that a
screen still holds of it is kept afterwards: a draft, a photo, a tick (`expect_not_withdrawn`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, delete, select

from mobile_app.storage.account import let_go
from mobile_app.storage.rows import entry_of, entry_to_text
from mobile_app.storage.tables import (
    CaseIndexRow,
    CaseLinkRow,
    CaseNumberRow,
    DraftRow,
    EntryRow,
    JudgementRow,
    LetterNoteRow,
    PhotoRow,
    PlanTickRow,
    QuarantineRow,
    ReadReviewRow,
    ReviewRow,
)
from shared.case.entry import Entry, EntryId, EntryKind
from shared.errors import InvalidInput
from shared.sentence import sentence


def erase_cases(session: Session, case_ids: Sequence[str]) -> None:
    """Erase the content of withdrawn cases, in the caller's transaction. Their rows in the list are the caller's."""
    erased: list[EntryId] = []
    for row in session.exec(select(EntryRow).where(col(EntryRow.case_id).in_(case_ids))):
        entry = entry_of(row)
        row.local = None
        if entry.kind is not EntryKind.WITHDRAWAL:
            erased.append(entry.id)
            row.body = entry_to_text(without_content(entry))
            row.author = row.recorded_at = None
        session.add(row)
    # The server erases them too, on the same word.
    let_go(session, erased)
    of_people = (DraftRow, LetterNoteRow, PhotoRow, PlanTickRow, ReviewRow, ReadReviewRow)
    for table in (*of_people, JudgementRow, CaseLinkRow, CaseNumberRow):
        session.exec(delete(table).where(col(table.case_id).in_(case_ids)))
    for case_id in case_ids:
        session.exec(delete(QuarantineRow).where(col(QuarantineRow.body).contains(case_id)))


def without_content(entry: Entry) -> Entry:
    """Return who wrote an entry, of which kind, and what it builds on; nothing of the child."""
    return replace(entry, answers={}, conclusion=None, link=None, apart=None)


def is_erased_form(session: Session, entry: Entry, known: str) -> bool:
    """Tell whether what is held under an entry's number is this entry after its case was withdrawn."""
    return known == entry_to_text(without_content(entry)) and is_withdrawn(session, entry.case_id)


def is_moot(session: Session, row: EntryRow) -> bool:
    """Tell whether it says nothing any more that the server set an entry apart: its case is withdrawn.

    Of the withdrawal itself it says that the case still stands there.
    """
    return is_withdrawn(session, row.case_id) and entry_of(row).kind is not EntryKind.WITHDRAWAL


def expect_not_withdrawn(session: Session, case_id: str) -> None:
    """Look, inside the transaction that would write, whether the case still stands.

    Raises:
        InvalidInput: it was withdrawn, perhaps by another tablet while somebody worked on it here.
    """
    if is_withdrawn(session, case_id):
        raise InvalidInput(
            "case", "was withdrawn", sentence("This case was withdrawn. Its content was erased from this tablet.")
        )


def is_withdrawn(session: Session, case_id: str) -> bool:
    """Tell whether a case is withdrawn, as far as this tablet knows."""
    return session.exec(select(CaseIndexRow.is_withdrawn).where(CaseIndexRow.case_id == case_id)).first() or False
