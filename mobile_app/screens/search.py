"""Search: a field, filters, and the cases that are found as one types; without a word, all of them."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import case_list, field  # noqa: F401 (names used by kv)
from mobile_app.widgets.filter_chip import FilterChip
from mobile_app.widgets.rows import CaseRow, DraftCard


class SearchScreen(AppScreen):
    """The field stays where it is; what is found scrolls under it."""

    def on_parent(self, _screen: Any, parent: Any) -> None:
        """Be ready for typing when somebody came to type."""
        typing = self.ids.field.ids.input
        if parent is not None and self.view.takes_keys:
            Clock.schedule_once(lambda _elapsed: setattr(typing, "focus", self.parent is not None))
        else:
            typing.focus = False

    def on_view(self, *changed: object) -> None:
        """Show the first of what is found now, not the middle of it."""
        super().on_view(*changed)
        if "results" in self.ids:
            self.ids.results.scroll_y = 1

    def type_key(self, character: str) -> bool:
        """Take a key of a keyboard that nobody has turned to the field yet."""
        if character == "delete":
            self.presenter.type(self.view.typed[:-1])
        elif character.isprintable() and not character.isspace():
            self.presenter.type(self.view.typed + character)
            typing = self.ids.field.ids.input
            typing.focus = True
            typing.cursor = (len(typing.text), 0)
        else:
            return False
        return True

    def make_filter(self, item: Any) -> FilterChip:
        """Return the chip of one filter."""
        chip = FilterChip(value=item.value, text=item.label, is_chosen=item.is_chosen)
        chip.bind(on_release=lambda _chip: self.presenter.toggle(item.value))
        return chip

    def make_draft(self, item: Any) -> DraftCard:
        """Return the card of one draft."""
        return DraftCard(item=item, on_resume=lambda card: self.presenter.resume(card.item.draft_id))

    def make_case(self, item: Any) -> CaseRow:
        """Return the row of one case."""
        return CaseRow(item=item, on_release=lambda row: self.presenter.open_case(row.item.case_id))


load_kv(__file__)
