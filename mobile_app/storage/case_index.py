"""The case list's row of each case: the folded case, kept beside the log so that a list never reads logs.

It is written in the transaction that changes the log, so the two cannot differ; and it holds nothing that the log does
not, so it can be made again from it. With it goes the search index, which stands under the same stamp; only where a
sync brings many new cases at once does that follow behind the sync (`Agenda`), and the search says how many it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from mobile_app.storage import search_index
from mobile_app.storage.link_rows import note_links
from mobile_app.storage.many import among, insert_many, rows_among
from mobile_app.storage.rows import (
    answers_and_conclusion_in,
    answers_to_text,
    conclusion_to_text,
    entry_from_text,
    entry_of,
    entry_to_text,
)
from mobile_app.storage.tables import CaseIndexRow, EntryRow
from mobile_app.storage.withdrawal import erase_cases
from shared.case.entry import CaseId, Conclusion, DeviceId, Entry, EntryKind
from shared.case.fold import OF_THE_VISIT, CaseState, fold
from shared.case.log import CaseLog

FOUND_AT_ONCE = 20
"""So many new cases of other tablets are found by the search as soon as they are stored."""

_KEPT = (
    "SELECT case_id, touched, first_own_date, next_follow_up, follow_up_for FROM case_index"
    " WHERE case_id IN (SELECT value FROM json_each(?))"
)
"""What a row hands on to the one that takes its place, or is known by."""

_INSERT = (
    "INSERT INTO case_index (case_id, touched, updated_at, answers, conclusion, disagreements, is_withdrawn,"
    " own_last_seq, first_own_date, next_follow_up, follow_up_for) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def read_log(session: Session, case_id: CaseId) -> CaseLog:
    """Return the log of a case as the file has it; empty for a case that it does not know."""
    rows = session.exec(select(EntryRow).where(EntryRow.case_id == case_id)).all()
    return CaseLog.of(case_id, map(entry_of, rows))


def read_entries(session: Session, case_ids: Sequence[CaseId]) -> dict[CaseId, list[Entry]]:
    """Return the entries of many cases."""
    entries: dict[CaseId, list[Entry]] = {case_id: [] for case_id in case_ids}
    if case_ids:
        of_these = among(EntryRow.case_id, case_ids)
        for case_id, body in session.exec(select(EntryRow.case_id, EntryRow.body).where(of_these)):
            entries[CaseId(case_id)].append(entry_from_text(body))
    return entries


def update_index(
    session: Session, logs: Sequence[CaseLog], device: DeviceId, now: datetime, *, own_date: str | None = None
) -> None:
    """Write the list's rows of cases whose logs have just changed. `own_date` is the day of this tablet's new entry."""
    session.flush()
    touched = _last_touch(session)
    some = _without_withdrawn_content(session, logs)
    case_ids = [log.case_id for log in some]
    known = {row.case_id: row for row in rows_among(session, _KEPT, case_ids)}
    at = now.isoformat()
    rows: list[tuple[object, ...]] = []
    folded: list[search_index.FoldedCase] = []
    noted: list[CaseLog] = []
    for log in some:
        touched += 1
        before, state, concluded = known.get(log.case_id), fold(log), _latest_conclusion(log)
        rows.append(_row(log, state, concluded, device, at, touched, before, own_date))
        # What other tablets wrote carries nothing that only this one knows: that need not be looked for.
        is_pulled = before is None and all(entry.id.device != device for entry in log)
        if not is_pulled or any(entry.link is not None for entry in log):
            noted.append(log)
        if not state.is_withdrawn:
            folded.append(
                search_index.FoldedCase(
                    log.case_id, touched, state.agreed, concluded, bool(state.disagreements), log if is_pulled else None
                )
            )
    if known:
        search_index.forget(session, [row.touched for row in known.values()])
        session.exec(delete(CaseIndexRow).where(among(CaseIndexRow.case_id, case_ids)))
    insert_many(session, _INSERT, rows)
    if noted:
        note_links(session, noted)
    new = sum(case.pulled is not None for case in folded)
    search_index.index_folded(session, [case for case in folded if case.pulled is None or new <= FOUND_AT_ONCE])


def touch(session: Session, case_ids: Iterable[str], now: datetime) -> None:
    """Put cases at the head of the list: something came for them that is not an entry."""
    case_ids = tuple(case_ids)
    if not case_ids:
        return
    session.flush()
    touched = _last_touch(session)
    moved = []
    for case_id in case_ids:
        row = session.get(CaseIndexRow, case_id)
        if row is not None:
            touched += 1
            search_index.forget(session, [row.touched])
            row.touched = touched
            row.updated_at = now.isoformat()
            # A coordinator's diagnosis has another plan.
            row.planned_under = None
            session.add(row)
            moved.append(case_id)
    session.flush()
    search_index.index_cases(session, moved)


def _without_withdrawn_content(session: Session, logs: Sequence[CaseLog]) -> list[CaseLog]:
    """Erase what a withdrawal among these logs erases, and return the logs as the file has them now."""
    withdrawn = [log.case_id for log in logs if any(entry.kind is EntryKind.WITHDRAWAL for entry in log)]
    if not withdrawn:
        return list(logs)
    erase_cases(session, withdrawn)
    session.flush()
    erased = read_entries(session, withdrawn)
    return [CaseLog.of(log.case_id, erased[log.case_id]) if log.case_id in erased else log for log in logs]


def _last_touch(session: Session) -> int:
    # The order in which cases were touched is a count, because the clock may be wrong.
    return session.exec(select(func.max(col(CaseIndexRow.touched)))).one() or 0


def _row(
    log: CaseLog,
    state: CaseState,
    concluded: Conclusion | None,
    device: DeviceId,
    at: str,
    touched: int,
    before: Any,
    own_date: str | None,
) -> tuple[object, ...]:
    # The check that was due stays until the next one is worked out; of a withdrawn case there is none.
    is_planned = before is not None and not state.is_withdrawn
    return (
        log.case_id,
        touched,
        at,
        *_texts(log, state, concluded),
        len(state.disagreements),
        state.is_withdrawn,
        max((entry.id.seq for entry in log if entry.id.device == device), default=0),
        None if state.is_withdrawn else (before.first_own_date if before else None) or own_date,
        before.next_follow_up if is_planned else None,
        before.follow_up_for if is_planned else None,
    )


def _texts(log: CaseLog, state: CaseState, concluded: Conclusion | None) -> tuple[str, str | None]:
    """Return the answers and the conclusion as JSON."""
    if len(log) == 1:
        (entry,) = log
        if entry.apart is None and not OF_THE_VISIT & entry.answers.keys():
            # Nobody wrote anything over them, so they are what the entry's own text says.
            return answers_and_conclusion_in(entry_to_text(entry))
    return answers_to_text(state.agreed), None if concluded is None else conclusion_to_text(concluded)


def _latest_conclusion(log: CaseLog) -> Conclusion | None:
    """Return what the last entry that concludes something concludes."""
    concluded = [entry.conclusion for entry in log.in_causal_order() if entry.conclusion is not None]
    return concluded[-1] if concluded else None
