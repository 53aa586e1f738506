"""CSV that every reader reads back, and that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_server.services.exports.csv_safe import csv_line, csv_lines, safe_cell

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+44 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "\0=1",
    '=HYPERLINK("http://x","y")',
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_text_that_would_run_is_shown_as_text(formula: str) -> None:
    (read,) = next(csv.reader(io.StringIO(csv_line([formula]), newline="")))
    assert read.startswith("'")
    assert read.removeprefix("'") == formula.replace("\0", "")


def test_numbers_stay_numbers() -> None:
    assert csv_line([-1.5, 0.36, 7, True, False, None]) == "-1.5,0.36,7,yes,no,\r\n"


def test_lines_end_as_rfc_4180_says_and_quotes_are_doubled() -> None:
    assert csv_lines([["a,b", 'say "x"'], ["two\nlines", ""]]) == '"a,b","say ""x"""\r\n"two\nlines",\r\n'


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_whatever_stands_in_a_cell_comes_back_out_of_it(cells: list[str]) -> None:
    (read,) = list(csv.reader(io.StringIO(csv_line(cells), newline="")))
    assert read == [safe_cell(cell) for cell in cells]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in read)
