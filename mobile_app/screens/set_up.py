"""First start: who uses this tablet, and a PIN typed twice."""

from __future__ import annotations

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field, pads  # noqa: F401 (names used by kv)


class SetUpScreen(AppScreen):
    """What is asked at the start, the pad at the end from the second step on."""

    def type_key(self, character: str) -> bool:
        """Type the PIN on a keyboard."""
        return self.view.step != "who" and bool(self.ids.pad.type_key(character))


load_kv(__file__)
