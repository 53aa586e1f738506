"""Scores of adjudicated cases, and counts over them: each question is one statement, whatever the number of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, insert, true
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func

from shared.case.entry import DeviceId, EntryId
from sync_server.repositories.adjudicated import Adjudicated, conditions
from sync_server.repositories.statements import table_of
from sync_server.tables.case_row import CaseRow
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


@dataclass(frozen=True, slots=True)
class Scored:
    """Which scores to count: of these cases, of the first or the last conclusion, under one version or any ("")."""

    cases: Adjudicated
    is_last: bool = False
    knowledge_version: str = ""


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


def counts(session: Session, wanted: Scored, *by: str, only: ColumnElement[bool] | None = None) -> list[Row[Any]]:
    """Return rows of (the values of these columns, how many scores have them)."""
    columns = [_SCORE.c[name] for name in by]
    query = _of(wanted, [*columns, func.count().label("n")], only).group_by(*columns)
    return list(session.execute(query))


def outcomes(session: Session, wanted: Scored) -> list[Row[Any]]:
    """Return rows of (site_no, knowledge_version, diagnosis, leader, urgency, place, n, by_rule, brier).

    `by_rule` are those of the n in which a danger rule fired, `brier` is the sum of their Brier scores.
    """
    names = ("knowledge_version", "diagnosis", "leader", "urgency", "place")
    columns = [col(CaseRow.site_no), *(_SCORE.c[name] for name in names)]
    by_rule = func.sum(case((_SCORE.c.danger_rules > 0, 1), else_=0)).label("by_rule")
    more = [func.count().label("n"), by_rule, func.sum(_SCORE.c.brier).label("brier")]
    return list(session.execute(_of(wanted, [*columns, *more], None).group_by(*columns)))


def called_so(
    session: Session, wanted: Scored, diagnoses: Sequence[str], urgencies: Sequence[str], limit: int
) -> list[tuple[int, Score]]:
    """Return cases with one of these diagnoses that were called one of these urgencies, the newest first."""
    only = _SCORE.c.diagnosis.in_(list(diagnoses)) & _SCORE.c.urgency.in_(list(urgencies))
    query = _of(wanted, list(_SCORE.c), only).order_by(_SCORE.c.case_no.desc()).limit(limit)
    found = []
    for row in session.execute(query):
        values = row._asdict()
        found.append((values.pop("case_no"), Score(**values)))
    return found


def of_diagnosis(diagnosis: str) -> ColumnElement[bool]:
    """Return what picks the scores of one diagnosis."""
    return _SCORE.c.diagnosis == diagnosis


def _of(wanted: Scored, columns: Sequence[Any], only: ColumnElement[bool] | None) -> Any:
    version = _SCORE.c.knowledge_version == wanted.knowledge_version if wanted.knowledge_version else true()
    return (
        select_rows(*columns)
        .select_from(_SCORE)
        .join(CaseRow, col(CaseRow.case_no) == _SCORE.c.case_no)
        .where(_SCORE.c.is_last == wanted.is_last, version, *conditions(wanted.cases))
        .where(true() if only is None else only)
    )
