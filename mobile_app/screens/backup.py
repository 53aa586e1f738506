"""Backups: where the next one goes at the start; the last one, the recovery code and a former tablet at the end."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field, rows  # noqa: F401 (names used by kv)
from mobile_app.widgets.rows import ValueLine
from mobile_app.widgets.step_page import StepTile


class BackupScreen(AppScreen):
    """Places at the start, what there is at the end."""

    def make_place(self, item: Any) -> StepTile:
        """Return one place to choose."""
        return StepTile(item=item, on_release=lambda tile: self.presenter.choose(tile.item.value))

    def make_fact(self, item: Any) -> ValueLine:
        """Return one line about the last backup."""
        return ValueLine(label=item.label, value=item.value)


load_kv(__file__)
