"""What reports count: cases by site, week, diagnosis and so on, those that were rejected or withdrawn left out.

The diagnosis of a case ("what") is that of its last review, else what the tool says first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from sync_server.services.case_index.bitmaps import Numbers, mask_of
from sync_server.services.case_index.store import CaseStore, week_number, week_words

_FEW = 1 << 22
"""Cells up to which a table with one for each combination is quicker than sorting."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which cases to count. Empty sides are left open; `before_month` (2026-11) is the first that does not count."""

    sites: frozenset[int] | None = None
    first_week: str = ""
    last_week: str = ""
    before_month: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A case and its place among all cases of its site that stand, counted from 1 in the order of arrival."""

    site_no: int
    case_no: int
    place: int
    week: str


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Counts. Thread-safe; every call sees what the session sees, or later."""

    store: CaseStore

    def by(self, session: Session, standing: Standing, *names: str) -> list[tuple[tuple[str, ...], int]]:
        """Return how many cases there are of each combination that occurs.

        Args:
            names: some of site (its number as text), week, month, what, age and urgency.
        """
        found = self._found(session, standing, names)
        return list(zip(found.paths(found.keys, len(names)), map(int, found.counts), strict=True))

    def by_each(
        self, session: Session, standing: Standing, *names: str
    ) -> Iterator[tuple[str, list[tuple[tuple[str, ...], int]]]]:
        """Return the same, to be taken a word of the first name at a time, with what is counted of it."""
        return self._found(session, standing, names).by_first()

    def sums(
        self, session: Session, standing: Standing, least: int, *names: str, unknown: str
    ) -> dict[tuple[str, ...], int]:
        """Return every sum of at least `least` cases: of all, of each first word, of each of the first two, and so on.

        So a million cases make some ten thousand counts where nothing smaller may be shown anyway.

        Args:
            unknown: what an empty word is called.
        """
        found = self._found(session, standing, names, unknown)
        keys, counts, sums = found.keys, found.counts, dict[tuple[str, ...], int]()
        for depth in range(len(names), -1, -1):
            is_large = counts >= least
            sums |= zip(found.paths(keys[is_large], depth), map(int, counts[is_large]), strict=True)
            if depth:
                keys = keys // found.sizes[depth - 1]
                starts = _starts(keys)
                # Of no cases there is no sum to make.
                keys, counts = keys[starts], np.add.reduceat(counts, starts) if len(starts) else counts
        return sums

    def first_weeks(self, session: Session, standing: Standing) -> dict[int, str]:
        """Return the first week in which each site sent a case, of weeks that are known."""
        found: dict[int, str] = {}
        for (site, week), _ in self.by(session, standing, "site", "week"):
            if week and week < found.get(int(site), "9999"):
                found[int(site)] = week
        return found

    def newest(self, session: Session, standing: Standing, at_most: int) -> list[int]:
        """Return the numbers of the newest cases, the newest first."""
        with self.store.fresh(session):
            return [int(number) for number in self._numbers(standing)[::-1][:at_most]]

    def numbers(self, session: Session, standing: Standing) -> Numbers:
        """Return the numbers of the cases, in the order of their arrival."""
        with self.store.fresh(session):
            return self._numbers(standing)

    def placed(self, session: Session, standing: Standing, what: str) -> list[Placed]:
        """Return the cases of a diagnosis with their place among all that stand, in the order of arrival."""
        with self.store.fresh(session):
            numbers = self._numbers(standing)
            is_it = self._what_is(what)[numbers]
            site_codes = self.store.codes["site"].of[numbers]
            found = []
            for code in np.unique(site_codes[is_it]):
                own = site_codes == code
                places = np.cumsum(own)[own & is_it]
                site_no = int(self.store.codes["site"].values[code])
                for number, place in zip(numbers[own & is_it], places, strict=True):
                    found.append(Placed(site_no, int(number), int(place), week_words(int(self.store.week[number]))))
            return sorted(found, key=lambda one: one.case_no)

    def _found(self, session: Session, standing: Standing, names: Sequence[str], unknown: str = "") -> _Counted:
        with self.store.fresh(session):
            numbers = self._numbers(standing)
            keys, of_names, cells = np.zeros(len(numbers), np.int64), [], 1
            for name in names:
                codes, words = self._column(name, numbers)
                words = [word or unknown for word in words]
                if len(set(words)) < len(words):
                    codes = np.array([words.index(word) for word in words])[codes]
                keys *= len(words)
                keys += codes
                of_names.append(words)
                cells *= len(words)
            return _Counted(*_unique(keys, cells), of_names)

    def _numbers(self, standing: Standing) -> Numbers:
        store = self.store
        mask = mask_of(store.marks.any_of(("live",)) & ~store.facets["review"].any_of(("rejected",)))
        if standing.sites is not None:
            mask &= mask_of(store.facets["site"].any_of(map(str, standing.sites)))
        if standing.first_week:
            # Weeks that are not known are before all others.
            mask &= store.week >= max(1, week_number(standing.first_week))
        if standing.last_week:
            mask &= store.week <= week_number(standing.last_week)
        if standing.before_month:
            mask &= store.codes["month"].where(lambda month: month < standing.before_month)
        if standing.what:
            mask &= self._what_is(standing.what)
        return np.flatnonzero(mask)

    def _what_is(self, what: str) -> NDArray[np.bool_]:
        diagnosis, condition = self.store.codes["diagnosis"], self.store.codes["condition"]
        is_it: NDArray[np.bool_] = (diagnosis.of == diagnosis.code_of(what)) | (
            (diagnosis.of == 0) & (condition.of == condition.code_of(what))
        )
        return is_it

    def _column(self, name: str, numbers: Numbers) -> tuple[NDArray[Any], Sequence[str]]:
        """Return codes of these cases, and the word of each code."""
        codes = self.store.codes
        if name == "week":
            weeks = self.store.week[numbers]
            if not len(weeks):
                return weeks, [""]
            # Only weeks from the first that is known on have a code, and 0 is for those that are not.
            first = int(weeks[weeks > 0].min(initial=2**31 - 1)) - 1
            words = ["", *(week_words(week) for week in range(first + 1, int(weeks.max()) + 1))]
            return np.maximum(weeks - first, 0), words
        if name == "what":
            return self._what(numbers)
        return codes[name].of[numbers], codes[name].values

    def _what(self, numbers: Numbers) -> tuple[NDArray[Any], Sequence[str]]:
        diagnosis, condition = self.store.codes["diagnosis"], self.store.codes["condition"]
        words, codes = list(diagnosis.values), []
        for word in condition.values:
            code = diagnosis.code_of(word)
            if code < 0:
                code = len(words)
                words.append(word)
            codes.append(code)
        own = diagnosis.of[numbers]
        return np.where(own > 0, own, np.array(codes, np.uint16)[condition.of[numbers]]), words


