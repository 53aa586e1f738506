"""Connect the tablet to the coordinator's server with a one-time code."""

from __future__ import annotations

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field  # noqa: F401 (names used by kv)


class ConnectScreen(AppScreen):
    """Address and code."""


load_kv(__file__)
