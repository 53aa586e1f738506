"""A one-time code with which a tablet joins a site."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from sync_server.tables.whole_number import WHOLE_NUMBER


class EnrolmentCodeRow(SQLModel, table=True):
    """Only the code's hash is kept. `selector` is the code's first two characters: it tells whose failed try a wrong
    code was. `used_by` is the device that took it, or empty. `expires_at` is in seconds since 1970, on the server.
    """

    __tablename__ = "enrolment_code"

    code_hash: bytes = Field(primary_key=True)
    site_no: int = Field(foreign_key="site.site_no")
    expires_at: int = Field(sa_type=WHOLE_NUMBER)
    selector: str = Field(index=True)
    failed_tries: int = 0
    used_by: str = ""
