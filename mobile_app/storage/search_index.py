"""The search index inside the encrypted file (FTS5): written in the transaction that changes a case, and never apart.

    case_index.touched ══ search.rowid      the newest have the largest; a case without a row is not in it yet

`words` holds what people wrote (names, record numbers, wards, notes, messages, authors, the case's code), `codes` what
the case says (`shared/case/search_terms.py`). A withdrawn case has no row: it is not found any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from mobile_app.storage.rows import answers_from_text, conclusion_from_text, local_from_text
from mobile_app.storage.tables import CaseIndexRow, EntryRow, ReviewRow
from shared.case.entry import CaseId
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
_INDEXED = text("SELECT id FROM search_docsize")
_DELETE = text("DELETE FROM search WHERE rowid = :touched")
_INSERT = text("INSERT INTO search(rowid, words, codes) VALUES (:touched, :words, :codes)")


def forget(session: Session, touched: Iterable[int]) -> None:
    """Take rows out of the index, before the cases get other stamps."""
    rows = [{"touched": one} for one in touched]
    if rows:
        session.execute(_DELETE, rows)


def index_cases(session: Session, case_ids: Sequence[str]) -> None:
    """Put cases into the index as they stand. They must not be in it; withdrawn ones stay out."""
    for start in range(0, len(case_ids), CHUNK):
        some = case_ids[start : start + CHUNK]
        rows = session.exec(
            _FOLDED.where(col(CaseIndexRow.case_id).in_(some), col(CaseIndexRow.is_withdrawn).is_(False))
        ).all()
        documents = _Documents(session, [row.case_id for row in rows])
        written = [documents.of(row) for row in rows]
        if written:
            session.execute(_INSERT, written)


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
    indexed = _indexed(session)
    among = col(CaseIndexRow.touched).in_([touched for _, touched in missing if touched not in indexed])
    index_cases(session, session.exec(select(CaseIndexRow.case_id).where(among)).all())


def forget_strays(session: Session) -> None:
    """Take rows out that belong to no case as it stands."""
    stamps = select(CaseIndexRow.touched).where(col(CaseIndexRow.is_withdrawn).is_(False))
    known: set[int] = set(session.exec(stamps).all())
    forget(session, _indexed(session) - known)


def _indexed(session: Session) -> set[int]:
    return set(session.execute(_INDEXED).scalars())


class _Documents:
    """What stands in the index of some cases; their entries and reviews are read once."""

    def __init__(self, session: Session, case_ids: Sequence[str]) -> None:
        self._words: dict[str, list[str]] = {case_id: folded_words(short_code(CaseId(case_id))) for case_id in case_ids}
        self._codes: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
        entries: Any = select(  # type: ignore[call-overload]  # four columns are typed, five work
            EntryRow.case_id,
            EntryRow.recorded_at,
            EntryRow.author,
            EntryRow.local,
            func.json_extract(EntryRow.body, "$.kind"),
        )
        of_these = entries.where(col(EntryRow.case_id).in_(case_ids))
        for case_id, recorded_at, author, local, kind in session.exec(of_these):
            self._words[case_id] += _written(local, author)
            self._codes[case_id].add(code_of("kind", kind))
            if recorded_at:
                day = _day(recorded_at)
                self._codes[case_id].update(day_codes(day.year, day.month, day.day))
        reviews = select(ReviewRow).where(col(ReviewRow.case_id).in_(case_ids)).order_by(col(ReviewRow.number))
        last: dict[str, ReviewRow] = {}
        for review in session.exec(reviews):
            last[review.case_id] = review
            self._words[review.case_id] += folded_words(review.message)
            if review.message:
                self._codes[review.case_id].add(MESSAGE)
        for case_id, review in last.items():
            self._codes[case_id].update(codes_of_review(review.state, review.diagnosis))

    def of(self, row: Any) -> dict[str, object]:
        codes = self._codes[row.case_id]
        codes.update(codes_of_answers(answers_from_text(row.answers)))
        conclusion = conclusion_from_text(row.conclusion)
        if conclusion is not None:
            codes.update(codes_of_conclusion(conclusion))
        if row.disagreements:
            codes.add(DIFFERS)
        words = dict.fromkeys(self._words[row.case_id])
        return {"touched": row.touched, "words": " ".join(words), "codes": " ".join(sorted(codes))}


def _written(local: str | None, author: str | None) -> Iterator[str]:
    details = local_from_text(local)
    yield from folded_words(details.patient_name)
    yield from number_words(details.record_number)
    yield from folded_words(details.ward)
    yield from folded_words(details.note)
    yield from folded_words(author or "")


def _day(recorded_at: str) -> date:
    return datetime.fromisoformat(recorded_at).date()
