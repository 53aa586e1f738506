"""A chart: a drawing that stands inside a page, and the table of the same numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.sentence import Sentence
from sync_server.language import in_words

Words = str | Sentence
"""What a person reads. A sentence is said in the language of the request."""
Cell = str | int | float | None
"""What stands in a table: words, a number, or nothing because nothing was counted."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart. The first column names the row; each row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def said(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows as they are printed."""
        return tuple(tuple(number_words(cell) for cell in row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` needs no style sheet and no script; its labels are escaped. `name` begins the ids of its elements."""

    name: str
    title: str
    description: str
    svg: Markup
    table: Table


def table(head: Sequence[Words], rows: Sequence[Sequence[Cell | Sentence]]) -> Table:
    """Return a table; every row must have as many cells as the head.

    Raises:
        ValueError: a row is shorter or longer.
    """
    said = tuple(in_words(words) for words in head)
    cells = tuple(tuple(in_words(cell) if isinstance(cell, Sentence) else cell for cell in row) for row in rows)
    if any(len(row) != len(said) for row in cells):
        raise ValueError("a row of the table is not as long as its head")
    return Table(said, cells)


def number_words(cell: Cell) -> str:
    """Return a cell in print: whole numbers whole, others with three significant digits, nothing as a dash."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and math.isinf(cell):
        return "∞" if cell > 0 else "−∞"
    if float(cell).is_integer():
        words = f"{int(cell)}"
    else:
        decimals = max(0, min(3, 2 - math.floor(math.log10(abs(cell)))))
        words = f"{cell:.{decimals}f}".rstrip("0").rstrip(".")
        words = "0" if words in ("", "-0") else words
    return words.replace("-", "−")
