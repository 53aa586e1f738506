"""The text that `%s` and other values make; SQLite and PostgreSQL have the same function under two names.

Printed(literal_column("'%s and %s'"), table.c.one, table.c.other)
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Printed(FunctionElement[str]):
    """Where a value is NULL, the text has nothing in its place."""

    type = String()
    inherit_cache = True


@compiles(Printed, "sqlite")
def _on_sqlite(element: Printed, compiler: SQLCompiler, **options: Any) -> str:
    return f"printf({compiler.process(element.clauses, **options)})"


@compiles(Printed, "postgresql")
def _on_postgresql(element: Printed, compiler: SQLCompiler, **options: Any) -> str:
    return f"format({compiler.process(element.clauses, **options)})"
