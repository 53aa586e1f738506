"""What the list filters by, of all cases, held in memory by each server process.

    case_summary ──read once──▶ a bit for each case and value, a number for its week, its urgency, its next check
    entry, review ──positions since──▶ the cases that changed are read again, before every answer

Over a million cases no index of a database answers "any ten filters, how many of each, from here on" in the time of a
page: each combination would need its own. In memory that is a few milliseconds, exact, and the same for every page. It
costs about 25 bytes a case, some seconds at the start for a million, and the push nothing at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from sync_server.repositories import case_columns
from sync_server.repositories.case_columns import CaseColumns
from sync_server.services.case_index.bitmaps import Bits, Facet, Numbers, bits_from, bits_where, how_many, numbers_in
from sync_server.services.case_index.wanted import FACETS, YES, Wanted
from sync_server.services.digest import URGENCIES
from sync_server.services.follow_up_checks import ENDED, NOT_WORKED_OUT, PlannedChecks, due_by

NEVER = 2**31 - 1
"""The day on which a check is due that is not planned."""
_STORED = ("site", "age", "region", "condition", "diagnosis", "urgency", "review", "danger", "differs")
_MARKS = ("live", "ended", "answered", "antibiotics", "outcome_differs")
_NEAR = 500
"""Numbers of new cases become visible in almost their order: so many are looked at again."""
_WORST = "worst"
_LOW = 40
_LARGEST = (1 << _LOW) - 1


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what is wanted: case numbers in order, and how many fit on the whole.

    `newer` and `older` are keys from which the pages beside it begin, None where there is none. `counts` says for each
    facet how many cases each value would show beside the other filters.
    """

    numbers: tuple[int, ...]
    matching: int
    total: int
    newer: int | None
    older: int | None
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many cases came in in each week from the first to the last, by the ordinal day of its Monday."""

    mondays: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass
class CaseIndex:
    """Knows which cases fit a filter. Thread-safe; every call sees what the session sees, or later."""

    checks: PlannedChecks
    _lock: Lock = field(default_factory=Lock)
    _seen: dict[int, int] = field(default_factory=dict)
    _is_loaded: bool = False
    _size: int = 0
    _highest: int = 0

    def __post_init__(self) -> None:
        self._facets = {name: Facet(0) for name in _STORED}
        self._marks = Facet(0)
        self._week: NDArray[np.int32] = np.zeros(0, np.int32)
        self._due: NDArray[np.int32] = np.zeros(0, np.int32)
        self._rank: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._known: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def find(
        self,
        session: Session,
        wanted: Wanted,
        sites: Collection[int] | None,
        today: date,
        *,
        limit: int,
        after: int | None = None,
        before: int | None = None,
    ) -> Found:
        """Return the page after a key, before a key, or the first one."""
        with self._lock:
            self._refresh(session)
            within = self._scope(sites)
            total = how_many(within)
            within = within & self._in_weeks(wanted.from_week, wanted.to_week)
            chosen = {name: self._of(name, getattr(wanted, name), today) for name in FACETS if getattr(wanted, name)}
            matching = _all_of(within, chosen.values())
            counts = {
                name: self._values(name, today).counts(
                    _all_of(within, (bits for other, bits in chosen.items() if other != name))
                    if name in chosen
                    else matching
                )
                for name in FACETS
            }
            keys = self._keys(numbers_in(matching), wanted.sort)
            page, newer, older = _page(keys, limit, after, before)
            numbers = tuple(_number(int(key), wanted.sort) for key in page)
            return Found(numbers, how_many(matching), total, newer, older, counts)

    def count(
        self, session: Session, wanted: Sequence[Wanted], sites: Collection[int] | None, today: date
    ) -> list[int]:
        """Return how many cases fit each of some filters."""
        with self._lock:
            self._refresh(session)
            scope = self._scope(sites)
            return [how_many(scope & self._all(one, today)) for one in wanted]

    def marked(
        self,
        session: Session,
        wanted: Wanted,
        mark: str,
        sites: Collection[int] | None,
        today: date,
        *,
        has: bool = True,
    ) -> Numbers:
        """Return the wanted cases that have a mark, or do not.

        Marks: "ended" (there is an outcome), "answered" (by the clinic that was asked for information), "antibiotics"
        (were given before the visit), "outcome_differs" (from what the tool says).
        """
        with self._lock:
            self._refresh(session)
            bits = self._marks.any_of((mark,))
            return numbers_in(self._scope(sites) & self._all(wanted, today) & (bits if has else ~bits))

    def ordered(self, numbers: Numbers, sort: str, limit: int) -> list[int]:
        """Return the first of some cases in this order; "worst" is the most urgent first, and of these the oldest."""
        with self._lock:
            page, _, _ = _page(self._keys(numbers, sort), limit, None, None)
            return [_number(int(key), sort) for key in page]

    def due_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return the day on which the next check of each of these cases is due, or `NEVER`."""
        with self._lock:
            return {number: int(self._due[number]) if number < self._size else NEVER for number in numbers}

    def weeks(self, session: Session, wanted: Wanted, sites: Collection[int] | None, today: date) -> Weeks:
        """Return how many of the wanted cases came in in each week."""
        with self._lock:
            self._refresh(session)
            weeks = self._week[numbers_in(self._scope(sites) & self._all(wanted, today))]
            weeks = weeks[weeks > 0]
            if not len(weeks):
                return Weeks((), ())
            first, last = int(weeks.min()), int(weeks.max())
            counts = np.bincount(weeks - first, minlength=last - first + 1)
            return Weeks(tuple(7 * week + 1 for week in range(first, last + 1)), tuple(map(int, counts)))

    # Sets

    def _scope(self, sites: Collection[int] | None) -> Bits:
        live = self._marks.any_of(("live",))
        return live if sites is None else live & self._facets["site"].any_of(map(str, sites))

    def _all(self, wanted: Wanted, today: date) -> Bits:
        chosen = [self._of(name, getattr(wanted, name), today) for name in FACETS if getattr(wanted, name)]
        return _all_of(self._in_weeks(wanted.from_week, wanted.to_week), chosen)

    def _of(self, name: str, values: Sequence[str], today: date) -> Bits:
        return self._values(name, today).any_of(values)

    def _values(self, name: str, today: date) -> Facet:
        if name != "overdue":
            return self._facets[name]
        # What is late depends on the day, so it is worked out from the day on which each check is due.
        return Facet(self._size, {YES: bits_where(self._due < today.toordinal())})

    def _in_weeks(self, first: str, last: str) -> Bits:
        if not first and not last:
            return np.full(self._size // 64, 2**64 - 1, np.uint64)
        mask = self._week > 0
        if first:
            mask &= self._week >= _week(first)
        if last:
            mask &= self._week <= _week(last)
        return bits_where(mask)

    def _keys(self, numbers: Numbers, sort: str) -> Numbers:
        """Return a key for each case; a smaller one stands first. The lower bits hold its number."""
        if sort == "oldest":
            return numbers
        newest_first = _LARGEST - numbers
        if sort in ("urgency", _WORST):
            within = newest_first if sort == "urgency" else numbers
            return (self._rank[numbers].astype(np.int64) << _LOW) | within
        if sort == "late":
            # What has no check is as late as what never comes. 22 bits hold the days of 11,000 years.
            due = np.minimum(self._due[numbers], 2**22 - 1).astype(np.int64)
            return (due << _LOW) | newest_first
        return newest_first

    # Keeping up

    def _refresh(self, session: Session) -> None:
        now = case_columns.next_positions(session)
        if not self._is_loaded:
            answered = case_columns.answered(session)
            for rows in case_columns.every(session):
                self._take(rows, answered)
            self._is_loaded = True
        else:
            changed: set[int] = set()
            for site_no, position in now.items():
                # A reader that began a moment ago may see less than another has read already.
                if position > self._seen.get(site_no, 0):
                    changed |= case_columns.changed_since(session, site_no, self._seen.get(site_no, 0))
            highest = case_columns.highest(session)
            if highest > self._highest:
                # A case of which only another tablet's word is there has no entry, and so no position.
                near = case_columns.numbers_from(session, self._highest - _NEAR)
                changed |= {number for number in near if number >= self._size or not self._known[number]}
            if changed:
                self._take(case_columns.of(session, changed), case_columns.answered(session, changed))
        self._seen = {site: max(position, self._seen.get(site, 0)) for site, position in now.items()} | {
            site: position for site, position in self._seen.items() if site not in now
        }

    def _take(self, rows: Sequence[CaseColumns], answered: Collection[int]) -> None:
        if not rows:
            return
        self._grow(max(row.case_no for row in rows) + 1)
        having: dict[str, dict[str, list[int]]] = {name: {} for name in (*_STORED, "marks")}
        numbers = np.fromiter((row.case_no for row in rows), np.int64, len(rows))
        for row in rows:
            for name, values in _values_of(row, answered):
                for value in values:
                    having[name].setdefault(value, []).append(row.case_no)
        changed = bits_from(numbers, self._size)
        self._known[numbers] = True
        self._highest = max(self._highest, int(numbers.max()))
        for name in _STORED:
            self._facets[name].put(changed, having[name])
        self._marks.put(changed, having["marks"])
        self._week[numbers] = [_week(row.received_week) for row in rows]
        self._rank[numbers] = [_rank(row.urgency) for row in rows]
        self._due[numbers] = [self._due_by(row) for row in rows]

    def _grow(self, needed: int) -> None:
        if needed <= self._size:
            return
        # A quarter more than is needed, in whole words.
        size = -(-(needed + needed // 4) // 1024) * 1024
        for facet in (*self._facets.values(), self._marks):
            facet.grow(size)
        more = size - self._size
        self._week = np.concatenate((self._week, np.zeros(more, np.int32)))
        self._due = np.concatenate((self._due, np.full(more, NEVER, np.int32)))
        self._rank = np.concatenate((self._rank, np.zeros(more, np.uint8)))
        self._known = np.concatenate((self._known, np.zeros(more, np.bool_)))
        self._size = size

    def _due_by(self, row: CaseColumns) -> int:
        if row.seen_day in (ENDED, NOT_WORKED_OUT) or row.is_withdrawn or row.review_state == "rejected":
            return NEVER
        return _due(self.checks, row.diagnosis or row.followed, row.seen_day, row.received_week)


def _values_of(row: CaseColumns, answered: Collection[int]) -> Iterable[tuple[str, Sequence[str]]]:
    """Yield what is kept of a case, by facet."""
    if row.is_withdrawn:
        return
    yield "site", (str(row.site_no),)
    yield "age", (row.age_band,)
    yield "region", row.region.split()
    yield "condition", (row.condition,)
    yield "diagnosis", (row.diagnosis,)
    yield "urgency", (row.urgency,)
    yield "review", (row.review_state,)
    yield "danger", (YES,) if row.danger_signs else ()
    yield "differs", (YES,) if row.disagreements else ()
    marks = {
        "live": True,
        "ended": row.seen_day == ENDED,
        "answered": row.case_no in answered,
        "antibiotics": bool(row.had_antibiotics),
        "outcome_differs": bool(row.outcome and row.condition and row.outcome != row.condition),
    }
    yield "marks", [mark for mark in _MARKS if marks[mark]]


def _all_of(within: Bits, chosen: Iterable[Bits]) -> Bits:
    found = within
    for bits in chosen:
        found = found & bits
    return found


def _page(keys: Numbers, limit: int, after: int | None, before: int | None) -> tuple[Numbers, int | None, int | None]:
    """Return the keys of a page in order, and where the pages before and after it begin."""
    if before is not None:
        earlier = keys[keys < before]
        if len(earlier) > limit:
            page = np.sort(np.partition(earlier, len(earlier) - limit)[len(earlier) - limit :])
        else:
            # There is less than a page before it: then the first page is what is meant.
            page = _smallest(keys, limit)
    else:
        page = _smallest(keys if after is None else keys[keys > after], limit)
    if not len(page):
        return page, None, None
    first, last = int(page[0]), int(page[-1])
    return page, first if bool((keys < first).any()) else None, last if bool((keys > last).any()) else None


def _smallest(keys: Numbers, limit: int) -> Numbers:
    if len(keys) > limit:
        keys = np.partition(keys, limit)[:limit]
    return np.sort(keys)


def _number(key: int, sort: str) -> int:
    return key & _LARGEST if sort in ("oldest", _WORST) else _LARGEST - (key & _LARGEST)


@lru_cache(maxsize=4096)
def _week(words: str) -> int:
    """Return the number of a week such as 2026-W34, or 0 where nobody knows it."""
    year, _, week = words.partition("-W")
    # The first of January of the year 1 was a Monday.
    return (date.fromisocalendar(int(year), int(week), 1).toordinal() - 1) // 7 if week else 0


def _rank(urgency: str) -> int:
    return _RANKS.get(urgency, len(URGENCIES))


_RANKS = {urgency: place for place, urgency in enumerate(URGENCIES)}


def _due(checks: PlannedChecks, condition: str, seen_day: int, received_week: str) -> int:
    if not condition or not received_week:
        return NEVER
    check = checks.next_open(condition, seen_day)
    return NEVER if check is None else due_by(received_week, check)
