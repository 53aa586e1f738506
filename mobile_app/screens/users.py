"""Who may open this tablet: the list at the start, one act step by step at the end."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field, pads  # noqa: F401 (names used by kv)
from mobile_app.widgets.user_row import UserRow

_ON_THE_PAD = ("own", "new", "repeat")


class UsersScreen(AppScreen):
    """List and act."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._second = Clock.create_trigger(self._tick, 1)
        self.fbind("view", self._watch_delay)

    def make_user(self, item: Any) -> UserRow:
        """Return the row of one user."""
        row = UserRow(item=item)
        row.bind(
            on_pin=lambda _row: self.presenter.change_pin(item.user_id),
            on_rename=lambda _row: self.presenter.rename(item.user_id),
            on_remove=lambda _row: self.presenter.remove(item.user_id),
        )
        return row

    def shows_pad(self, step: str) -> bool:
        """Tell whether a PIN is typed in this step."""
        return step in _ON_THE_PAD

    def type_key(self, character: str) -> bool:
        """Type a PIN on a keyboard."""
        return self.shows_pad(self.view.step) and bool(self.ids.pad.type_key(character))

    def _watch_delay(self, *_: object) -> None:
        if self.shows_pad(self.view.step) and not self.view.is_pad_on:
            self._second()

    def _tick(self, _elapsed: float) -> None:
        if self.parent is not None:
            self.presenter.tick()
            self._watch_delay()


load_kv(__file__)
