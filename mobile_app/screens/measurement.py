"""A measurement: the number, its unit, the range for this age, our own pad."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, folded, measured_field, pads, progress, range_bar  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer

SECOND_ICONS = {"unknown": "unknown", "not_possible": "not_possible", "not_back": "clock"}


class MeasurementScreen(AppScreen):
    """Field and range at the start, pad at the end."""

    is_folded = BooleanProperty(False)
    """Whether there is room for the pad alone, so that "why" is one row and takes the pad's place when it is open."""
    shows_why = BooleanProperty(False)
    is_tight = BooleanProperty(False)
    is_settling = BooleanProperty(False)

    def make_second(self, item: Any) -> SecondAnswer:
        """Return the button of a second answer, such as "Result not back yet"."""
        icon = SECOND_ICONS.get(item.value, "clock")
        button = SecondAnswer(value=item.value, text=item.label, icon=icon, is_chosen=item.is_chosen)
        button.bind(on_release=lambda _button: self.presenter.answer(item.value))
        return button

    def type_key(self, character: str) -> bool:
        """Type the number on a keyboard."""
        return bool(self.ids.pad.type_key("." if character == "," else character))


load_kv(__file__)
