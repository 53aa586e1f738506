"""Settings: what they are about at the start, what can be set at the end."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import rows, setting_block  # noqa: F401 (names used by kv)
from mobile_app.widgets.rows import ValueLine
from mobile_app.widgets.section_row import SectionRow


class SettingsScreen(AppScreen):
    """Sections at the start, the chosen one at the end."""

    def make_section(self, item: Any) -> SectionRow:
        """Return the row of a section."""
        return SectionRow(item=item, on_release=lambda row: self.presenter.choose_section(row.item.section))

    def make_fact(self, item: Any) -> ValueLine:
        """Return one line of how the connection stands."""
        return ValueLine(label=item.label, value=item.value)


load_kv(__file__)
