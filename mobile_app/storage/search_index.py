"""The search index inside the encrypted file (FTS5): written in the transaction that changes a case.

    case_index.touched ══ search.rowid      the newest have the largest; a case without a row is not in it yet

Only new cases that come by the hundred are left out at first, so that a sync need not wait for it.

`words` holds what people wrote (names, record numbers, wards, notes, messages, authors, the case's code), `codes` what
the case says (`shared/case/search_terms.py`). A withdrawn case has no row: it is not found any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from mobile_app.storage.many import among, insert_many, rows_among
from mobile_app.storage.rows import answers_from_text, conclusion_from_text, local_from_text
from mobile_app.storage.tables import CaseIndexRow, EntryRow, ReviewRow
from shared.case.entry import AnswerValue, CaseId, Conclusion
from shared.case.log import CaseLog
from shared.case.search_terms import (
    DIFFERS,
    MESSAGE,
    code_of,
    codes_of_answers,
    codes_of_conclusion,
    codes_of_review,
    day_codes,
    folded_words,
    number_words,
)
from shared.case.short_code import short_code

CHUNK = 500
_FOLDED: Any = select(  # type: ignore[call-overload]  # four columns are typed, five work
    CaseIndexRow.case_id,
    CaseIndexRow.touched,
    CaseIndexRow.answers,
    CaseIndexRow.conclusion,
    CaseIndexRow.disagreements,
)


@dataclass(frozen=True, slots=True)
class FoldedCase:
    """A case as its row in the list says it. With `pulled`, its whole log, nothing of it was written on this tablet."""

    case_id: str
    touched: int
    answers: Mapping[str, AnswerValue]
    conclusion: Conclusion | None
    has_disagreements: bool
    pulled: CaseLog | None = None


STANDS = text("NOT +case_index.is_withdrawn")
"""The plus keeps SQLite from going through all cases by this index, where it should go by a list or by stamps."""
_INDEXED = text("SELECT id FROM search_docsize")
_INDEXED_AMONG = "SELECT id FROM search_docsize WHERE id IN (SELECT value FROM json_each(?))"
_DELETE = text("DELETE FROM search WHERE rowid = :touched")
_INSERT = "INSERT INTO search(rowid, words, codes) VALUES (?, ?, ?)"


def forget(session: Session, touched: Iterable[int]) -> None:
    """Take rows out of the index, before the cases get other stamps."""
    rows = [{"touched": one} for one in touched]
    if rows:
        session.execute(_DELETE, rows)


def index_cases(session: Session, case_ids: Sequence[str]) -> None:
    """Put cases into the index as they stand. They must not be in it; withdrawn ones stay out."""
    for start in range(0, len(case_ids), CHUNK):
        some = case_ids[start : start + CHUNK]
        rows = session.exec(_FOLDED.where(among(CaseIndexRow.case_id, some), STANDS)).all()
        index_folded(
            session,
            [
                FoldedCase(
                    row.case_id,
                    row.touched,
                    answers_from_text(row.answers),
                    conclusion_from_text(row.conclusion),
                    bool(row.disagreements),
                )
                for row in rows
            ],
        )


def index_folded(session: Session, cases: Sequence[FoldedCase]) -> None:
    """Put cases into the index that were folded just now. They must not be in it, and not be withdrawn."""
    if cases:
        documents = _Documents(session, cases)
        # Rows that come with falling stamps FTS5 writes to the disk one by one: ten times the work.
        in_order = sorted(cases, key=lambda case: case.touched)
        insert_many(session, _INSERT, [documents.of(case) for case in in_order])


def missing_cases(session: Session) -> list[tuple[str, int]]:
    """Return the cases (and stamps) that the index does not have as they stand, the newest first."""
    stamps = session.exec(
        select(CaseIndexRow.case_id, CaseIndexRow.touched)
        .where(col(CaseIndexRow.is_withdrawn).is_(False))
        .order_by(col(CaseIndexRow.touched).desc())
    )
    indexed = _indexed(session)
    return [(case_id, touched) for case_id, touched in stamps if touched not in indexed]


def index_missing(session: Session, missing: Sequence[tuple[str, int]]) -> None:
    """Index those of the cases that still stand as they stood and are still missing."""
    stamps = {touched for _, touched in missing}
    indexed = {touched for (touched,) in rows_among(session, _INDEXED_AMONG, stamps)}
    these = among(CaseIndexRow.touched, stamps - indexed)
    index_cases(session, session.exec(select(CaseIndexRow.case_id).where(these)).all())


def forget_strays(session: Session) -> None:
    """Take rows out that belong to no case as it stands."""
    stamps = select(CaseIndexRow.touched).where(col(CaseIndexRow.is_withdrawn).is_(False))
    known: set[int] = set(session.exec(stamps).all())
    forget(session, _indexed(session) - known)


def _indexed(session: Session) -> set[int]:
    return set(session.execute(_INDEXED).scalars())


class _Documents:
    """What stands in the index of some cases; their entries and reviews are read once."""

    def __init__(self, session: Session, cases: Sequence[FoldedCase]) -> None:
        case_ids = [case.case_id for case in cases]
        # A short code is four letters and digits: its word is the same in small letters.
        self._words: dict[str, list[str]] = {one: [short_code(CaseId(one)).casefold()] for one in case_ids}
        self._codes: dict[str, set[str]] = {
            case.case_id: {code_of("kind", entry.kind.value) for entry in case.pulled or ()} for case in cases
        }
        self._read_entries(session, [case.case_id for case in cases if case.pulled is None])
        self._read_reviews(session, case_ids)

    def _read_entries(self, session: Session, case_ids: Sequence[str]) -> None:
        if not case_ids:
            return
        entries: Any = select(  # type: ignore[call-overload]  # four columns are typed, five work
            EntryRow.case_id,
            EntryRow.recorded_at,
            EntryRow.author,
            EntryRow.local,
            func.json_extract(EntryRow.body, "$.kind"),
        )
        of_these = entries.where(among(EntryRow.case_id, case_ids))
        for case_id, recorded_at, author, local, kind in session.exec(of_these):
            self._words[case_id] += _written(local, author)
            self._codes[case_id].add(code_of("kind", kind))
            if recorded_at:
                day = _day(recorded_at)
                self._codes[case_id].update(day_codes(day.year, day.month, day.day))

    def _read_reviews(self, session: Session, case_ids: Sequence[str]) -> None:
        reviews: Any = select(ReviewRow.case_id, ReviewRow.message, ReviewRow.state, ReviewRow.diagnosis).where(
            among(ReviewRow.case_id, case_ids)
        )
        last: dict[str, tuple[str, str | None]] = {}
        for case_id, message, state, diagnosis in session.exec(reviews.order_by(col(ReviewRow.number))):
            last[case_id] = state, diagnosis
            self._words[case_id] += folded_words(message)
            if message:
                self._codes[case_id].add(MESSAGE)
        for case_id, (state, diagnosis) in last.items():
            self._codes[case_id].update(codes_of_review(state, diagnosis))

    def of(self, case: FoldedCase) -> tuple[int, str, str]:
        """Return the case's row: its stamp, words and codes."""
        codes = self._codes[case.case_id]
        codes.update(codes_of_answers(case.answers))
        if case.conclusion is not None:
            codes.update(codes_of_conclusion(case.conclusion))
        if case.has_disagreements:
            codes.add(DIFFERS)
        words = dict.fromkeys(self._words[case.case_id])
        return case.touched, " ".join(words), " ".join(sorted(codes))


def _written(local: str | None, author: str | None) -> Iterator[str]:
    details = local_from_text(local)
    yield from folded_words(details.patient_name)
    yield from number_words(details.record_number)
    yield from folded_words(details.ward)
    yield from folded_words(details.note)
    yield from folded_words(author or "")


def _day(recorded_at: str) -> date:
    return datetime.fromisoformat(recorded_at).date()