@dataclass(frozen=True, slots=True)
class _Counted:
    """Which combinations occur, each as one number, smallest first, and how often; `words` by name and code."""

    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: Sequence[Sequence[str]]

    @property
    def sizes(self) -> list[int]:
        return [*map(len, self.words)]

    def paths(self, keys: NDArray[np.int64], depth: int) -> Iterator[tuple[str, ...]]:
        """Give the words of combinations of the first so many names."""
        if not depth:
            return iter([()] * len(keys))
        parts = zip(self.words[:depth], np.unravel_index(keys, self.sizes[:depth]), strict=True)
        return zip(*(map(words.__getitem__, codes.tolist()) for words, codes in parts), strict=True)

    def by_first(self) -> Iterator[tuple[str, list[tuple[tuple[str, ...], int]]]]:
        """Give each first word, with what else occurs beside it and how often."""
        firsts = self.keys // prod(self.sizes[1:])
        for start, end in pairwise((*map(int, _starts(firsts)), len(firsts))):
            paths = self.paths(self.keys[start:end], len(self.words))
            counts = map(int, self.counts[start:end])
            rest = [(path[1:], count) for path, count in zip(paths, counts, strict=True)]
            yield self.words[0][int(firsts[start])], rest


def _starts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of sorted keys where another one begins."""
    return np.flatnonzero(np.concatenate((np.ones(len(keys[:1]), np.bool_), keys[1:] != keys[:-1])))


def _unique(keys: NDArray[np.int64], cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys that occur, and how often each does."""
    if cells > _FEW:
        return np.unique(keys, return_counts=True)
    counts = np.bincount(keys)
    found = np.flatnonzero(counts)
    return found, counts[found]
