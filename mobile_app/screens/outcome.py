"""The outcome: when the swelling was gone, whether anything stayed, what it turned out to be, and the proof."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer


class OutcomeScreen(AppScreen):
    """Healing at the start, the diagnosis at the end."""

    def make_diagnosis(self, item: Any) -> SecondAnswer:
        """Return one diagnosis to choose."""
        button = SecondAnswer(value=item.value, text=item.label, is_chosen=item.is_chosen)
        button.bind(on_release=lambda _button: self.presenter.choose_diagnosis(item.value))
        return button

    def make_proof(self, item: Any) -> SecondAnswer:
        """Return one proof that can be marked; several may be."""
        icon = "tick" if item.is_chosen else ""
        button = SecondAnswer(value=item.value, text=item.label, is_chosen=item.is_chosen, icon=icon)
        button.bind(on_release=lambda _button: self.presenter.toggle_proof(item.value))
        return button


load_kv(__file__)
