"""How much waits for a user, as the navigation says it beside each page on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sync_server.database import Database
from sync_server.repositories import alerts, devices
from sync_server.repositories.users import Role, User
from sync_server.services.rights import RIGHTS, Right
from sync_server.services.tablets import SILENT_AFTER_DAYS
from sync_server.services.today_decisions import Decisions


@dataclass(frozen=True, slots=True)
class Waiting:
    """Cases that need a decision, alerts that are open, tablets that are silent; 0 of what the user may not see."""

    decisions: int = 0
    alerts: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class WaitingService:
    """Counts it, for the user's own sites."""

    database: Database
    decisions: Decisions
    today: Callable[[], str]

    def of(self, user: User) -> Waiting:
        rights, day = RIGHTS[user.role], date.fromisoformat(self.today())
        # An administrator sees no case, and every tablet.
        of_tablets = None if user.role is Role.ADMINISTRATOR else user.sites
        silent_since = (day - timedelta(days=SILENT_AFTER_DAYS)).isoformat()
        with self.database.reading() as session:
            return Waiting(
                decisions=self.decisions.count(session, user, day) if Right.SEE_CASES in rights else 0,
                alerts=alerts.count_open(session, user.sites) if Right.SEE_REPORTS in rights else 0,
                silent=devices.count_silent(session, of_tablets, silent_since) if Right.SEE_TABLETS in rights else 0,
            )
