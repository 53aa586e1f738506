"""Exports that were asked for, and what sites are called in DHIS2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sync_server.tables.export_row import ExportRow
from sync_server.tables.org_unit_row import OrgUnitRow

READY, RUNNING, WHOLE, BROKEN_OFF = "ready", "running", "whole", "broken_off"


@dataclass(frozen=True, slots=True)
class Export:
    """An export of one user. `wanted` is its filter as JSON."""

    export_id: str
    user_no: int
    form: str
    wanted: str
    state: str
    cases_to_come: int
    cases_done: int
    rows_done: int
    bytes_done: int
    sha256: str
    noted_at: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export has come."""

    cases: int = 0
    rows: int = 0
    bytes: int = 0


def add(
    session: Session, export_id: str, user_no: int, form: str, wanted: str, *, cases_to_come: int, now: int
) -> None:
    session.add(
        ExportRow(
            export_id=export_id,
            user_no=user_no,
            form=form,
            wanted=wanted,
            state=READY,
            asked_at=now,
            cases_to_come=cases_to_come,
        )
    )


def find(session: Session, export_id: str, user_no: int) -> Export | None:
    """Return a user's own export; somebody else's is not there."""
    if not export_id.isalnum():
        # Not an id of ours; and PostgreSQL has no text with a zero character in it to compare with.
        return None
    row = session.exec(select(ExportRow).where(ExportRow.export_id == export_id, ExportRow.user_no == user_no)).first()
    return None if row is None else _export(row)


def latest(session: Session, user_no: int, limit: int) -> tuple[Export, ...]:
    """Return a user's exports, the newest first."""
    rows = session.exec(
        select(ExportRow)
        .where(ExportRow.user_no == user_no)
        .order_by(col(ExportRow.asked_at).desc(), col(ExportRow.export_id))
        .limit(limit)
    )
    return tuple(_export(row) for row in rows)


def note(session: Session, export_id: str, state: str, progress: Progress, sha256: str = "", *, now: int) -> None:
    """Keep how far it has come."""
    session.execute(
        update(ExportRow)
        .where(col(ExportRow.export_id) == export_id)
        .values(
            state=state,
            cases_done=progress.cases,
            rows_done=progress.rows,
            bytes_done=progress.bytes,
            sha256=sha256,
            noted_at=now,
        )
    )


def break_off_all(session: Session) -> None:
    """Note of every export that is running that it is not any more."""
    session.execute(update(ExportRow).where(col(ExportRow.state) == RUNNING).values(state=BROKEN_OFF))


def forget_old(session: Session, asked_before: int) -> None:
    session.execute(delete(ExportRow).where(col(ExportRow.asked_at) < asked_before))


def org_units(session: Session) -> dict[int, str]:
    """Return what sites are called in DHIS2, by their number."""
    return {row.site_no: row.org_unit for row in session.exec(select(OrgUnitRow))}


def keep_org_units(session: Session, units: Mapping[int, str]) -> None:
    """Keep these, and forget those of the sites whose unit is empty."""
    for site_no, unit in units.items():
        if unit:
            session.merge(OrgUnitRow(site_no=site_no, org_unit=unit))
        else:
            session.execute(delete(OrgUnitRow).where(col(OrgUnitRow.site_no) == site_no))
    session.flush()


def _export(row: ExportRow) -> Export:
    return Export(
        export_id=row.export_id,
        user_no=row.user_no,
        form=row.form,
        wanted=row.wanted,
        state=row.state,
        cases_to_come=row.cases_to_come,
        cases_done=row.cases_done,
        rows_done=row.rows_done,
        bytes_done=row.bytes_done,
        sha256=row.sha256,
        noted_at=row.noted_at,
    )
