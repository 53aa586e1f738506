"""Finding cases as one types (`CaseSearch` in `mobile_app/ports/search.py`).

    term ──▶ the stamps of its cases      words and codes: the index · states: the case list
    all terms ──▶ what is in every set ──▶ the largest stamps first, so many are read ──▶ rows with what they have

A set of 10,000 stamps is read in a few milliseconds; only the cases that are shown are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from mobile_app.ports.records import CaseSummary
from mobile_app.ports.search import CaseIs, Found, FoundCase, SearchTerm
from mobile_app.storage.database import Database
from mobile_app.storage.rows import local_from_text
from mobile_app.storage.search_index import STANDS, forget_strays, index_missing, missing_cases
from mobile_app.storage.sending import REFUSED_CASES, case_waits
from mobile_app.storage.summaries import summaries_of
from mobile_app.storage.tables import CaseIndexRow, DeviceRow, EntryRow, ReviewRow
from shared.case.entry import CaseId

_MATCH = text("SELECT rowid FROM search WHERE search MATCH :query")
_CODES = text("SELECT codes FROM search WHERE rowid = :touched")
_IN_INDEX = text("SELECT count(*) FROM search_docsize")


class EncryptedCaseSearch:
    """Search in one open file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._missing: list[tuple[str, int]] = []

    def find(
        self, terms: Sequence[SearchTerm], today: date, limit: int = 50, *, longest_due_first: bool = False
    ) -> Found:
        with self._database.reading() as session:
            total = _count(session)
            in_index = session.execute(_IN_INDEX).scalar_one()
            if terms:
                stamps = set.intersection(*(_stamps(session, term, today) for term in terms))
                newest = sorted(stamps, reverse=True)
                count, shown = len(stamps), (_by_day(session, newest) if longest_due_first else newest)[:limit]
            else:
                stands = select(CaseIndexRow.touched).where(STANDS)
                count = total
                shown = list(session.exec(stands.order_by(col(CaseIndexRow.touched).desc()).limit(limit)))
            return Found(_read(session, shown), count, max(total - in_index, 0))

    def some(self, case_ids: Sequence[CaseId]) -> Sequence[CaseSummary]:
        with self._database.reading() as session:
            among = session.exec(select(CaseIndexRow).where(col(CaseIndexRow.case_id).in_(case_ids), STANDS))
            rows = {row.case_id: row for row in among}
            return summaries_of(session, [rows[case_id] for case_id in case_ids if case_id in rows])

    def count(self) -> int:
        with self._database.reading() as session:
            return _count(session)

    def index_some(self, limit: int) -> int:
        if not self._missing:
            with self._database.reading() as session:
                self._missing = missing_cases(session)
        some, self._missing = self._missing[:limit], self._missing[limit:]
        if some:
            with self._database.writing() as session:
                if not self._missing:
                    forget_strays(session)
                index_missing(session, some)
        return len(self._missing)


def _count(session: Session) -> int:
    withdrawn = select(func.count()).select_from(CaseIndexRow).where(col(CaseIndexRow.is_withdrawn).is_(True))
    return session.exec(select(func.count()).select_from(CaseIndexRow)).one() - session.exec(withdrawn).one()


def _stamps(session: Session, term: SearchTerm, today: date) -> set[int]:
    found: set[int] = set()
    query = " OR ".join((*((f'"{term.prefix}"*',) if term.prefix else ()), *(f'"{code}"' for code in term.codes)))
    if query:
        found.update(session.execute(_MATCH, {"query": query}).scalars())
    for state in term.states:
        found.update(_in_state(session, state, today))
    return found


def _in_state(session: Session, state: CaseIs, today: date) -> Iterator[int]:
    device = session.get_one(DeviceRow, 1)
    refused = REFUSED_CASES
    is_later = case_waits(session)
    among = select(CaseIndexRow.touched).where(STANDS)
    match state:
        case CaseIs.DUE:
            among = among.where(col(CaseIndexRow.next_follow_up) <= today.isoformat())
        case CaseIs.NOT_ACCEPTED:
            among = among.where(col(CaseIndexRow.case_id).in_(refused))
        case CaseIs.SENT:
            among = among.where(~is_later, col(CaseIndexRow.case_id).not_in(refused))
        case _:
            is_enrolled = bool(device.server_url)
            if is_enrolled is not (state is CaseIs.WAITING):
                return iter(())
            among = among.where(is_later, col(CaseIndexRow.case_id).not_in(refused))
    return iter(session.exec(among).all())


def _read(session: Session, stamps: Sequence[int]) -> tuple[FoundCase, ...]:
    place = {stamp: number for number, stamp in enumerate(stamps)}
    among = session.exec(select(CaseIndexRow).where(col(CaseIndexRow.touched).in_(stamps)))
    rows = sorted(among, key=lambda row: place[row.touched])
    texts = _texts(session, [row.case_id for row in rows])
    return tuple(
        FoundCase(summary, tuple(dict.fromkeys(texts[row.case_id])), _codes(session, row.touched), _check(row))
        for summary, row in zip(summaries_of(session, rows), rows, strict=True)
    )


def _by_day(session: Session, stamps: Sequence[int]) -> list[int]:
    """Return the stamps with the longest overdue first; those without a check last, in the order they had."""
    planned = select(CaseIndexRow.touched, CaseIndexRow.next_follow_up)
    days = dict(session.exec(planned.where(col(CaseIndexRow.next_follow_up).is_not(None))).all())
    return sorted(stamps, key=lambda stamp: (stamp not in days, days.get(stamp)))


def _check(row: CaseIndexRow) -> tuple[date, str] | None:
    return (date.fromisoformat(row.next_follow_up), row.follow_up_for or "") if row.next_follow_up else None


def _codes(session: Session, touched: int) -> frozenset[str]:
    return frozenset((session.execute(_CODES, {"touched": touched}).scalar() or "").split())


def _texts(session: Session, case_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {case_id: [] for case_id in case_ids}
    own = select(EntryRow.case_id, EntryRow.local, EntryRow.author).where(
        col(EntryRow.case_id).in_(case_ids), col(EntryRow.local).is_not(None)
    )
    for case_id, local, author in session.exec(own):
        details = local_from_text(local)
        pairs = (
            ("patient_name", details.patient_name),
            ("record_number", details.record_number),
            ("ward", details.ward),
            ("note", details.note),
            ("author", author or ""),
        )
        found[case_id] += [(name, said) for name, said in pairs if said]
    messages = select(ReviewRow.case_id, ReviewRow.message).where(col(ReviewRow.case_id).in_(case_ids))
    for case_id, message in session.exec(messages.order_by(col(ReviewRow.number).desc())):
        if message:
            found[case_id].append(("message", message))
    return found
