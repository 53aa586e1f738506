"""The camera that reads codes: what it sees, a frame to hold the code in, what to do, and the way to close it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import camera  # noqa: F401 (names used by kv)
from mobile_app.widgets.surface import Card


class Scanner(Card):
    """Over the `scan` view of a presenter that can `see`, `camera_failed` and `use_camera`.

    `is_in_front`: its screen is the one that is shown.
    """

    screen = ObjectProperty(rebind=True)
    is_in_front = BooleanProperty(False)


load_kv(__file__)
