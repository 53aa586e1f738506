"""The clinic's key: what it is for, its code while it is shown, and what is asked before it changes."""

from __future__ import annotations

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import qr_code  # noqa: F401 (names used by kv)
from mobile_app.widgets.notices import IconLine


class ClinicKeyScreen(AppScreen):
    """The code at the start while it is shown, words at the end."""

    def make_note(self, text: str) -> IconLine:
        """Return one line of what to know."""
        return IconLine(icon="info", text=text)


load_kv(__file__)
