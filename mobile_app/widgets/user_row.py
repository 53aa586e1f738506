"""A user in the list of who may open the tablet, with what can be done."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import user_tile  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import Column


class UserRow(Column):
    """Draws a `UserRowView`. `on_pin`, `on_rename` and `on_remove` when their buttons are tapped."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_pin", "on_rename", "on_remove")

    def on_pin(self) -> None:
        """Tell that the user gets a new PIN."""

    def on_rename(self) -> None:
        """Tell that the user gets another name."""

    def on_remove(self) -> None:
        """Tell that the user is to be removed."""


load_kv(__file__)
