"""The letter and the parents' sheet before they are saved: what they will hold, and the few things to choose."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import Column
from mobile_app.widgets.text import BodyLarge, Text


class LetterScreen(AppScreen):
    """The preview at the start, the choices at the end."""

    def make_part(self, part: Any) -> Column:
        """Return one part of the paper: its title and its lines."""
        column = Column(spacing=dp(4))
        if part.title:
            column.add_widget(BodyLarge(text=part.title, bold=True))
        for line in part.lines:
            column.add_widget(Text(text=line))
        return column


load_kv(__file__)
