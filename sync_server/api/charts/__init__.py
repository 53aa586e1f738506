"""Charts as inline SVG, each with the table of its numbers. Words and plain values in, a `Chart` out.

    bars, stacked_bars, grouped_bars, weekly_counts    counts over named places in order (`bars.py`)
    lines, step_curve                                  courses, measurements over zones, curves of healing (`lines.py`)
    rows_of_points, calibration, between_events        points with intervals, g-chart (`points.py`)

A page shows one with `{% from "chart.html" import figure with context %}` and `{{ figure(chart) }}`, and links
charts.css. They hold no style and no script (the pages' policy forbids both), no colour alone carries a meaning, and
every label is escaped. matplotlib draws; it is loaded with the first chart. What is asked for again is not drawn again
(`drawn_once.py`).
"""

from sync_server.api.charts.bars import Series, bars, grouped_bars, stacked_bars, weekly_counts
from sync_server.api.charts.chart import Cell, Chart, Table, Words, number_words, table
from sync_server.api.charts.lines import Line, Step, Zone, lines, step_curve
from sync_server.api.charts.points import Expected, Point, between_events, calibration, rows_of_points

__all__ = [
    "Cell",
    "Chart",
    "Expected",
    "Line",
    "Point",
    "Series",
    "Step",
    "Table",
    "Words",
    "Zone",
    "bars",
    "between_events",
    "calibration",
    "grouped_bars",
    "lines",
    "number_words",
    "rows_of_points",
    "stacked_bars",
    "step_curve",
    "table",
    "weekly_counts",
]
