"""Something that the tablet still needs, on the start screen: what, why, and a button."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.surface import Panel


class TaskCard(Panel):
    """One task; `on_do` when its button is pressed."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_do",)

    def on_do(self) -> None:
        """Tell that it is to be done now."""


load_kv(__file__)
