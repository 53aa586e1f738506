"""The list: which cases fit a filter, how many of each kind, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlmodel import Session

from sync_server.services.case_index.bitmaps import Bits, Facet, Numbers, bits_where, how_many, numbers_in
from sync_server.services.case_index.store import CaseStore, week_number
from sync_server.services.case_index.wanted import FACETS, YES, Wanted

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


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """Knows which cases fit a filter. Thread-safe; every call sees what the session sees, or later."""

    store: CaseStore

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
        with self.store.fresh(session):
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
            return Found(numbers, len(keys), total, newer, older, counts)

    def count(
        self, session: Session, wanted: Sequence[Wanted], sites: Collection[int] | None, today: date
    ) -> list[int]:
        """Return how many cases fit each of some filters."""
        with self.store.fresh(session):
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
        """Return the wanted cases that have a mark, or do not: "live", "ended", "antibiotics" or "outcome_differs"."""
        with self.store.fresh(session):
            bits = self.store.marks.any_of((mark,))
            return numbers_in(self._scope(sites) & self._all(wanted, today) & (bits if has else ~bits))

    def ordered(self, numbers: Numbers, sort: str, limit: int) -> list[int]:
        """Return the first of some cases in this order; "worst" is the most urgent first, and of these the oldest."""
        with self.store.as_it_is():
            page, _, _ = _page(self._keys(numbers, sort), limit, None, None)
            return [_number(int(key), sort) for key in page]

    def weeks(self, session: Session, wanted: Wanted, sites: Collection[int] | None, today: date) -> Weeks:
        """Return how many of the wanted cases came in in each week."""
        with self.store.fresh(session):
            weeks = self.store.week[numbers_in(self._scope(sites) & self._all(wanted, today))]
            weeks = weeks[weeks > 0]
            if not len(weeks):
                return Weeks((), ())
            first, last = int(weeks.min()), int(weeks.max())
            counts = np.bincount(weeks - first, minlength=last - first + 1)
            return Weeks(tuple(7 * week + 1 for week in range(first, last + 1)), tuple(map(int, counts)))

    # Sets

    def _scope(self, sites: Collection[int] | None) -> Bits:
        live = self.store.marks.any_of(("live",))
        return live if sites is None else live & self.store.facets["site"].any_of(map(str, sites))

    def _all(self, wanted: Wanted, today: date) -> Bits:
        chosen = [self._of(name, getattr(wanted, name), today) for name in FACETS if getattr(wanted, name)]
        return _all_of(self._in_weeks(wanted.from_week, wanted.to_week), chosen)

    def _of(self, name: str, values: Sequence[str], today: date) -> Bits:
        return self._values(name, today).any_of(values)

    def _values(self, name: str, today: date) -> Facet:
        if name != "overdue":
            return self.store.facets[name]
        # What is late depends on the day, so it is worked out from the day on which each check is due.
        return Facet(self.store.size, {YES: bits_where(self.store.due < today.toordinal())})

    def _in_weeks(self, first: str, last: str) -> Bits:
        if not first and not last:
            return np.full(self.store.size // 64, 2**64 - 1, np.uint64)
        weeks = self.store.week
        mask = weeks > 0
        if first:
            mask &= weeks >= week_number(first)
        if last:
            mask &= weeks <= week_number(last)
        return bits_where(mask)

    def _keys(self, numbers: Numbers, sort: str) -> Numbers:
        """Return a key for each case; a smaller one stands first. The lower bits hold its number."""
        if sort == "oldest":
            return numbers
        newest_first = _LARGEST - numbers
        if sort in ("urgency", _WORST):
            within = newest_first if sort == "urgency" else numbers
            return (self.store.rank[numbers].astype(np.int64) << _LOW) | within
        if sort == "late":
            # What has no check is as late as what never comes. 22 bits hold the days of 11,000 years.
            due = np.minimum(self.store.due[numbers], 2**22 - 1).astype(np.int64)
            return (due << _LOW) | newest_first
        return newest_first


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
