"""The case list's row of each case: the folded case, kept beside the log so that a list never reads logs.

It is written in the transaction that changes the log, so the two cannot differ; and it holds nothing that the log does
not, so it can be made again from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert
from sqlmodel import Session, col, delete, select

from mobile_app.storage.rows import answers_to_text, conclusion_to_text, entry_of
from mobile_app.storage.tables import CaseIndexRow, EntryRow
from shared.case.entry import CaseId, DeviceId, Entry
from shared.case.fold import fold
from shared.case.log import CaseLog

CHUNK = 500
"""How many values one query names: SQLite allows more, but short statements stay in its cache."""


def read_log(session: Session, case_id: CaseId) -> CaseLog:
    """Return the log of a case as the file has it; empty for a case that it does not know."""
    rows = session.exec(select(EntryRow).where(EntryRow.case_id == case_id)).all()
    return CaseLog.of(case_id, map(entry_of, rows))


def read_entries(session: Session, case_ids: Sequence[CaseId]) -> dict[CaseId, list[Entry]]:
    """Return the entries of many cases."""
    entries: dict[CaseId, list[Entry]] = {case_id: [] for case_id in case_ids}
    for start in range(0, len(case_ids), CHUNK):
        some = case_ids[start : start + CHUNK]
        for row in session.exec(select(EntryRow).where(col(EntryRow.case_id).in_(some))):
            entries[CaseId(row.case_id)].append(entry_of(row))
    return entries


def update_index(
    session: Session, logs: Sequence[CaseLog], device: DeviceId, now: datetime, *, own_date: str | None = None
) -> None:
    """Write the list's rows of cases whose logs have just changed. `own_date` is the day of this tablet's new entry."""
    session.flush()
    touched = _last_touch(session)
    for start in range(0, len(logs), CHUNK):
        some = logs[start : start + CHUNK]
        is_among = col(CaseIndexRow.case_id).in_([log.case_id for log in some])
        known = select(CaseIndexRow.case_id, CaseIndexRow.first_own_date).where(is_among)
        first_own_dates = dict(session.exec(known).all())
        rows = []
        for log in some:
            touched += 1
            first_own_date = first_own_dates.get(log.case_id) or own_date
            rows.append(_row(log, device, now, touched, first_own_date))
        session.exec(delete(CaseIndexRow).where(is_among))
        session.execute(insert(CaseIndexRow), rows)


def touch(session: Session, case_ids: Iterable[str], now: datetime) -> None:
    """Put cases at the head of the list: something came for them that is not an entry."""
    session.flush()
    touched = _last_touch(session)
    for case_id in case_ids:
        row = session.get(CaseIndexRow, case_id)
        if row is not None:
            touched += 1
            row.touched = touched
            row.updated_at = now.isoformat()
            session.add(row)


def _last_touch(session: Session) -> int:
    # The order in which cases were touched is a count, because the clock may be wrong.
    return session.exec(select(func.max(col(CaseIndexRow.touched)))).one() or 0


def _row(log: CaseLog, device: DeviceId, now: datetime, touched: int, first_own_date: str | None) -> dict[str, object]:
    state = fold(log)
    return {
        "case_id": log.case_id,
        "touched": touched,
        "updated_at": now.isoformat(),
        "answers": answers_to_text(state.agreed),
        "conclusion": _latest_conclusion(log),
        "disagreements": len(state.disagreements),
        "is_withdrawn": state.is_withdrawn,
        "own_last_seq": max((entry.id.seq for entry in log if entry.id.device == device), default=0),
        "first_own_date": first_own_date,
    }


def _latest_conclusion(log: CaseLog) -> str | None:
    concluded = [entry for entry in log.in_causal_order() if entry.conclusion is not None]
    return conclusion_to_text(concluded[-1]) if concluded else None
