"""Cases whose diagnosis a coordinator has given: what every report over outcomes is made from.

    case 1 \\n WHERE \\n WHAT \\n PLACE \\n COURSE \\n SCORE, first \\n SCORE, last \\n case 2 \\n ...

A rejected or withdrawn case is in none of them. The database puts ten thousand cases into one text, and columns of
which few combinations differ share a line: Python reads each line once, and not a million times forty values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, bindparam, case, false, func, literal_column, select, true
from sqlmodel import Session

from sync_server.repositories.case_columns import highest
from sync_server.repositories.printed import Printed
from sync_server.repositories.statements import run, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.case_score_row import CaseScoreRow

WHERE = ("site_no", "received_month")
WHAT = ("diagnosis", "review_state", "sex", "age_band")
PLACE = ("region", "side", "knowledge")
COURSE = ("age_days", "healed_days", "followed_days", "sequelae", "dying_skin", "seen_day")
SCORE = (
    "leader", "urgency", "danger_rules", "place", "knowledge_version", "antibiotics",
    "first", "second", "third", "given", "brier",
)  # fmt: skip
"""A line that is empty: there is no such score."""
LINES = 7
_CASE = table_of(CaseRow)
_FIRST, _LAST = (table_of(CaseScoreRow).alias(name) for name in ("first_score", "last_score"))


def _line(table: FromClause, names: Sequence[str]) -> ColumnElement[str]:
    # No code has a tab or a new line in it.
    shape: ColumnElement[str] = literal_column("'{}'".format("\t".join(["%s"] * len(names))))
    return Printed(shape, *(table.c[name] for name in names))


def _if_there(score: FromClause) -> ColumnElement[str]:
    return case((score.c.case_no.is_(None), literal_column("''")), else_=_line(score, SCORE))


_ROW = Printed(
    literal_column("'{}'".format("\n".join(["%s"] * LINES))),
    _CASE.c.case_no,
    *(_line(_CASE, names) for names in (WHERE, WHAT, PLACE, COURSE)),
    _if_there(_FIRST),
    _if_there(_LAST),
)
_NEW_LINE: Any = literal_column("'\n'", String)
_COLUMNS = (
    select(func.aggregate_strings(_ROW, _NEW_LINE).label("lines"))
    .select_from(_CASE)
    .outerjoin(_FIRST, (_FIRST.c.case_no == _CASE.c.case_no) & (_FIRST.c.is_last == false()))
    .outerjoin(_LAST, (_LAST.c.case_no == _CASE.c.case_no) & (_LAST.c.is_last == true()))
    .where(
        _CASE.c.is_withdrawn == false(),
        _CASE.c.review_state != literal_column("'rejected'"),
        _CASE.c.diagnosis != literal_column("''"),
    )
)
_NEXT = _COLUMNS.where(_CASE.c.case_no > bindparam("after"), _CASE.c.case_no <= bindparam("up_to"))
_THESE = _COLUMNS.where(_CASE.c.case_no.in_(bindparam("numbers", expanding=True)))
_AT_ONCE = 500
_CHUNK = 10_000


def every(session: Session) -> Iterator[Sequence[str]]:
    """Give the lines of all such cases, many at a time."""
    for after in range(0, highest(session), _CHUNK):
        yield from _lines(run(session, _NEXT, after=after, up_to=after + _CHUNK).scalar())


def of(session: Session, numbers: Collection[int]) -> Iterator[Sequence[str]]:
    """Give the lines of those of these cases that are such."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _AT_ONCE):
        yield from _lines(run(session, _THESE, numbers=ordered[start : start + _AT_ONCE]).scalar())


def _lines(text: str | None) -> Iterator[Sequence[str]]:
    if text is not None:
        yield text.split("\n")
