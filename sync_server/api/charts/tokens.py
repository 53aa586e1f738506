"""Colours, patterns, dashes and marks of the charts.

Series are told apart without colour: by fill pattern, by dash, by the shape of the mark. Whatever carries a number has
3:1 or more against white, its outline where it is a pale fill; words have 4.5:1 or more.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#0F1F1E"
INK_2 = "#3A4C4A"
INK_3 = "#55676A"
SURFACE = "#FFFFFF"
GRID = "#D3DCDA"
"""Help lines only: nothing is lost without them, every number stands in the table."""
AXIS = "#6C7F7D"
PRIMARY = "#0A5A58"
PRIMARY_PRESSED = "#063F3E"
BAND = "#A9D2CE"
BAND_LINE = "#2F7A76"
SIGNAL = "#A3131D"
LIMIT = "#8A4A00"
ZONE_SHADES = ("#EEF2F1", "#FFFFFF")

TEXT = 13
SMALL = 12
LINE = 2.2


@dataclass(frozen=True, slots=True)
class Fill:
    """How a bar is filled. `hatch` is the drawing library's word for the pattern, empty for none."""

    face: str
    line: str
    hatch: str = ""


FILLS = (
    Fill(PRIMARY, PRIMARY_PRESSED),
    Fill("#FFFFFF", PRIMARY, "//"),
    Fill("#A9D2CE", PRIMARY_PRESSED),
    Fill("#FFFFFF", "#1B4D8C", "xx"),
    Fill("#DCE6E4", INK, "\\\\"),
    Fill("#FFFFFF", "#8A4A00", "--"),
    Fill("#FFFFFF", INK, "||"),
)
"""One after the other: dark, hatched, pale, crossed, hatched the other way, lined, upright."""
SIGNAL_FILL = Fill(SIGNAL, "#6E0A12")

MARKS = ("o", "s", "^", "D", "v", "P")
"""Circle, square, triangle, diamond, triangle downwards, cross."""
DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None),
    (0, (6, 3)),
    (0, (2, 2)),
    (0, (8, 2, 2, 2)),
    (0, (4, 1)),
    (0, (1, 1)),
)
LINE_COLOURS = (PRIMARY, "#8A4A00", "#1B4D8C", INK, "#45555A", SIGNAL)
