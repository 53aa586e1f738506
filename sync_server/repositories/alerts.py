"""Alerts, and what was done about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select as select_rows
from sqlalchemy import update
from sqlmodel import Session, col, func, select

from sync_server.tables.alert_row import AlertActRow, AlertRow
from sync_server.tables.site_row import SiteRow

NEW, LOOKED_AT, CLOSED, WENT_ON = "new", "looked_at", "closed", "went_on"
Sites = frozenset[int] | None
"""Numbers of the sites that somebody may see; None: all."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A noted cluster."""

    alert_no: int
    site_no: int
    condition: str
    first_week: str
    last_week: str
    rules: tuple[str, ...]
    seen: int
    expected: float
    raised_on: str
    state: str


@dataclass(frozen=True, slots=True)
class Act:
    """What was done about an alert."""

    number: int
    act: str
    reason: str
    checked: tuple[str, ...]
    note: str
    user_no: int | None
    on_day: str


def mark_of_data(session: Session) -> tuple[int, int]:
    """Return two numbers of which one changes whenever an entry or a review comes in."""
    sites, positions = session.execute(
        select_rows(func.count(), func.coalesce(func.sum(SiteRow.next_position), 0)).select_from(SiteRow)
    ).one()
    return int(sites), int(positions)


def find(session: Session, alert_no: int, sites: Sites) -> Alert | None:
    """Return an alert of these sites."""
    row = session.get(AlertRow, alert_no)
    return None if row is None or (sites is not None and row.site_no not in sites) else _alert(row)


def listed(session: Session, sites: Sites, *, only_open: bool = False) -> list[Alert]:
    """Return the alerts of these sites, the latest first."""
    query = select(AlertRow).order_by(col(AlertRow.last_week).desc(), col(AlertRow.alert_no).desc())
    if sites is not None:
        query = query.where(col(AlertRow.site_no).in_(sorted(sites)))
    if only_open:
        query = query.where(AlertRow.state != CLOSED)
    return [_alert(row) for row in session.exec(query)]


def count_open(session: Session, sites: Sites) -> int:
    """Return how many alerts of these sites are not closed."""
    query = select(func.count()).select_from(AlertRow).where(AlertRow.state != CLOSED)
    if sites is not None:
        query = query.where(col(AlertRow.site_no).in_(sorted(sites)))
    return session.exec(query).one()


def add(session: Session, alert: Alert) -> int:
    """Keep a new alert; return its number."""
    row = AlertRow(
        site_no=alert.site_no,
        condition=alert.condition,
        first_week=alert.first_week,
        last_week=alert.last_week,
        rules=" ".join(alert.rules),
        seen=alert.seen,
        expected=alert.expected,
        raised_on=alert.raised_on,
        state=alert.state,
    )
    session.add(row)
    session.flush()
    assert row.alert_no is not None
    return row.alert_no


def change(session: Session, alert_no: int, **values: object) -> None:
    """Change columns of an alert."""
    session.execute(update(AlertRow).where(col(AlertRow.alert_no) == alert_no).values(**values))


def acts(session: Session, alert_no: int) -> list[Act]:
    """Return what was done about an alert, in order."""
    rows = session.exec(select(AlertActRow).where(AlertActRow.alert_no == alert_no).order_by(col(AlertActRow.number)))
    return [
        Act(row.number, row.act, row.reason, tuple(row.checked.splitlines()), row.note, row.user_no, row.on_day)
        for row in rows
    ]


def add_act(
    session: Session,
    alert_no: int,
    act: str,
    day: str,
    *,
    user_no: int | None = None,
    reason: str = "",
    checked: Sequence[str] = (),
    note: str = "",
) -> None:
    """Keep what was done, after what was done before."""
    last = session.exec(select(func.max(AlertActRow.number)).where(AlertActRow.alert_no == alert_no)).one() or 0
    session.add(
        AlertActRow(
            alert_no=alert_no,
            number=last + 1,
            act=act,
            reason=reason,
            checked="\n".join(checked),
            note=note,
            user_no=user_no,
            on_day=day,
        )
    )
    session.flush()


def _alert(row: AlertRow) -> Alert:
    assert row.alert_no is not None
    return Alert(
        row.alert_no,
        row.site_no,
        row.condition,
        row.first_week,
        row.last_week,
        tuple(row.rules.split()),
        row.seen,
        row.expected,
        row.raised_on,
        row.state,
    )
