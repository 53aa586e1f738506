"""What reports over outcomes count, of all adjudicated cases, held in memory by each server process.

    case_summary, case_score ──▶ some numbers a case, in columns by its number

Nothing stands here that the tables do not say. A database takes seconds to group a million scores at each look; this
takes them once, costs a push nothing, and about 60 bytes a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from sync_server.repositories import adjudicated, case_columns
from sync_server.repositories.adjudicated import COURSE, LINES, SCORE
from sync_server.services.cases_in_memory import CasesInMemory
from sync_server.services.course import courses_read
from sync_server.services.follow_up_checks import NOT_WORKED_OUT

Numbers = NDArray[np.int64]
Column = NDArray[Any]
Words = tuple[str, ...]
MILLION = 1_000_000
"""Brier scores have six decimals. They are held in millionths, of which every sum is exact."""
_SAID = SCORE.index("first")
_COURSE = {"age_days": np.int32, "healed_days": np.int32, "followed_days": np.int32, "sequelae": np.int8,
           "dying_skin": np.int8}  # fmt: skip
_PERCENTS = ("first", "second", "third", "given")


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """Which cases to take. An empty text, and None, leave that side open.

    `sites` are those that the reader may see, `site` the one that is asked for; months (2026-11) are those in which the
    first entry reached the server, both ends included.
    """

    sites: frozenset[int] | None = None
    site: int | None = None
    first_month: str = ""
    last_month: str = ""
    diagnosis: str = ""
    only_confirmed: bool = False

    def is_where(self, words: Words) -> bool:
        """Tell whether a site and a month are wanted."""
        site, month = int(words[0]), words[1]
        return (
            (self.sites is None or site in self.sites)
            and self.site in (None, site)
            and self.first_month <= month
            and (not self.last_month or month <= self.last_month)
        )

    def is_what(self, words: Words) -> bool:
        """Tell whether a diagnosis and a state are wanted."""
        diagnosis, state, *_ = words
        return self.diagnosis in ("", diagnosis) and (state == "confirmed" or not self.only_confirmed)


class Lines:
    """A column of lines of words, of which few differ, held as one number a case. `words[0]` is of those unused."""

    def __init__(self) -> None:
        self.words: list[Words] = [()]
        self.of: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._places: dict[Words, int] = {(): 0}

    def put(self, numbers: Numbers, lines: Sequence[Words], at: Numbers) -> None:
        """Let these cases have the lines at these places."""
        for words in lines:
            if words not in self._places:
                self._places[words] = len(self.words)
                self.words.append(words)
        self.of[numbers] = np.array([self._places[words] for words in lines], np.uint32)[at]

    def where(self, is_wanted: Callable[[Words], bool]) -> NDArray[np.bool_]:
        """Return for each case whether its line is wanted; one unused never is."""
        return np.array([False, *map(is_wanted, self.words[1:])], np.bool_)[self.of]


class AdjudicatedCases(CasesInMemory):
    """Holds them.

    `lines` are WHERE, WHAT and PLACE of `repositories/adjudicated.py`, and of the first and the last score the part
    up to the antibiotics. `numbers` are the rest, called `first_given` and so on; `first_brier` is in millionths.
    All have room for the case numbers below `size`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.lines = {name: Lines() for name in ("where", "what", "place", "first", "last")}
        kinds: dict[str, Any] = {**_COURSE}
        for which in ("first", "last"):
            kinds |= {f"{which}_{name}": np.uint8 for name in _PERCENTS} | {f"{which}_brier": np.int32}
        self.numbers: dict[str, Column] = {name: np.zeros(0, kind) for name, kind in kinds.items()}

    def of(self, wanted: Adjudicated) -> Numbers:
        """Return the numbers of the cases that are wanted, in the order of their arrival."""
        mask = self.lines["where"].where(wanted.is_where)
        mask &= self.lines["what"].where(wanted.is_what)
        return np.flatnonzero(mask)

    def diagnoses(self, wanted: Adjudicated) -> Counter[str]:
        """Return how many of the cases that are wanted have each diagnosis."""
        what, found = self.lines["what"], Counter[str]()
        for code, count in enumerate(np.bincount(what.of[self.of(wanted)])):
            if count:
                found[what.words[code][0]] += int(count)
        return found

    def _read_all(self, session: Session) -> None:
        self._grow(case_columns.highest(session) + 1)
        for lines in adjudicated.every(session):
            self._percent = 100 * self._take(session, lines) // self.size

    def _read_again(self, session: Session, changed: set[int]) -> None:
        if changed:
            self._grow(max(changed) + 1)
            # What is adjudicated no more does not come back.
            self.lines["what"].of[list(changed)] = 0
        for lines in adjudicated.of(session, changed):
            self._take(session, lines)

    def _take(self, session: Session, lines: Sequence[str]) -> int:
        """Hold these lines, and return the highest number of their cases."""
        numbers = np.array([*map(int, lines[::LINES])], np.int64)
        for place, name in enumerate(("where", "what", "place"), 1):
            different, at = _different(lines[place::LINES])
            self.lines[name].put(numbers, different, at)
        self._take_courses(session, numbers, *_different(lines[4::LINES]))
        first, last = lines[5::LINES], lines[6::LINES]
        self._take_scores("first", numbers, *_different(first))
        # The last conclusion is the first one where there is no other.
        self._take_scores("last", numbers, *_different([b or a for a, b in zip(first, last, strict=True)]))
        return int(numbers.max())

    def _take_courses(self, session: Session, numbers: Numbers, different: Sequence[Words], at: Numbers) -> None:
        for place, (name, kind) in enumerate(_COURSE.items()):
            self.numbers[name][numbers] = np.array([int(words[place]) for words in different], kind)[at]
        is_old = np.array([int(words[COURSE.index("seen_day")]) == NOT_WORKED_OUT for words in different])[at]
        place_of = self.lines["place"]
        for number, course in courses_read(session, numbers[is_old].tolist()).items():
            for name in _COURSE:
                self.numbers[name][number] = getattr(course, name)
            region, side, _ = place_of.words[place_of.of[number]]
            place_of.put(np.array([number]), [(region, side, course.knowledge)], np.array([0]))

    def _take_scores(self, which: str, numbers: Numbers, different: Sequence[Words], at: Numbers) -> None:
        self.lines[which].put(numbers, [words[:_SAID] for words in different], at)
        for place, name in enumerate(_PERCENTS, _SAID):
            values = [int(words[place]) if words else 0 for words in different]
            self.numbers[f"{which}_{name}"][numbers] = np.array(values, np.uint8)[at]
        briers = np.array([float(words[-1]) if words else 0.0 for words in different])
        self.numbers[f"{which}_brier"][numbers] = np.rint(briers * MILLION).astype(np.int32)[at]

    def _grow(self, needed: int) -> None:
        if needed <= self.size:
            return
        # A tenth more than is needed.
        size = needed + needed // 10
        for lines in self.lines.values():
            lines.of = _grown(lines.of, size)
        self.numbers = {name: _grown(column, size) for name, column in self.numbers.items()}
        self.size = size


def _grown(column: Column, size: int) -> Column:
    return np.concatenate((column, np.zeros(size - len(column), column.dtype)))


def _different(lines: Sequence[str]) -> tuple[list[Words], Numbers]:
    """Return the lines that differ, by their words, and for each of the given ones its place among them."""
    places = {line: place for place, line in enumerate(dict.fromkeys(lines))}
    at = np.fromiter(map(places.__getitem__, lines), np.int64, len(lines))
    return [tuple(line.split("\t")) if line else () for line in places], at
