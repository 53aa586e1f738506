"""What the tool concluded of adjudicated cases, scored: kept by case (`services/performance/scoring.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert
from sqlalchemy import select as select_rows
from sqlmodel import Session, col

from shared.case.entry import DeviceId, EntryId
from sync_server.repositories.statements import table_of
from sync_server.tables.case_score_row import CaseScoreRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow

_SCORE, _ENTRY, _DEVICE = table_of(CaseScoreRow), table_of(EntryRow), table_of(DeviceRow)


@dataclass(frozen=True, slots=True)
class Score:
    """The columns of `CaseScoreRow`, without the case."""

    is_last: bool
    knowledge_version: str
    diagnosis: str
    leader: str
    urgency: str
    danger_rules: int
    place: int
    first: int
    second: int
    third: int
    given: int
    brier: float
    antibiotics: str


def replace(session: Session, case_no: int, scored: Iterable[Score]) -> None:
    """Keep these scores of a case, and no others."""
    erase(session, case_no)
    rows = [{"case_no": case_no, **asdict(one)} for one in scored]
    if rows:
        session.execute(insert(_SCORE), rows)


def erase(session: Session, case_no: int) -> None:
    """Forget the scores of a case."""
    session.execute(delete(CaseScoreRow).where(col(CaseScoreRow.case_no) == case_no))


def of_cases(session: Session, case_nos: Sequence[int]) -> dict[int, tuple[Score, ...]]:
    """Return the scores of cases, by case number, that of the first conclusion first."""
    found: dict[int, tuple[Score, ...]] = dict.fromkeys(case_nos, ())
    query = select_rows(_SCORE).where(_SCORE.c.case_no.in_(list(case_nos)))
    for row in session.execute(query.order_by(_SCORE.c.case_no, _SCORE.c.is_last)):
        values = row._asdict()
        found[values.pop("case_no")] += (Score(**values),)
    return found


def places_of_entries(session: Session, case_nos: Sequence[int]) -> dict[EntryId, int]:
    """Return the position at its site of each readable entry of these cases."""
    rows = session.execute(
        select_rows(_DEVICE.c.device, _ENTRY.c.seq, _ENTRY.c.position)
        .join(_ENTRY, _DEVICE.c.device_no == _ENTRY.c.device_no)
        .where(_ENTRY.c.case_no.in_(list(case_nos)), _ENTRY.c.payload.is_not(None))
    )
    return {EntryId(DeviceId(device), seq): position for device, seq, position in rows}
