"""The result: how urgent and what to do, then the ranking, then the next test and question."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen, bold
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import ranked_bar  # noqa: F401 (names used by kv)
from mobile_app.widgets.banner import RuleLine
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.ranked_row import RankedRow


class ResultScreen(AppScreen):
    """Banner across, ranking at the start, what comes next at the end."""

    def make_row(self, item: Any) -> RankedRow:
        """Return the row of one condition."""
        return RankedRow(item=item, on_toggle=lambda row: self.presenter.toggle_row(row.item.condition))

    def make_rule(self, item: Any) -> RuleLine:
        """Return one more rule that holds, below the banner."""
        return RuleLine(item=item)

    def make_change(self, item: Any) -> IconLine:
        """Return one line of what would change the ranking."""
        icon, ink = ("emergency", theme.emergency) if item.is_danger else ("test", theme.primary)
        return IconLine(icon=icon, icon_ink=ink, ink=theme.ink, markup=True, text=bold(item.trigger, item.effect))


load_kv(__file__)
