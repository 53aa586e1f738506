"""CSV that every program reads and no spreadsheet runs: RFC 4180 in UTF-8.

A spreadsheet takes a cell that begins with = + - @ (wide ones too), a tab or a line end for a formula. Such a text gets
an apostrophe before it, which shows it as text. Numbers are written as numbers: -1.5 is no formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int | float | bool | None
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_line(cells: Sequence[Cell]) -> str:
    """Return one record with its CR LF. None is an empty cell; yes and no stand for true and false."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def csv_lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Return many records at once."""
    out = StringIO(newline="")
    # Most cells of a wide table are empty, and the writer makes those of None itself.
    cells = ([None if cell is None else safe_cell(cell) for cell in row] for row in rows)
    csv.writer(out, lineterminator="\r\n").writerows(cells)
    return out.getvalue()


def safe_cell(cell: Cell) -> str:
    """Return what stands in a cell: a text that would run is kept from it, a number is left as it is."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int() | float():
            return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    # A zero byte ends the text in some programs, and what follows it would begin a cell there.
    plain = cell.replace("\0", "")
    return f"'{plain}" if plain.startswith(_STARTS_A_FORMULA) else plain
