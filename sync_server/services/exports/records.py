"""Reading the cases of an export, some hundreds at a time, each time afresh.

Every part is read in a transaction of its own, so a slow line holds none open, and a case that is withdrawn while the
export runs does not leave if its part has not been read yet. Cases that arrive meanwhile are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import Conclusion, Entry
from shared.case.fold import CaseState, fold
from shared.case.log import CaseLog
from shared.sync.messages import Review
from sync_server.database import Database
from sync_server.repositories import devices, entries, exported, reviews, sites
from sync_server.repositories.cases import StoredCase
from sync_server.services.case_index.bitmaps import Numbers
from sync_server.services.digest import present_conclusion

_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class ExportedCase:
    """A case with everything that an export says of it. `entries` are in causal order, `tablets` numbers by device."""

    stored: StoredCase
    site: str
    entries: tuple[Entry, ...]
    state: CaseState
    concluded: Conclusion | None
    review: Review | None
    tablets: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Chosen cases, by number. Those that do not lie at these sites are left out; None: at any."""

    database: Database
    numbers: Numbers
    sites: frozenset[int] | None

    def parts(self) -> Iterator[tuple[ExportedCase, ...]]:
        """Give the cases in the order of their arrival, so many at once."""
        tablets = dict[int, dict[str, int]]()
        for start in range(0, len(self.numbers), _AT_ONCE):
            some = [int(number) for number in self.numbers[start : start + _AT_ONCE]]
            with self.database.reading() as session:
                part = _read(session, exported.some(session, some, self.sites), tablets)
            if part:
                yield part


def _read(
    session: Session, found: tuple[StoredCase, ...], tablets: dict[int, dict[str, int]]
) -> tuple[ExportedCase, ...]:
    names = sites.names(session)
    by_no = {case.case_no: case for case in found}
    of_cases = entries.of_cases(session, {no: case.case_id for no, case in by_no.items()})
    said = reviews.of_cases(session, by_no)
    part = []
    for no, case in by_no.items():
        # A tablet that has joined since this was looked up makes a device that is not in it.
        known = tablets.get(case.site_no, {})
        if any(entry.id.device not in known for entry in of_cases[no]):
            known = {one.device: one.tablet_no for one in devices.of_site(session, case.site_no)}
            tablets[case.site_no] = known
        log = CaseLog.of(case.case_id, of_cases[no])
        part.append(
            ExportedCase(
                stored=case,
                site=names[case.site_no],
                entries=tuple(log.in_causal_order()),
                state=fold(log),
                concluded=present_conclusion(log),
                review=said[no][-1] if said[no] else None,
                tablets=known,
            )
        )
    return tuple(part)
