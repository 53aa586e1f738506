"""A choice of one: joined cells in one outline; the chosen cell is filled.

The cells stand side by side where their words fit, otherwise one under another: words are never cut or shrunk.
"""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Surface
from mobile_app.widgets.text import one_line_width

CELL_PADDING_DP = 3


class ChoiceCell(Pressable, BoxLayout):
    """One cell. Its corners are round only where the outline's are."""

    value = StringProperty("")
    text = StringProperty("")
    is_chosen = BooleanProperty(False)
    chosen_color = ColorProperty("#0A5A58")
    corners = ListProperty([0, 0, 0, 0])
    font_size = NumericProperty(16)


class Choice(Surface, BoxLayout):
    """The cells of `options` (anything with `value`, `label` and `is_chosen`). `on_choose` gives the tapped value.

    `chosen_colors` may name another fill for a value: a danger sign's "Yes" is not teal. `weights` share out the width.
    """

    options = ObjectProperty(())
    chosen_colors = ObjectProperty({})
    font_size = NumericProperty(16)
    weights = ListProperty([])
    own_height = NumericProperty(0)
    is_stacked = BooleanProperty(False)

    __events__ = ("on_choose",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("options", self._fill)
        self.fbind("chosen_colors", self._fill)
        for name in ("options", "weights", "width", "font_size"):
            self.fbind(name, self._arrange)
        # Equal options, such as units, do not change with the language; the round corners change sides with it.
        theme.bind(is_rtl=self._arrange)
        self._fill()

    @property
    def cells(self) -> list[ChoiceCell]:
        """The cells in the order of the options."""
        return list(reversed(self.children))

    def on_choose(self, value: str) -> None:
        """Tell which cell was tapped."""

    def _fill(self, *_: object) -> None:
        if [cell.value for cell in self.cells] != [option.value for option in self.options]:
            self.clear_widgets()
            for option in self.options:
                self.add_widget(self._cell(option.value))
            self._arrange()
        for cell, option in zip(self.cells, self.options, strict=True):
            cell.text = option.label
            cell.is_chosen = option.is_chosen
            cell.chosen_color = self.chosen_colors.get(option.value, theme.primary)

    def _cell(self, value: str) -> ChoiceCell:
        cell = ChoiceCell(value=value, font_size=self.font_size)
        self.fbind("font_size", cell.setter("font_size"))
        cell.bind(on_release=lambda pressed: self.dispatch("on_choose", pressed.value))
        return cell

    def _arrange(self, *_: object) -> None:
        cells = self.cells
        shares = [self.weights[place] if place < len(self.weights) else 1.0 for place in range(len(cells))]
        self.is_stacked = not self._fit_side_by_side(shares)
        radius = max(0, self.radius - self.outline_width)
        for place, cell in enumerate(cells):
            start, end = radius * (place == 0), radius * (place == len(cells) - 1)
            left, right = (end, start) if self.is_mirrored else (start, end)
            # Top left, top right, bottom right, bottom left.
            cell.corners = [start, start, end, end] if self.is_stacked else [left, right, right, left]
            cell.size_hint_x = 1 if self.is_stacked else shares[place]

    def _fit_side_by_side(self, shares: list[float]) -> bool:
        room = self.width - 2 * self.outline_width - max(0, len(shares) - 1)
        for share, option in zip(shares, self.options, strict=False):
            if one_line_width(option.label, self.font_size, is_bold=True) + 2 * dp(
                CELL_PADDING_DP
            ) > room * share / sum(shares):
                return False
        return True


load_kv(__file__)
