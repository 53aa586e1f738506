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
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from sync_server.repositories import case_columns
from sync_server.repositories.case_columns import CaseColumns
from sync_server.services.case_index.bitmaps import Bits, Facet, Numbers, bits_from, bits_where, how_many, numbers_in
from sync_server.services.case_index.wanted import FACETS, YES, Wanted
from sync_server.services.digest import URGENCIES
from sync_server.services.follow_up_checks import ENDED, NOT_WORKED_OUT, PlannedChecks

NEVER = 2**31 - 1
"""The day on which a check is due that is not planned."""
_OF_COLUMN = {
    "site": "site_no",
    "age": "age_band",
    "condition": "condition",
    "diagnosis": "diagnosis",
    "urgency": "urgency",
    "review": "review_state",
}
_FLAGS = {"danger": "danger_signs", "differs": "disagreements"}
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
        self._facets = {name: Facet(0) for name in (*_OF_COLUMN, *_FLAGS, "region")}
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
        table = _Table(rows)
        numbers = table.numbers
        self._grow(int(numbers.max()) + 1)
        changed = bits_from(numbers, self._size)
        self._known[numbers] = True
        self._highest = max(self._highest, int(numbers.max()))
        for name, column in _OF_COLUMN.items():
            self._facets[name].put(changed, table.by_value(column))
        self._facets["region"].put(changed, table.by_word("region"))
        for name, column in _FLAGS.items():
            self._facets[name].put(changed, {YES: table.where([value > 0 for value in table.column(column)])})
        outcomes = zip(table.column("outcome"), table.column("condition"), strict=True)
        marks = {
            "live": [True] * len(rows),
            "ended": [day == ENDED for day in table.column("seen_day")],
            "answered": [number in answered for number in table.column("case_no")],
            "antibiotics": [value > 0 for value in table.column("had_antibiotics")],
            "outcome_differs": [bool(said and tool) and said != tool for said, tool in outcomes],
        }
        self._marks.put(changed, {mark: table.where(has) for mark, has in marks.items()})
        self._week[numbers] = [_week(week) for week in table.column("received_week")]
        self._rank[numbers] = [_RANKS.get(urgency, len(URGENCIES)) for urgency in table.column("urgency")]
        day_of = cache(self._due_day)
        planned = ("review_state", "diagnosis", "followed", "seen_day")
        days = np.array([day_of(*values) for values in zip(*map(table.column, planned), strict=True)], np.int32)
        weeks = self._week[numbers]
        # Counted from the Sunday of the week of arrival, as `follow_up_checks.due_by` does.
        self._due[numbers] = np.where((days < 0) | (weeks == 0), NEVER, 7 * weeks + 7 + days)

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

    def _due_day(self, review_state: str, diagnosis: str, followed: str, seen_day: int) -> int:
        """Return the day after the first visit on which the next check is due, or -1."""
        if review_state == "rejected" or seen_day in (ENDED, NOT_WORKED_OUT):
            return -1
        check = self.checks.next_open(diagnosis or followed, seen_day)
        return -1 if check is None else check.day


class _Table:
    """Rows by their columns: a million of them are sorted out by value, and not one by one."""

    def __init__(self, rows: Sequence[CaseColumns]) -> None:
        self._columns = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))
        self.numbers: Numbers = np.array(self._columns["case_no"], np.int64)
        self._is_live = ~np.array(self._columns["is_withdrawn"], np.bool_)

    def column(self, name: str) -> Sequence[Any]:
        return self._columns[name]

    def where(self, has: Sequence[bool]) -> Numbers:
        """Return the numbers of the cases where this holds, of those that are not withdrawn."""
        return self.numbers[np.array(has, np.bool_) & self._is_live]

    def by_value(self, name: str) -> dict[str, Numbers]:
        """Return the numbers of the cases with each value of a column."""
        places: dict[Any, int] = {}
        values = self._columns[name]
        codes = np.fromiter((places.setdefault(value, len(places)) for value in values), np.int64, len(values))
        return {str(value): self.numbers[(codes == place) & self._is_live] for value, place in places.items()}

    def by_word(self, name: str) -> dict[str, Numbers]:
        """Return the same for each of the words with blanks between them that a column holds."""
        found: dict[str, list[Numbers]] = {}
        for words, numbers in self.by_value(name).items():
            for word in words.split():
                found.setdefault(word, []).append(numbers)
        return {word: np.concatenate(parts) for word, parts in found.items()}


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


_RANKS = {urgency: place for place, urgency in enumerate(URGENCIES)}
