"""Taking in a case from another tablet's codes: how many are read, which are missing, and where they come from."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field  # noqa: F401 (names used by kv)
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.step_page import StepTile


class ReceiveScreen(AppScreen):
    """The field at the start, progress and what to know at the end."""

    def make_file(self, item: Any) -> StepTile:
        """Return one file to take in."""
        return StepTile(item=item, on_release=lambda tile: self.presenter.choose(tile.item.value))

    def make_note(self, text: str) -> IconLine:
        """Return one line of what to know."""
        return IconLine(icon="info", text=text)


load_kv(__file__)
