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
        button = SecondAnswer()
        self.renew_second(button, item)
        self.look_ahead_from(button, lambda: self.presenter.upcoming(button.value))
        button.bind(on_release=lambda button: self.presenter.answer(button.value))
        return button

    def renew_second(self, button: SecondAnswer, item: Any) -> bool:
        """Let a button stand for a second answer of the next measurement."""
        button.value, button.text, button.is_chosen = item.value, item.label, item.is_chosen
        button.icon = SECOND_ICONS.get(item.value, "clock")
        return True

    def on_kv_post(self, _base: Any) -> None:
        """Look ahead from "Save and go on" as from any answer."""
        self.look_ahead_from(self.ids.save, lambda: self.presenter.upcoming(""))

    def type_key(self, character: str) -> bool:
        """Type the number on a keyboard."""
        return bool(self.ids.pad.type_key("." if character == "," else character))


load_kv(__file__)
