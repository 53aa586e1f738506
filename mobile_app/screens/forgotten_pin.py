"""A forgotten PIN: the recovery code, then a new PIN typed twice."""

from __future__ import annotations

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import step_page  # noqa: F401 (names used by kv)


class ForgottenPinScreen(AppScreen):
    """One step a time."""

    def type_key(self, character: str) -> bool:
        """Type the PIN on a keyboard."""
        return bool(self.ids.page.type_key(character))


load_kv(__file__)
