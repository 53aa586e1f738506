"""Counts of cases by diagnosis, site, month, age band and urgency, after the small-cell guard, as CSV and JSON.

A line for each count that may be shown. "all" stands where a line is a sum over that column, "not shown" where it is
the sum of what the guard hides there, so the lines below a sum, if there are any, add up to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sync_server.services.exports.csv_safe import csv_line, csv_lines
from sync_server.services.exports.small_cells import Guarded, K, Path

LEVELS = ("diagnosis", "site", "month", "age_band", "urgency")
ALL, NOT_SHOWN, UNKNOWN = "all", "not shown", "unknown"
IN_TABLE = 4
"""The table goes down to the age band; urgency is for DHIS2."""
_SITE = LEVELS.index("site")
_LAST = "\uffff"
"""Stands after everything else below the same count."""


@dataclass(frozen=True, slots=True)
class CountLine:
    """One count. Each field is a code, the number of a site, ALL or NOT_SHOWN."""

    diagnosis: str
    site: str
    month: str
    age_band: str
    cases: int


def lines(guarded: Guarded, sites: Collection[int] | None) -> list[CountLine]:
    """Return the table's lines: sums first, then what they are made of. With `sites`, only lines of these sites."""
    table = []
    for place, count in sorted(_lines(guarded, sites)):
        said = (*(NOT_SHOWN if part == _LAST else part for part in place), *[ALL] * IN_TABLE)
        table.append(CountLine(said[0], said[1], said[2], said[3], count))
    return table


def count_lines(guarded: Guarded, sites: Collection[int] | None) -> int:
    """Return how many lines there are."""
    return sum(1 for _ in _lines(guarded, sites))


def _lines(guarded: Guarded, sites: Collection[int] | None) -> Iterator[tuple[Path, int]]:
    """Give the place of each line in the table, and its count."""
    wanted = None if sites is None else {str(site) for site in sites}

    def is_seen(path: Path) -> bool:
        return wanted is None or (len(path) > _SITE and path[_SITE] in wanted)

    for path, count in guarded.shown.items():
        if len(path) <= IN_TABLE and is_seen(path):
            yield path, count
    for path, count in guarded.not_shown.items():
        # Where all of a count is hidden, its own line says so.
        if len(path) < IN_TABLE and count < guarded.shown[path] and is_seen(path):
            yield (*path, _LAST), count


def counts_csv(table: Iterable[CountLine], names: dict[int, str], notice: str) -> bytes:
    """Return the table as CSV; what it means stands in a last column, so that no line is anything but a record."""
    head = csv_line(("diagnosis", "site", "month", "age_band", "cases", "about"))
    rows = [
        (one.diagnosis, _site(one.site, names), one.month, one.age_band, one.cases, "" if place else notice)
        for place, one in enumerate(table)
    ]
    return (head + csv_lines(rows)).encode()


def counts_json(table: Iterable[CountLine], names: dict[int, str], notice: str) -> bytes:
    """Return the table as JSON."""
    body = {
        "about": notice,
        "smallest_count": K,
        "lines": [
            {
                "diagnosis": one.diagnosis,
                "site": _site(one.site, names),
                "month": one.month,
                "age_band": one.age_band,
                "cases": one.cases,
            }
            for one in table
        ],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _site(site: str, names: dict[int, str]) -> str:
    return names.get(int(site), site) if site.isdecimal() else site
