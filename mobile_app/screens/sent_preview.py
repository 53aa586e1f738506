"""What is sent of an entry, word for word, and what stays on the tablet."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets.rows import ValueLine
from mobile_app.widgets.text import Text


class SentPreviewScreen(AppScreen):
    """What leaves at the start, what stays and what this does not protect at the end."""

    def make_line(self, item: Any) -> ValueLine:
        """Return one value that leaves."""
        return ValueLine(label=item.label, value=item.value)

    def make_staying(self, item: Any) -> ValueLine:
        """Return one thing that stays."""
        return ValueLine(label=item.label, value=item.value, icon="lock", is_quiet=True)

    def make_paragraph(self, text: str) -> Text:
        """Return one paragraph."""
        return Text(text=text)

    def first_half(self, lines: Any) -> Any:
        """Return the lines of the first column."""
        return lines[: (len(lines) + 1) // 2]

    def second_half(self, lines: Any) -> Any:
        """Return the lines of the second column."""
        return lines[(len(lines) + 1) // 2 :]


load_kv(__file__)
