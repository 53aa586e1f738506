"""Rows that are written or asked for many at a time: past the bookkeeping of single rows, which costs more than SQLite.

A list of values goes into a statement as one JSON text, so the statement is always the same and as short for 500 as for
one. What storing a page asks for each time is written as the driver takes it: putting such a statement together takes
longer than SQLite needs to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col


def among(column: Any, values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """Return what picks the rows in which a column has one of these values."""
    listed = func.json_each(json.dumps(tuple(values))).table_valued("value")
    return col(column).in_(select(listed.c.value))


def rows_among(session: Session, statement: str, *values: str | Iterable[str] | Iterable[int]) -> Iterator[Any]:
    """Return what a statement of the driver finds, which takes each list by `IN (SELECT value FROM json_each(?))`."""
    session.flush()
    listed = tuple(one if isinstance(one, str) else json.dumps(tuple(one)) for one in values)
    return iter(session.connection().exec_driver_sql(statement, listed).all())


def insert_many(session: Session, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement of the driver once for each row, in the session's transaction."""
    if rows:
        session.connection().exec_driver_sql(statement, list(rows))
