"""The result: how urgent and what to do, then the ranking, then the next test and question."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty

from mobile_app.presenters.result import ConsideredView, NextTestView
from mobile_app.screens.base import AppScreen, bold
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import ranked_bar  # noqa: F401 (names used by kv)
from mobile_app.widgets.banner import RuleLine
from mobile_app.widgets.next_cards import ConsideredCard, NextQuestionCard, NextTestCard
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.ranked_row import RankedRow
from mobile_app.widgets.surface import Card


class ResultScreen(AppScreen):
    """Banner across, ranking at the start, what comes next at the end."""

    is_tight = BooleanProperty(False)
    """Whether the footer has room for its buttons alone."""
    leads_with_next = BooleanProperty(False)
    """Whether what to do next stands above the ranking instead of beside it."""

    def make_row(self, item: Any) -> RankedRow:
        """Return the row of one condition."""
        row = RankedRow(item=item)
        row.bind(
            on_toggle=lambda row: self.presenter.toggle_row(row.item.condition),
            on_reason=lambda row, finding: self.presenter.show_reason(row.item.condition, finding),
        )
        return row

    def make_rule(self, item: Any) -> RuleLine:
        """Return one more rule that holds, below the banner."""
        return RuleLine(item=item)

    def next_items(self, view: Any) -> tuple[Any, ...]:
        """Return the next test, the next question and what else to think of, as far as there are any."""
        return tuple(item for item in (view.next_test, view.next_question, *view.considered) if item is not None)

    def make_next(self, item: Any) -> Card:
        """Return the card of the next test or question, or of a condition to think of."""
        if isinstance(item, ConsideredView):
            return ConsideredCard(item=item)
        if isinstance(item, NextTestView):
            return NextTestCard(item=item, on_act=lambda _card: self.presenter.enter_test())
        return NextQuestionCard(item=item, on_act=lambda _card: self.presenter.answer_next())

    def make_change(self, item: Any) -> IconLine:
        """Return one line of what would change the ranking."""
        icon, ink = ("emergency", theme.emergency) if item.is_danger else ("test", theme.primary)
        return IconLine(icon=icon, icon_ink=ink, ink=theme.ink, markup=True, text=bold(f"{item.trigger}:", item.effect))


load_kv(__file__)
