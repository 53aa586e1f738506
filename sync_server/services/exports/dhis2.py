"""Counts as a DHIS2 data value set: what `POST /api/dataValueSets` takes.

    dataElement   HW_CELLULITIS, HW_CELLULITIS_1-4Y, HW_CELLULITIS_1-4Y_S  (by code; a sum and its parts; S is same day)
    orgUnit       the site's UID in DHIS2, as an administrator has entered it; a site without one is left out
    period        202611 for guarded counts, 2026W47 for the review team's own

Guarded counts go by month only: weeks cut the same cases a second time, and what differs between both would undo the
guard. The review team's weekly counts are not guarded and are for a DHIS2 of which the district decides who reads it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from sync_server.services.exports.counts import UNKNOWN
from sync_server.services.exports.small_cells import Guarded, Path

ORG_UNIT = re.compile("[A-Za-z][A-Za-z0-9]{10}")
"""A UID of DHIS2."""
LONGEST_CODE = 50
"""What DHIS2 lets a code have."""
_BELOW_MONTH = 3

# What a data value is of: data element, period, site.
_Value = tuple[str, str, int]


def is_org_unit(text: str) -> bool:
    """Tell whether a text can be the UID of an organisation unit."""
    return ORG_UNIT.fullmatch(text) is not None


def data_element(diagnosis: str, age_band: str = "", urgency: str = "") -> str:
    """Return the code of a data element; without age band or urgency that of their sum."""
    parts = ["HW", diagnosis.upper()]
    if age_band:
        numbers, _, unit = age_band.rpartition("_")
        parts.append(f"{numbers.replace('_', '-')}{unit}".upper() if numbers else age_band.upper())
    if urgency:
        parts.append({"emergency": "E", "same_day": "S", "within_days": "D", "routine": "R"}.get(urgency, "U"))
    return "_".join(parts)


def guarded_values(guarded: Guarded, org_units: Mapping[int, str], sites: Collection[int] | None) -> bytes:
    """Return the data value set of counts that passed the guard."""
    values: dict[_Value, int] = {}
    for path, count in guarded.shown.items():
        if len(path) < _BELOW_MONTH:
            continue
        diagnosis, site, month, *finer = path
        if sites is None or int(site) in sites:
            values[data_element(diagnosis, *finer), month.replace("-", ""), int(site)] = count
    return b"".join(_value_set([values], org_units))


def weekly_values(
    found: Iterable[tuple[str, Iterable[tuple[Path, int]]]], org_units: Mapping[int, str]
) -> Iterator[bytes]:
    """Give the data value set of every count, small ones too, week by week.

    Args:
        found: for each week the counts by site, diagnosis, age band and urgency.
    """
    return _value_set((_of_week(arrived, counts) for arrived, counts in found if arrived), org_units)


def _of_week(arrived: str, counts: Iterable[tuple[Path, int]]) -> Mapping[_Value, int]:
    week, values = arrived.replace("-W0", "W").replace("-", ""), Counter[_Value]()
    for (site, *rest), count in counts:
        diagnosis, age_band, urgency = (part or UNKNOWN for part in rest)
        for element in (
            data_element(diagnosis),
            data_element(diagnosis, age_band),
            data_element(diagnosis, age_band, urgency),
        ):
            values[element, week, int(site)] += count
    return values


def _value_set(parts: Iterable[Mapping[_Value, int]], org_units: Mapping[int, str]) -> Iterator[bytes]:
    yield b'{"dataElementIdScheme": "CODE", "orgUnitIdScheme": "UID", "dataValues": ['
    between = ""
    for values in parts:
        said = [
            json.dumps({"dataElement": element, "period": period, "orgUnit": org_units[site], "value": str(count)})
            for (element, period, site), count in sorted(values.items())
            if site in org_units
        ]
        if said:
            yield (between + ", ".join(said)).encode()
            between = ", "
    yield b"]}"
