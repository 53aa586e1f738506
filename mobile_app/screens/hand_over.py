"""The case as QR codes for another tablet: the code as large as fits, its number, and what it gives away."""

from __future__ import annotations

from mobile_app.screens.turning_codes import TurningCodesScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, qr_code  # noqa: F401 (names used by kv)
from mobile_app.widgets.notices import IconLine


class HandOverScreen(TurningCodesScreen):
    """The code at the start, number and choices at the end."""

    def make_limit(self, text: str) -> IconLine:
        """Return one line of what the codes give away."""
        return IconLine(icon="info", text=text)


load_kv(__file__)
