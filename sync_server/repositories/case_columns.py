"""What the list filters and sorts by, of all cases or of those that changed since it was last looked at.

    case 1 \\n site, month, week \\n age, region \\n condition, urgency ... \\n state, diagnosis ... \\n case 2 \\n ...

The database puts ten thousand cases into one text: it does so beside the rest of the server, and Python makes a few
words of it where it would make seventeen values a row. Columns that go together share a line, as few differ.

Whatever changes a case takes a position at its site: an entry, a review, or what was brought back of others. Positions
become visible in their order (`repositories/sites.py`), so "all positions since that one" misses no change, whichever
process made it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, String, bindparam, case, func, literal_column, select, union
from sqlmodel import Session

from sync_server.repositories.printed import Printed
from sync_server.repositories.statements import run, table_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.site_row import SiteRow
from sync_server.tables.witnessed_row import WitnessedRow

_CASE, _ENTRY, _REVIEW, _SITE = table_of(CaseRow), table_of(EntryRow), table_of(ReviewRow), table_of(SiteRow)
_WITNESSED = table_of(WitnessedRow)
_LINES = (
    ("site_no", "received_month", "received_week"),
    ("age_band", "region"),
    ("condition", "urgency", "danger_signs", "outcome", "had_antibiotics"),
    ("is_withdrawn", "review_state", "diagnosis", "disagreements", "followed", "seen_day"),
)
_YES_NO = ("is_withdrawn", "danger_signs", "disagreements", "had_antibiotics")
YES = "1"


def _value(name: str) -> ColumnElement[Any]:
    column = _CASE.c[name]
    if name not in _YES_NO:
        return column
    has = column if name == "is_withdrawn" else column > literal_column("0")
    return case((has, literal_column(f"'{YES}'")), else_=literal_column("''"))


# No code has a tab or a new line in it.
_SHAPE = "\n".join(["%s", *("\t".join(["%s"] * len(names)) for names in _LINES)])
_ROW = Printed(literal_column(f"'{_SHAPE}'"), _CASE.c.case_no, *(_value(name) for names in _LINES for name in names))
_NEW_LINE: Any = literal_column("'\n'", String)
_COLUMNS = select(func.aggregate_strings(_ROW, _NEW_LINE).label("rows"))
_SINCE = union(
    select(_ENTRY.c.case_no).where(_ENTRY.c.site_no == bindparam("site"), _ENTRY.c.position >= bindparam("since")),
    select(_REVIEW.c.case_no).where(_REVIEW.c.site_no == bindparam("site"), _REVIEW.c.position >= bindparam("since")),
    select(_CASE.c.case_no)
    .join(_WITNESSED, (_WITNESSED.c.site_no == _CASE.c.site_no) & (_WITNESSED.c.case_id == _CASE.c.case_id))
    .where(_WITNESSED.c.site_no == bindparam("site"), _WITNESSED.c.position >= bindparam("since")),
)
_NEXT = _COLUMNS.where(_CASE.c.case_no > bindparam("after"), _CASE.c.case_no <= bindparam("up_to"))
_THESE = _COLUMNS.where(_CASE.c.case_no.in_(bindparam("numbers", expanding=True)))
_AT_ONCE = 500
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of some cases: `words[at[place]]` is the word of the case at a place. A word may occur twice."""

    words: Sequence[Any]
    at: NDArray[np.intp]

    def of(self, value: Callable[[Any], Any], kind: Any = np.int32) -> NDArray[Any]:
        """Return what a function makes of each case's word."""
        found: NDArray[Any] = np.array([*map(value, self.words)], kind)[self.at]
        return found

    def where(self, word: str) -> NDArray[np.bool_]:
        """Return whether each case has this word."""
        return self.of(word.__eq__, np.bool_)


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Some cases by column. Truth values are YES or "", numbers are written out."""

    numbers: NDArray[np.int64]
    columns: Mapping[str, Column]

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def together(self, *names: str) -> Column:
        """Return columns that share a line as one of tuples."""
        some = [self.columns[name] for name in names]
        return Column([*zip(*(column.words for column in some), strict=True)], some[0].at)

    @classmethod
    def read(cls, text: str) -> CaseColumns:
        lines, step = text.split("\n"), len(_LINES) + 1
        columns: dict[str, Column] = {}
        for place, names in enumerate(_LINES, 1):
            own = lines[place::step]
            places = {line: number for number, line in enumerate(dict.fromkeys(own))}
            at = np.fromiter(map(places.__getitem__, own), np.intp, len(own))
            words = zip(*(line.split("\t") for line in places), strict=True)
            columns |= {name: Column(some, at) for name, some in zip(names, words, strict=True)}
        return cls(np.array([*map(int, lines[::step])], np.int64), columns)


def next_positions(session: Session) -> Mapping[int, int]:
    """Return the position of the next entry or review of each site, by its number."""
    return {row.site_no: row.next_position for row in session.execute(select(_SITE.c.site_no, _SITE.c.next_position))}


def highest(session: Session) -> int:
    """Return the highest number of a case, 0 for none."""
    return session.scalar(select(func.max(_CASE.c.case_no))) or 0


def numbers_from(session: Session, number: int) -> list[int]:
    """Return the numbers of the cases from this one on."""
    return list(session.scalars(select(_CASE.c.case_no).where(_CASE.c.case_no >= number)))


def changed_since(session: Session, site_no: int, position: int) -> set[int]:
    """Return the numbers of the site's cases that got an entry or a review, or of which something was
    brought back, at this position or a later one."""
    return {row[0] for row in session.execute(_SINCE, {"site": site_no, "since": position})}


def every(session: Session) -> Iterator[CaseColumns]:
    """Give the columns of all cases, withdrawn ones too, many at a time, of lower numbers first."""
    for after in range(0, highest(session), _CHUNK):
        yield from _read(run(session, _NEXT, after=after, up_to=after + _CHUNK).scalar())


def of(session: Session, numbers: Collection[int]) -> Iterator[CaseColumns]:
    """Give the columns of these cases, many at a time."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _AT_ONCE):
        yield from _read(run(session, _THESE, numbers=ordered[start : start + _AT_ONCE]).scalar())


def _read(text: str | None) -> Iterator[CaseColumns]:
    if text is not None:
        yield CaseColumns.read(text)
