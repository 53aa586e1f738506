"""Whole numbers of 64 bits on PostgreSQL; an older server no longer opens the database.

SQLite's integers are 64 bits wide as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WIDENED = {
    "attempt": ("last_at",),
    "batch": ("first_seq", "last_seq"),
    "case_summary": ("case_no",),
    "device": ("head_seq", "challenges_used", "waiting"),
    "enrolment_code": ("expires_at",),
    "entry": ("seq", "position", "case_no"),
    "quarantine": ("seq",),
    "review": ("position", "case_no"),
    "session": ("created_at", "last_seen_at"),
    "site": ("next_position",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _WIDENED.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Integer())
        op.execute("ALTER SEQUENCE case_summary_case_no_seq AS bigint")
    # The first release knows no Alembic; this is where it looks, and then says that it is too old.
    op.execute("UPDATE server SET schema_version = 2")
