"""How a repository asks what every sync asks: by statements that are put together once.

    _FIND = select(DEVICE.c.site_no).where(DEVICE.c.device == bindparam("device"))      once, when the module is read
    run(session, _FIND, device=...)                                                     a few microseconds

SQLAlchemy writes the text for each kind of database; the driver gets it as it is. On SQLite that takes a tenth of the
time of a statement that goes through all of SQLAlchemy, and a push of a single case asks thirty. They go past the
objects of the session: rows in, rows out. Whoever adds objects to the session flushes them before.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NoReturn

from sqlalchemy import Boolean, Connection, Dialect, Executable, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlmodel import Session, SQLModel

_MOST_TEXTS = 500
"""Of every statement one for each kind of database; tests have both in one process."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a statement found, all of it read; or how many rows it changed."""

    rows: Sequence[Any]
    rowcount: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def first(self) -> Any:
        """Return the first row, or None."""
        return self.rows[0] if self.rows else None

    def one(self) -> Any:
        """Return the only row."""
        (row,) = self.rows
        return row

    def scalar(self) -> Any:
        """Return the first value of the first row, or None."""
        return self.rows[0][0] if self.rows else None

    def scalar_one(self) -> Any:
        """Return the first value of the only row."""
        return self.one()[0]


def table_of(row: type[SQLModel]) -> Table:
    """Return the table of a kind of rows."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def run(session: Session, statement: Executable, **values: Any) -> Found:
    """Run a statement in the session's transaction, with these values in the place of its parameters."""
    connection = session.connection()
    text = _text(statement, connection.dialect, tuple(values))
    if text is None:
        result = connection.execute(statement, values)
        return Found(result.all() if result.returns_rows else (), result.rowcount)
    cursor = connection.connection.cursor()
    try:
        connection.dialect.do_execute(cursor, text.sql, text.parameters(values), connection)  # type: ignore[arg-type]
        return Found(text.rows(cursor.fetchall()), cursor.rowcount) if text.row else Found((), cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as problem:
        _raise(connection, text.sql, problem)
    finally:
        cursor.close()


def run_for_each(session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement for each of these rows of values, which have the same keys."""
    if not rows:
        return
    connection = session.connection()
    text = _text(statement, connection.dialect, tuple(rows[0]))
    if text is None:
        connection.execute(statement, rows)
        return
    cursor = connection.connection.cursor()
    try:
        connection.dialect.do_executemany(cursor, text.sql, [*map(text.parameters, rows)], connection)  # type: ignore[arg-type]
    except connection.dialect.loaded_dbapi.Error as problem:
        _raise(connection, text.sql, problem)
    finally:
        cursor.close()


def _raise(connection: Connection, sql: str, problem: Exception) -> NoReturn:
    # As SQLAlchemy would: a connection that is gone is not given to anybody again, and no value stands in the words.
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(problem, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if is_gone:
        connection.invalidate(problem)
    raise DBAPIError.instance(
        sql,
        None,
        problem,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    ) from None


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one kind of database reads it. `row` makes a row; it is None where there are none."""

    sql: str
    parameters: Callable[[Mapping[str, Any]], Any]
    row: Callable[[Sequence[Any]], Any] | None
    processors: Sequence[tuple[int, Callable[[Any], Any]]]

    def rows(self, fetched: Sequence[Sequence[Any]]) -> Sequence[Any]:
        """Return the driver's rows with names, and with what it has no type for made of what it has."""
        assert self.row is not None
        if not self.processors:
            return [*map(self.row, fetched)]
        return [self.row(self._processed(row)) for row in fetched]

    def _processed(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, process in self.processors:
            values[place] = process(values[place])
        return values


@lru_cache(maxsize=_MOST_TEXTS)
def _text(statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> _Text | None:
    """Return the statement's text, or None where SQLAlchemy must write it anew each time, for lists of values."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    if compiled.post_compile_params or any(_is_processed(bind.type, dialect) for bind in compiled.binds.values()):
        return None
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    columns = statement.exported_columns.items() if isinstance(statement, ReturnsRows) else []
    processors = [
        (place, process)
        for place, (_, column) in enumerate(columns)
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    return _Text(
        compiled.string,
        _parameters(compiled.positiontup, fixed),
        namedtuple("Row", [name for name, _ in columns], rename=True)._make if columns else None,
        processors,
    )


def _is_processed(kind: Any, dialect: Dialect) -> bool:
    # Both drivers take a bool as it is.
    return not isinstance(kind, Boolean) and kind.dialect_impl(dialect).bind_processor(dialect) is not None


def _parameters(order: Sequence[str] | None, fixed: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    """Return what makes a driver's parameters of values: in an order, or by their names."""
    if order is None:
        return (lambda values: {**fixed, **values}) if fixed else dict
    if fixed or len(order) < 2:
        return lambda values: tuple([fixed[name] if name in fixed else values[name] for name in order])
    return itemgetter(*order)
