"""The danger signs on one screen: a line each, Yes and No."""

from __future__ import annotations

from typing import Any

from mobile_app.presenters.frame import ChoiceView
from mobile_app.screens.base import AppScreen
from mobile_app.screens.danger_row import DangerRow
from mobile_app.theme.theme import load_kv


class DangerSignsScreen(AppScreen):
    """Two columns of lines; a yes that acts replaces the screen by itself, because the presenter says so."""

    def make_line(self, item: Any) -> DangerRow:
        """Return the row of one danger sign."""
        row = DangerRow(item=item, options=self._options(item))
        row.bind(on_answer=lambda _row, answer: self.presenter.answer(item.line_id, answer))
        return row

    def follow_lines(self, *_: object) -> None:
        """Change only the rows that changed, so that a tap redraws one row and not twelve."""
        grid, lines = self.ids.lines, self.view.lines
        rows = list(reversed(grid.children))
        if [row.item.line_id for row in rows] != [line.line_id for line in lines]:
            grid.clear_widgets()
            for line in lines:
                grid.add_widget(self.make_line(line))
            return
        for row, line in zip(rows, lines, strict=True):
            if row.item != line:
                row.item = line
                row.options = self._options(line)

    def _options(self, line: Any) -> tuple[ChoiceView, ...]:
        words = (("yes", self.view.yes), ("no", self.view.no))
        return tuple(ChoiceView(value, word, line.answer == value) for value, word in words)

    def on_kv_post(self, _base: Any) -> None:
        """Fill the lines, and follow the view."""
        self.follow_lines()
        self.fbind("view", self.follow_lines)


load_kv(__file__)
