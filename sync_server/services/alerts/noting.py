"""Noting clusters: once when they first show, on when they go on. Worked out when somebody looks, not by a clock.

A push only changes counts; the next reader of Today, Alerts or Charts works the clusters out, if an entry or a review
has come in since (or a new day begun), and notes what is new. So an alert's day is the day on which it was first seen
here, and nobody who looks sees older ones than there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock

from sqlmodel import Session

from sync_server.database import Database
from sync_server.repositories import alerts, sites
from sync_server.repositories.alerts import CLOSED, NEW, WENT_ON, Alert
from sync_server.services.alerts.clusters import REST, Cluster
from sync_server.services.alerts.district import District, read
from sync_server.services.alerts.weeks import later, week_of
from sync_server.services.case_index import CaseCounts

RECENT = 12
"""Weeks: what ended earlier and was never noted is no news."""


@dataclass(slots=True)
class _Seen:
    """What the data were when this process last looked."""

    mark: tuple[object, ...] = ()
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class Noting:
    """Keeps the noted alerts up to date with the counts."""

    database: Database
    today: Callable[[], str]
    counts: CaseCounts
    _seen: _Seen = field(default_factory=_Seen)

    def refresh(self) -> None:
        """Note what is new since the last look; cheap if nothing came in."""
        day = self.today()
        with self._seen.lock:
            with self.database.reading() as session:
                mark = (day, *alerts.mark_of_data(session))
                if mark == self._seen.mark:
                    return
                district = read(session, self.counts, week_of(day))
                changed = {site for site, _, _ in _news(session, district, day)}
            for site_no in sorted(changed):
                self._note(site_no, day)
            self._seen.mark = mark

    def _note(self, site_no: int, day: str) -> None:
        with self.database.writing() as session:
            # Another process may be noting the same; under the lock each sees what the other did.
            sites.lock(session, site_no)
            district = read(session, self.counts, week_of(day), frozenset({site_no}))
            for _, alert, known in _news(session, district, day):
                if known is None:
                    alerts.add(session, alert)
                    continue
                goes_on = known.state == CLOSED and alert.last_week > known.last_week
                alerts.change(
                    session,
                    known.alert_no,
                    last_week=alert.last_week,
                    rules=" ".join(alert.rules),
                    seen=alert.seen,
                    expected=alert.expected,
                    state=NEW if goes_on else known.state,
                )
                if goes_on:
                    alerts.add_act(session, known.alert_no, WENT_ON, day)


def _news(session: Session, district: District, day: str) -> list[tuple[int, Alert, Alert | None]]:
    """Return what the counts say and the notes do not yet: site, alert as it should be, and as it is noted."""
    noted = alerts.listed(session, None)
    found = []
    for alert in _alerts_of(district, day):
        known = next((one for one in noted if is_same(one, alert)), None)
        same = (known.last_week, known.rules, known.seen) if known else None
        # A closed alert is as it was when it was closed, unless more comes.
        is_over = known is not None and known.state == CLOSED and alert.last_week <= known.last_week
        if same != (alert.last_week, alert.rules, alert.seen) and not is_over:
            found.append((alert.site_no, alert, known))
    return found


def _alerts_of(district: District, day: str) -> Iterable[Alert]:
    for site_no, condition in sorted(district.counts):
        weeks = district.weeks[site_no]
        for cluster in district.recent_clusters(site_no, condition, RECENT):
            yield _alert(site_no, condition, cluster, weeks[cluster.first], weeks[cluster.last], day)


def _alert(site_no: int, condition: str, cluster: Cluster, first_week: str, last_week: str, day: str) -> Alert:
    expected = round(cluster.expected, 3)
    return Alert(0, site_no, condition, first_week, last_week, cluster.rules, cluster.seen, expected, day, NEW)


def is_same(noted: Alert, found: Alert) -> bool:
    """Tell whether both are the same cluster: their weeks touch. Later reviews can shift where it begins."""
    return (
        (noted.site_no, noted.condition) == (found.site_no, found.condition)
        and noted.first_week <= later(found.last_week, REST + 1)
        and found.first_week <= later(noted.last_week, REST + 1)
    )
