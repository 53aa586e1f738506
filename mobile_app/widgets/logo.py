"""The sign of Handwise, in the app bar of the start screen and on the unlock screen."""

from __future__ import annotations

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout


class Logo(BoxLayout):
    """A hand with a ring in its palm on a green square."""


load_kv(__file__)
