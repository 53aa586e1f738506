"""A choice of one: joined cells in one outline; the chosen cell is filled."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Surface


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

    `chosen_colors` may name another fill for a value: a danger sign's "Yes" is not teal.
    """

    options = ObjectProperty(())
    chosen_colors = ObjectProperty({})
    font_size = NumericProperty(16)
    weights = ListProperty([])
    own_height = NumericProperty(0)

    __events__ = ("on_choose",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("options", self._fill)
        self.fbind("chosen_colors", self._fill)
        self.fbind("weights", self._weigh)
        self._fill()

    def _fill(self, *_: object) -> None:
        cells = [cell for cell in reversed(self.children) if isinstance(cell, ChoiceCell)]
        if [cell.value for cell in cells] != [option.value for option in self.options]:
            self.clear_widgets()
            cells = [self._cell(option.value, place) for place, option in enumerate(self.options)]
            for cell in cells:
                self.add_widget(cell)
            self._weigh()
        for cell, option in zip(cells, self.options, strict=True):
            cell.text = option.label
            cell.is_chosen = option.is_chosen
            cell.chosen_color = self.chosen_colors.get(option.value, theme.primary)

    def _cell(self, value: str, place: int) -> ChoiceCell:
        is_first, is_last = place == 0, place == len(self.options) - 1
        radius = max(0, self.radius - self.outline_width)
        corners = [radius if is_first else 0, radius if is_last else 0, radius if is_last else 0, radius if is_first else 0]
        cell = ChoiceCell(value=value, corners=corners, font_size=self.font_size)
        self.fbind("font_size", cell.setter("font_size"))
        cell.bind(on_release=lambda pressed: self.dispatch("on_choose", pressed.value))
        return cell

    def _weigh(self, *_: object) -> None:
        for cell, weight in zip(reversed(self.children), self.weights, strict=False):
            cell.size_hint_x = weight

    def on_choose(self, value: str) -> None:
        """Tell which cell was tapped."""


load_kv(__file__)
