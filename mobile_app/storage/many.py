"""Rows that are written or asked for many at a time: past the bookkeeping of single rows, which costs more than SQLite.

A list of values goes into a statement as one JSON text, so the statement is always the same and as short for 500 as for
one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col


def among(column: Any, values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """Return what picks the rows in which a column has one of these values."""
    listed = func.json_each(json.dumps(tuple(values))).table_valued("value")
    return col(column).in_(select(listed.c.value))


def insert_many(session: Session, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement of the driver once for each row, in the session's transaction."""
    if rows:
        session.connection().exec_driver_sql(statement, list(rows))
