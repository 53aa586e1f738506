"""The type of whole numbers that may grow: positions, numbers of entries, times in seconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer

# SQLite's integers are 64 bits wide anyway, and only a column of the type INTEGER can number its rows by itself.
WHOLE_NUMBER: Any = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on every database. PostgreSQL's own `integer` ends at 2,147,483,647: in seconds, in January 2038."""
