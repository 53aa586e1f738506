"""One photo as large as the tablet, and what can be done with it."""

from __future__ import annotations

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import picture  # noqa: F401 (names used by kv)


class PhotoScreen(AppScreen):
    """The photo on a card; below it the line that says what erasing means, once it is asked for."""


load_kv(__file__)
