"""An export of rows that somebody asked for, and how far it has come."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class ExportRow(SQLModel, table=True):
    """Nothing of what was exported is kept, only what was asked for and how much has left.

    `wanted` is the filter as JSON. `state` is ready, running, whole or broken_off; `cases_to_come` what was counted
    when it was asked for, at `asked_at`, in seconds since 1970 on the server. `sha256` is that of a whole file.
    `noted_at` is when something was last heard of one that is running, in the same seconds.
    """

    __tablename__ = "export"

    export_id: str = Field(primary_key=True)
    user_no: int = Field(foreign_key="user_account.user_no")
    form: str
    wanted: str
    state: str
    asked_at: int = Field(sa_type=WHOLE_NUMBER)
    cases_to_come: int = Field(sa_type=WHOLE_NUMBER)
    cases_done: int = Field(default=0, sa_type=WHOLE_NUMBER)
    rows_done: int = Field(default=0, sa_type=WHOLE_NUMBER)
    bytes_done: int = Field(default=0, sa_type=WHOLE_NUMBER)
    sha256: str = ""
    noted_at: int = Field(default=0, sa_type=WHOLE_NUMBER)
