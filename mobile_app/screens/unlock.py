"""Unlock: who is using the tablet, and the PIN."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import pads  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.user_tile import UserTile


class UnlockScreen(AppScreen):
    """Tiles at the start, PIN pad at the end."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._second = Clock.create_trigger(self._tick, 1)
        self.fbind("view", self._watch_delay)

    def make_tile(self, item: Any) -> UserTile:
        """Return the tile of one user."""
        return UserTile(item=item, on_release=lambda tile: self.presenter.choose_user(tile.item.user_id))

    def make_language(self, item: Any) -> SecondAnswer:
        """Return a language to choose, by its own name."""
        icon = "tick" if item.is_chosen else ""
        cell = SecondAnswer(value=item.value, text=item.label, is_chosen=item.is_chosen, icon=icon)
        cell.bind(on_release=lambda _cell: self.presenter.choose_language(item.value))
        return cell

    def type_key(self, character: str) -> bool:
        """Type the PIN on a keyboard."""
        return bool(self.ids.pad.type_key(character))

    def _watch_delay(self, *_: object) -> None:
        if not self.view.is_pad_on:
            self._second()

    def _tick(self, _elapsed: float) -> None:
        if self.parent is not None:
            self.presenter.tick()
            self._watch_delay()


load_kv(__file__)
