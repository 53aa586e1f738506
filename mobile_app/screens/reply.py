"""Answering the coordinator: what he wrote, phrases to choose from, and all that leaves the tablet with them."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.badge import Badge  # noqa: F401 (name used by kv)
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.text import Text


class ReplyScreen(AppScreen):
    """What is answered and the phrases at the start, what leaves at the end."""

    def make_phrase(self, item: Any) -> SecondAnswer:
        """Return one phrase; several may be chosen."""
        icon = "tick" if item.is_chosen else ""
        button = SecondAnswer(value=item.value, text=item.label, is_chosen=item.is_chosen, icon=icon)
        button.bind(on_release=lambda _button: self.presenter.toggle(item.value))
        return button

    def make_asked(self, text: str) -> Text:
        """Return one line of what the coordinator said."""
        return Text(text=text, color=theme.ink)

    def make_leaving(self, text: str) -> IconLine:
        """Return one line of what leaves."""
        return IconLine(icon="send", icon_ink=theme.primary, ink=theme.ink, text=text)


load_kv(__file__)
