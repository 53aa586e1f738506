"""How a repository asks what every sync asks: by statements that are put together once.

    _FIND = select(DEVICE.c.site_no).where(DEVICE.c.device == bindparam("device"))      once, when the module is read
    run(session, _FIND, device=...)                                                     a few microseconds

SQLAlchemy writes the text for each kind of database; the driver gets it as it is. On SQLite that takes a tenth of the
time of a statement that goes through all of SQLAlchemy, and a push of a single case asks thirty. They go past the
objects of the session: rows in, rows out. Whoever adds objects to the session flushes them before.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NoReturn

from sqlalchemy import Boolean, Connection, Dialect, Executable, Insert, LargeBinary, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
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
    _execute_many(connection, text.sql, [*map(text.parameters, rows)])


def run_for_rows(session: Session, statement: Executable, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement for each of these rows, which are values in the order of `names`."""
    if not rows:
        return
    connection = session.connection()
    text = _text(statement, connection.dialect, tuple(names))
    assert text is not None, "a statement that is run for rows takes its values as they are"
    if text.order is not None and len(text.order) > 1 and set(text.order) <= set(names):
        take = itemgetter(*(names.index(name) for name in text.order))
        parameters: list[Any] = [*map(take, rows)]
    else:
        parameters = [text.parameters(dict(zip(names, row, strict=True))) for row in rows]
    _execute_many(connection, text.sql, parameters)


@contextmanager
def undone_if_it_fails(session: Session) -> Iterator[None]:
    """Undo what the block did if it raises, and nothing else of the transaction.

    Where the database itself says no, all may be undone: SQLite does that where its disk is full.
    """
    connection = session.connection()
    _execute(connection, "SAVEPOINT block", ())
    try:
        yield
        session.flush()
    except BaseException as fault:
        # A lost connection has undone everything itself, and its loss is what has to be told. So is what the database
        # said no to: that there is nothing left to undo says nothing, and whoever gets it undoes the rest.
        if not connection.invalidated:
            with suppress(DBAPIError) if isinstance(fault, DBAPIError) else nullcontext():
                _execute(connection, "ROLLBACK TO SAVEPOINT block", ())
        raise
    _execute(connection, "RELEASE SAVEPOINT block", ())


def _execute(connection: Connection, sql: str, parameters: Any) -> None:
    cursor = connection.connection.cursor()
    try:
        connection.dialect.do_execute(cursor, sql, parameters, connection)  # type: ignore[arg-type]
    except connection.dialect.loaded_dbapi.Error as problem:
        _raise(connection, sql, problem)
    finally:
        cursor.close()


def _execute_many(connection: Connection, sql: str, parameters: Any) -> None:
    cursor = connection.connection.cursor()
    try:
        connection.dialect.do_executemany(cursor, sql, parameters, connection)  # type: ignore[arg-type]
    except connection.dialect.loaded_dbapi.Error as problem:
        _raise(connection, sql, problem)
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
    """A statement as one kind of database reads it.

    `order` are the names of its parameters, one for each mark in the text; None where the text has the names in it.
    `row` makes a row; it is None where there are none.
    """

    sql: str
    order: Sequence[str] | None
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
    """Return the statement's text, or None where SQLAlchemy must have a hand in each use of it."""
    if isinstance(statement, Insert):
        # Nobody asks for the number that a new row was given.
        statement = statement.inline()
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    sql, lists = compiled.string, [bind.key for bind in compiled.post_compile_params]
    for name in lists:
        # One text for a list of any length: SQLite reads it from JSON, PostgreSQL has lists of its own.
        in_list = f"IN (__[POSTCOMPILE_{name}])"
        if in_list not in sql:
            return None
        any_of = f"= ANY (%({name})s)" if compiled.positiontup is None else "IN (SELECT value FROM json_each(?))"
        sql = sql.replace(in_list, any_of)
    if any(_is_processed(bind.type, dialect) for bind in compiled.binds.values()):
        return None
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
        if not isinstance(column.default, ScalarElementColumnDefault):
            return None
        fixed[column.key] = column.default.arg
    columns = statement.exported_columns.items() if isinstance(statement, ReturnsRows) else []
    processors = [
        (place, process)
        for place, (_, column) in enumerate(columns)
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    kind_of_row: Any = namedtuple("Row", [name for name, _ in columns], rename=True)  # type: ignore[misc]
    return _Text(
        sql,
        compiled.positiontup,
        _parameters(compiled.positiontup, fixed, lists),
        kind_of_row._make if columns else None,
        processors,
    )


def _is_processed(kind: Any, dialect: Dialect) -> bool:
    # Both drivers take a bool and bytes as they are.
    if isinstance(kind, Boolean | LargeBinary):
        return False
    return kind.dialect_impl(dialect).bind_processor(dialect) is not None


def _parameters(
    order: Sequence[str] | None, fixed: Mapping[str, Any], lists: Sequence[str]
) -> Callable[[Mapping[str, Any]], Any]:
    """Return what makes a driver's parameters of values: in an order, or by their names."""
    if order is None:
        return (lambda values: {**fixed, **values}) if fixed else dict
    if lists:
        return lambda values: tuple([json.dumps(values[name]) if name in lists else values[name] for name in order])
    if fixed or len(order) < 2:
        return lambda values: tuple([fixed[name] if name in fixed else values[name] for name in order])
    return itemgetter(*order)
