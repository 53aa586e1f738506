"""What the desk filters and counts by, of all cases, held in memory by each server process.

    case_summary ──▶ a bit for each case and value, a small number for its week, its diagnosis, its check

Over a million cases no index of a database answers "any ten filters, how many of each, from here on" in the time of a
page: each combination would need its own. In memory that is a few milliseconds, exact, and the same for every page. It
costs about 60 bytes a case, some seconds at the start for a million, and the push nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from sync_server.repositories import case_columns
from sync_server.repositories.case_columns import YES as HAS
from sync_server.repositories.case_columns import CaseColumns, Column
from sync_server.services.case_index.bitmaps import Facet
from sync_server.services.case_index.codes import Codes
from sync_server.services.case_index.wanted import YES
from sync_server.services.cases_in_memory import CasesInMemory
from sync_server.services.digest import URGENCIES
from sync_server.services.follow_up_checks import ENDED, NOT_WORKED_OUT, PlannedChecks

NEVER = 2**31 - 1
"""The day on which a check is due that is not planned."""
COLUMNS = {
    "site": "site_no",
    "age": "age_band",
    "condition": "condition",
    "diagnosis": "diagnosis",
    "urgency": "urgency",
    "review": "review_state",
    "month": "received_month",
}
"""Columns of one word a case, and what they are called in the table."""
_NO_FACET = "month"
_FLAGS = {"danger": "danger_signs", "differs": "disagreements"}
_NEAR = 500
"""Numbers of new cases become visible in almost their order: so many are looked at again."""
_REMEMBERED = 50_000
_RANKS = {urgency: place for place, urgency in enumerate(URGENCIES)}


class CaseStore(CasesInMemory):
    """Holds them.

    `facets` have the cases with each value, `marks` those that are live (not withdrawn), have ended, had antibiotics
    before, or whose outcome differs from what the tool says. `week` counts Mondays from the year 1 (0: not known),
    `due` is the ordinal day on which the next check is due, `rank` the place of the urgency. All have room for numbers
    below `size`.
    """

    def __init__(self, checks: PlannedChecks) -> None:
        super().__init__()
        self._checks = checks
        self._day_of = lru_cache(_REMEMBERED)(self._due_day)
        self._highest = 0
        self.size = 0
        self.codes = {name: Codes() for name in COLUMNS}
        self.facets = {name: Facet(0) for name in (*COLUMNS, *_FLAGS, "region") if name != _NO_FACET}
        self.marks = Facet(0)
        self.week: NDArray[np.int32] = np.zeros(0, np.int32)
        self.due: NDArray[np.int32] = np.zeros(0, np.int32)
        self.rank: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._known: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def _read_all(self, session: Session) -> None:
        highest = case_columns.highest(session)
        self._grow(highest + 1)
        for some in case_columns.every(session):
            self._take(some)
            self._percent = 100 * self._highest // highest

    def _read_again(self, session: Session, changed: set[int]) -> None:
        if case_columns.highest(session) > self._highest:
            # A case of which only another tablet's word is there has no entry, and so no position.
            near = case_columns.numbers_from(session, self._highest - _NEAR)
            changed |= {number for number in near if number >= self.size or not self._known[number]}
        for some in case_columns.of(session, changed):
            self._take(some)

    def _take(self, some: CaseColumns) -> None:
        numbers, is_live = some.numbers, some["is_withdrawn"].where("")
        self._grow(int(numbers.max()) + 1)
        self._known[numbers] = True
        self._highest = max(self._highest, int(numbers.max()))
        for name, column in COLUMNS.items():
            own = self.codes[name]
            codes = own.put(numbers, some[column])
            if name != _NO_FACET:
                words = set(some[column].words)
                having = {word: numbers[is_live & (codes == own.code_of(word))] for word in words}
                self.facets[name].put(numbers, having)
        places = Column([*map(str.split, some["region"].words)], some["region"].at)
        regions = set[str]().union(*places.words)
        having = {region: numbers[is_live & places.of(partial(_has, region), np.bool_)] for region in regions}
        self.facets["region"].put(numbers, having)
        for name, column in _FLAGS.items():
            self.facets[name].put(numbers, {YES: numbers[is_live & some[column].where(HAS)]})
        differs = some.together("outcome", "condition").of(lambda said: all(said) and said[0] != said[1], np.bool_)
        marks = {
            "live": is_live,
            "ended": is_live & some["seen_day"].where(str(ENDED)),
            "antibiotics": is_live & some["had_antibiotics"].where(HAS),
            "outcome_differs": is_live & differs,
        }
        self.marks.put(numbers, {mark: numbers[has] for mark, has in marks.items()})
        self.week[numbers] = some["received_week"].of(week_number)
        self.rank[numbers] = some["urgency"].of(lambda urgency: _RANKS.get(urgency, len(URGENCIES)), np.uint8)
        self.due[numbers] = self._due_days(some)

    def _due_days(self, some: CaseColumns) -> NDArray[np.int32]:
        days = some.together("review_state", "diagnosis", "followed", "seen_day").of(lambda said: self._day_of(*said))
        weeks = self.week[some.numbers]
        # Counted from the Sunday of the week of arrival, as `follow_up_checks.due_by` does.
        return np.where((days < 0) | (weeks == 0), NEVER, 7 * weeks + 7 + days)

    def _due_day(self, review_state: str, diagnosis: str, followed: str, seen_day: str) -> int:
        """Return the day after the first visit on which the next check is due, or -1."""
        if review_state == "rejected" or int(seen_day) in (ENDED, NOT_WORKED_OUT):
            return -1
        check = self._checks.next_open(diagnosis or followed, int(seen_day))
        return -1 if check is None else check.day

    def _grow(self, needed: int) -> None:
        if needed <= self.size:
            return
        # A tenth more than is needed, in whole words.
        size = -(-(needed + needed // 10) // 1024) * 1024
        for facet in (*self.facets.values(), self.marks):
            facet.grow(size)
        for codes in self.codes.values():
            codes.grow(size)
        more = size - self.size
        self.week = np.concatenate((self.week, np.zeros(more, np.int32)))
        self.due = np.concatenate((self.due, np.full(more, NEVER, np.int32)))
        self.rank = np.concatenate((self.rank, np.zeros(more, np.uint8)))
        self._known = np.concatenate((self._known, np.zeros(more, np.bool_)))
        self.size = size


def _has(word: str, words: Sequence[str]) -> bool:
    return word in words


@lru_cache(maxsize=4096)
def week_number(words: str) -> int:
    """Return the number of a week such as 2026-W34, or 0 where nobody knows it."""
    year, _, week = words.partition("-W")
    # The first of January of the year 1 was a Monday.
    return (date.fromisocalendar(int(year), int(week), 1).toordinal() - 1) // 7 if week else 0


@lru_cache(maxsize=4096)
def week_words(number: int) -> str:
    """Return what a week is called: 2026-W34; "" for 0."""
    if not number:
        return ""
    year, week, _ = date.fromordinal(7 * number + 1).isocalendar()
    return f"{year}-W{week:02}"
