"""Logical text to the lines that are drawn: right to left where the language asks for it, numbers never reversed.

    text  ──▶ pieces ──▶ words, wrapped in logical order ──▶ each line by itself: joined letters, drawing order

Views carry logical text; only what draws (the text widgets, the papers) comes here. `set_lines` is the door. Neither
Kivy nor the PDF library is known: who draws brings a `measure(text, is_bold)`.
"""

from mobile_app.typesetting.direction import has_arabic, has_hangul, reads_from_right
from mobile_app.typesetting.isolates import isolated
from mobile_app.typesetting.lines import Line, Measure, set_lines
from mobile_app.typesetting.markup import Run, runs_of, to_markup
from mobile_app.typesetting.ordering import drawn_in_order
from mobile_app.typesetting.pieces import kept_together

__all__ = [
    "Line",
    "Measure",
    "Run",
    "drawn_in_order",
    "has_arabic",
    "has_hangul",
    "isolated",
    "kept_together",
    "reads_from_right",
    "runs_of",
    "set_lines",
    "to_markup",
]
