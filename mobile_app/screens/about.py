"""What Handwise is and what it rests on: facts, statements and licences at the start, the sources at the end."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field  # noqa: F401 (names used by kv)
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.rows import ValueLine
from mobile_app.widgets.source_row import SourceRow


class AboutScreen(AppScreen):
    """Facts and sources."""

    def make_fact(self, item: Any) -> ValueLine:
        """Return a label with its value."""
        return ValueLine(label=item.label, value=item.value)

    def make_statement(self, item: Any) -> IconLine:
        """Return one statement."""
        return IconLine(icon="info", text=item)

    def make_source(self, item: Any) -> SourceRow:
        """Return one source."""
        return SourceRow(item=item)


load_kv(__file__)
