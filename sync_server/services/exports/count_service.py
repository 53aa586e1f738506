"""Guarded counts for everybody who may export counts, and what sites are called in DHIS2.

A user with rights over rows sees his own sites. Who sees no case at all, an administrator, gets the counts of all
sites: they are what may be seen without seeing cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from shared.errors import InvalidInput
from shared.sentence import sentence
from sync_server.database import Database
from sync_server.repositories import exports, sites
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.case_index import CaseCounts, Standing
from sync_server.services.exports.counts import (
    IN_TABLE,
    LEVELS,
    UNKNOWN,
    CountLine,
    count_lines,
    counts_csv,
    counts_json,
    lines,
)
from sync_server.services.exports.dhis2 import guarded_values, is_org_unit, weekly_values
from sync_server.services.exports.refusals import NoOrgUnits, TooFewToCount
from sync_server.services.exports.small_cells import Guarded, K, guard
from sync_server.services.rights import RIGHTS, Right

_COUNTED = ("what", "site", "month", "age", "urgency")
"""What the index of cases calls the levels."""
_UID = "DiszpKrYNg8"
"""What one looks like."""


@dataclass(frozen=True, slots=True)
class SiteUnit:
    """A site and what it is called in DHIS2, or nothing."""

    site_no: int
    name: str
    org_unit: str


@dataclass(frozen=True, slots=True)
class CountsView:
    """What the page says of the guarded counts before anybody downloads them."""

    lines: int
    cases_shown: int
    sites: tuple[SiteUnit, ...]


@dataclass(frozen=True, slots=True)
class CountService:
    """Counts cases over whole months that are over."""

    database: Database
    today: Callable[[], str]
    counts: CaseCounts

    def view(self, user: User) -> CountsView:
        with self.database.reading() as session:
            guarded = self._guarded(session)
            names, units = sites.names(session), exports.org_units(session)
        seen = _sites(user)
        return CountsView(
            lines=count_lines(guarded, seen),
            cases_shown=guarded.shown.get((), 0),
            sites=tuple(
                SiteUnit(number, name, units.get(number, ""))
                for number, name in names.items()
                if seen is None or number in seen
            ),
        )

    def as_csv(self, user: User, notice: str) -> bytes:
        """Return the table as CSV.

        Raises:
            TooFewToCount: no count may be shown.
        """
        table, names = self._table(user, "counts.csv")
        return counts_csv(table, names, notice)

    def as_json(self, user: User, notice: str) -> bytes:
        """Return the table as JSON; it refuses as `as_csv` does."""
        table, names = self._table(user, "counts.json")
        return counts_json(table, names, notice)

    def for_dhis2(self, user: User) -> bytes:
        """Return the guarded counts by month as a data value set.

        Raises:
            NoOrgUnits: no site has a name in DHIS2.
            TooFewToCount: no count may be shown.
        """
        with self.database.reading() as session:
            units = self._org_units(session)
            guarded = self._guarded(session, len(LEVELS))
        if not count_lines(guarded, _sites(user)):
            raise TooFewToCount
        self._note(user, f"dhis2 months sites {len(units)}")
        return guarded_values(guarded, units, _sites(user))

    def weeks_for_dhis2(self, user: User) -> Iterator[bytes]:
        """Return every count by week as a data value set, small ones too, in pieces: for the review team only.

        Raises:
            NoOrgUnits: no site has a name in DHIS2.
        """
        with self.database.reading() as session:
            units = self._org_units(session)
            found = self.counts.by_each(session, Standing(user.sites), "week", "site", "what", "age", "urgency")
        self._note(user, f"dhis2 weeks sites {len(units)}")
        return weekly_values(found, units)

    def keep_org_units(self, user: User, units: Mapping[int, str]) -> None:
        """Keep what sites are called in DHIS2; an empty text forgets it.

        Raises:
            InvalidInput: a text is not a UID, or a site is not there; nothing was changed.
        """
        with self.database.writing() as session:
            names = sites.names(session)
            if not units.keys() <= names.keys():
                raise InvalidInput(
                    "site",
                    "is not one that is there; load the page again",
                    sentence("One of the sites is not there any more. Load the page again."),
                )
            if wrong := [names[site] for site, unit in units.items() if unit and not is_org_unit(unit)]:
                raise InvalidInput(
                    wrong[0],
                    f"needs the UID from DHIS2: a letter, then 10 letters or digits, such as {_UID}",
                    sentence(
                        "{site} needs the UID from DHIS2: a letter, then 10 letters or digits, such as {example}.",
                        site=wrong[0],
                        example=_UID,
                    ),
                )
            exports.keep_org_units(session, units)
            kept = sum(map(bool, units.values()))
            audit.record(session, audit.user(user.user_no), audit.ORG_UNITS_KEPT, f"{kept} of {len(units)} sites")

    def _table(self, user: User, what: str) -> tuple[list[CountLine], dict[int, str]]:
        with self.database.reading() as session:
            table, names = lines(self._guarded(session), _sites(user)), sites.names(session)
        if not table:
            raise TooFewToCount
        self._note(user, f"{what} lines {len(table)}")
        return table, names

    def _guarded(self, session: Session, depth: int = IN_TABLE) -> Guarded:
        """Return what may be shown of all cases of all sites. What stands above a count decides alone what is shown."""
        standing, names = Standing(before_month=self.today()[:7]), _COUNTED[:depth]
        return guard(self.counts.sums(session, standing, K, *names, unknown=UNKNOWN), depth)

    def _note(self, user: User, what: str) -> None:
        # Counted before: who waits to write waits for nobody's counting.
        with self.database.writing() as session:
            audit.record(session, audit.user(user.user_no), audit.EXPORTED, what)

    @staticmethod
    def _org_units(session: Session) -> Mapping[int, str]:
        units = exports.org_units(session)
        if not units:
            raise NoOrgUnits
        return units


def _sites(user: User) -> frozenset[int] | None:
    return user.sites if Right.EXPORT_ROWS in RIGHTS[user.role] else None
