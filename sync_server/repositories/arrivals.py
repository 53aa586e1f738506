"""Cases that are charted: when they came, and when the desk first said what they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select as select_rows
from sqlmodel import Session, func

from shared.case.entry import EntryKind
from sync_server.repositories.statements import table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow

_CASE, _ENTRY, _REVIEW = table_of(CaseRow), table_of(EntryRow), table_of(ReviewRow)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What one entry of a case says: its answers as JSON values. `is_first`: it follows upon no other."""

    is_correction: bool
    is_first: bool
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """One case. `judged_on` is the day of the first review with a diagnosis; empty if there is none."""

    case_no: int
    week: str
    judged_on: str
    told: Sequence[Told]


def of(session: Session, numbers: Sequence[int]) -> Iterator[tuple[ArrivedCase, ...]]:
    """Give these cases, so many at a time."""
    for start in range(0, len(numbers), _CHUNK):
        some = list(numbers[start : start + _CHUNK])
        judged = session.execute(
            select_rows(_REVIEW.c.case_no, func.min(_REVIEW.c.written_on))
            .where(_REVIEW.c.case_no.in_(some), _REVIEW.c.diagnosis.is_not(None), _REVIEW.c.diagnosis != "")
            .group_by(_REVIEW.c.case_no)
        )
        judged_on = {row[0]: str(row[1]) for row in judged}
        told = _told(session, some)
        weeks = session.execute(select_rows(_CASE.c.case_no, _CASE.c.received_week).where(_CASE.c.case_no.in_(some)))
        yield tuple(ArrivedCase(number, week, judged_on.get(number, ""), told[number]) for number, week in weeks)


def _told(session: Session, numbers: Sequence[int]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {number: [] for number in numbers}
    rows = session.execute(
        select_rows(_ENTRY.c.case_no, _ENTRY.c.payload).where(
            _ENTRY.c.case_no.in_(numbers), _ENTRY.c.payload.is_not(None)
        )
    )
    for number, payload in rows:
        # It was checked when it came in, and of thousands of entries only some answers are wanted here.
        body = json.loads(payload)
        is_correction = body["kind"] == EntryKind.CORRECTION.value
        found[number].append(Told(is_correction, not body.get("parents"), body["answers"]))
    return found
