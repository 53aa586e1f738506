"""An emergency: what to do now; the ranking is small at the side and changes nothing."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen, escaped
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.banner import RuleLine
from mobile_app.widgets.chip import ReasonChip
from mobile_app.widgets.ranked_row import SmallRankedRow
from mobile_app.widgets.rows import NumberedStep


class EmergencyScreen(AppScreen):
    """Banner across, the acts at the start, the ranking at the end."""

    def make_act(self, item: Any) -> NumberedStep:
        """Return one numbered act, its first sentence set SemiBold."""
        first, stop, rest = item.text.partition(". ")
        text = f"[b]{escaped(first)}.[/b] {escaped(rest)}" if stop else f"[b]{escaped(item.text)}[/b]"
        size = theme.title if not theme.is_compact else theme.body_large
        return NumberedStep(number=item.number, text=text, kind="urgent", disc_side=36, font_size=size)

    def make_reason(self, text: str) -> ReasonChip:
        """Return the chip of an answer that raised the alarm."""
        return ReasonChip(text=text, max_width=max(self.ids.acts.width - 40, 200))

    def make_rule(self, item: Any) -> RuleLine:
        """Return another rule that holds."""
        return RuleLine(item=item)

    def make_rank(self, item: Any) -> SmallRankedRow:
        """Return one small bar."""
        return SmallRankedRow(item=item)


load_kv(__file__)
