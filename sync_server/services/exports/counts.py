"""Counts of cases by diagnosis, site, month, age band and urgency, after the small-cell guard, as CSV and JSON.

A line for each count that may be shown. "all" stands where a line is a sum over that column, "not shown" where it is
the sum of what the guard hides there, so the lines below a sum, if there are any, add up to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sync_server.services.exports.csv_safe import csv_line, csv_lines
from sync_server.services.exports.small_cells import Guarded, K, Path, guard

LEVELS = ("diagnosis", "site", "month", "age_band", "urgency")
ALL, NOT_SHOWN, UNKNOWN = "all", "not shown", "unknown"
IN_TABLE = 4
"""The table goes down to the age band; urgency is for DHIS2."""
_SITE = LEVELS.index("site")


@dataclass(frozen=True, slots=True)
class CountLine:
    """One count. Each field is a code, the number of a site, ALL or NOT_SHOWN."""

    diagnosis: str
    site: str
    month: str
    age_band: str
    cases: int


def guarded_counts(found: Iterable[tuple[Path, int]]) -> Guarded:
    """Return what may be shown of all cases of all sites, counted by `LEVELS`."""
    leaves: Counter[Path] = Counter()
    for path, count in found:
        leaves[tuple(part or UNKNOWN for part in path)] += count
    return guard(leaves)


def lines(guarded: Guarded, sites: Collection[int] | None) -> list[CountLine]:
    """Return the table's lines: sums first, then what they are made of. With `sites`, only lines of these sites."""
    found = [(path, path, count) for path, count in guarded.shown.items() if len(path) <= IN_TABLE]
    found += [
        # After everything else below the same count.
        (path, (*path, "\uffff"), count)
        for path, count in guarded.not_shown.items()
        # Where all of a count is hidden, its own line says so.
        if len(path) < IN_TABLE and count < guarded.shown[path]
    ]
    wanted = None if sites is None else {str(site) for site in sites}
    table = []
    for path, place, count in sorted(found, key=lambda one: one[1]):
        if wanted is not None and (len(path) <= _SITE or path[_SITE] not in wanted):
            continue
        said = (*path, *([NOT_SHOWN] if place != path else []), *[ALL] * IN_TABLE)
        table.append(CountLine(said[0], said[1], said[2], said[3], count))
    return table


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
