"""The one table, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from tests.benchmarks.result import SECONDS, Result

HEAD = ("what", "median", "p95", "beside it, in the same run", "median", "ratio", "wanted", "differs by", "met")
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_MET = {True: "yes", False: "NO", None: ""}


def as_text(results: Sequence[Result]) -> str:
    """Return the table; times and ratios to three digits."""
    rows = [HEAD, *(_cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    is_text = (0, 3, 6)
    lines = [
        "  ".join(
            cell.ljust(width) if column in is_text else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return every figure of the table, in seconds or bytes (`unit`), and on how many children it was measured."""
    return [
        {
            "what": result.what,
            "unit": result.unit,
            "children": len(result.seconds),
            "median": result.median,
            "p95": result.p95,
            "reference": result.reference and result.reference.name,
            "reference_median": _reference_median(result),
            "ratio": result.ratio,
            "at_most": result.at_most,
            "times_faster": result.times_faster,
            "never_below": result.never_below,
            "difference": result.equality and result.equality.difference,
            "difference_allowed": result.equality and result.equality.allowed,
            "met": result.is_met,
        }
        for result in results
    ]


def _cells(result: Result) -> tuple[str, ...]:
    theirs, ratio = _reference_median(result), result.ratio
    return (
        result.what,
        _in(result.unit, result.median),
        _in(result.unit, result.p95) if len(result.seconds) > 1 else "",
        result.reference.name if result.reference else "",
        "" if theirs is None else _in(result.unit, theirs),
        "" if ratio is None else f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.2f} x",
        _wanted(result),
        "" if result.equality is None else f"{result.equality.difference:.0e}",
        _MET[result.is_met],
    )


def _in(unit: str, figure: float) -> str:
    return in_words(figure) if unit == SECONDS else f"{figure:,.0f} {unit}"


def in_words(seconds: float) -> str:
    """Return a time in the unit that it is best read in: `62 µs`, `2.7 ms`, `1.2 s`."""
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), _UNITS[-1])
    figure = seconds / size
    return f"{figure:.1f} {unit}" if figure < 9.95 else f"{figure:.0f} {unit}"


def _wanted(result: Result) -> str:
    wanted = []
    if result.at_most is not None:
        wanted.append(f"<= {_in(result.unit, result.at_most)}")
    if result.times_faster is not None:
        few = result.times_faster < 10 and result.times_faster % 1
        wanted.append(f">= {result.times_faster:.2f} x" if few else f">= {result.times_faster:,.0f} x")
    if result.equality is not None:
        wanted.append(f"within {result.equality.allowed:.0e}")
    return ", ".join(wanted)


def _reference_median(result: Result) -> float | None:
    reference = result.reference
    return median(reference.seconds) if reference is not None and reference.seconds else None
