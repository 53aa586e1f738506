"""Withdrawing a case: the reason, what is erased and what stays, and the one act."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.notices import IconLine


class WithdrawScreen(AppScreen):
    """Reason at the start, consequences at the end; the button that acts says what it does."""

    def make_reason(self, item: Any) -> SecondAnswer:
        """Return one reason to choose."""
        button = SecondAnswer(value=item.value, text=item.label, is_chosen=item.is_chosen)
        button.bind(on_release=lambda _button: self.presenter.choose_reason(item.value))
        return button

    def make_erased(self, text: str) -> IconLine:
        """Return one line of what is erased."""
        return IconLine(icon="cross", icon_ink=theme.ink_3, ink=theme.ink, text=text)

    def make_staying(self, text: str) -> IconLine:
        """Return one line of what stays."""
        return IconLine(icon="dot", icon_ink=theme.ink_3, ink=theme.ink, text=text)


load_kv(__file__)
