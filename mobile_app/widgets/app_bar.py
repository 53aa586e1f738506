"""The bar on top of every screen: back, title over one line, "Saved", the sync chip, lock."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.text import InlineText

SEPARATOR = " · "


class UnderTitle(InlineText):
    """One line of parts; where the room is short it drops its last part first, the whole line at the end, no letter."""

    full_text = StringProperty("")
    room = ObjectProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("full_text", "room", "font_size"):
            self.fbind(name, self._drop_parts)
        self._drop_parts()

    def _drop_parts(self, *_: object) -> None:
        parts = self.full_text.split(SEPARATOR)
        self.text = SEPARATOR.join(parts)
        while self.room and parts and self.texture_size[0] > self.room:
            parts.pop()
            self.text = SEPARATOR.join(parts)


class AppBar(BoxLayout):
    """Draws an `AppBarView`. `has_back` and `has_logo` say what stands at the start.

    `search_label` is the word on a button that leads to the search, `has_settings` shows the gear; without them both
    are away. `has_chip` is off where the screen says at its foot how the sync stands.
    """

    view = ObjectProperty(None, allownone=True, rebind=True)
    has_back = BooleanProperty(True)
    has_logo = BooleanProperty(False)
    has_chip = BooleanProperty(True)
    has_settings = BooleanProperty(False)
    search_label = StringProperty("")
    badge = ObjectProperty(None, allownone=True, rebind=True)

    __events__ = ("on_back", "on_lock", "on_search", "on_settings")

    def on_back(self) -> None:
        """Tell that the arrow was tapped."""

    def on_lock(self) -> None:
        """Tell that the lock was tapped."""

    def on_search(self) -> None:
        """Tell that the search was tapped."""

    def on_settings(self) -> None:
        """Tell that the gear was tapped."""


class SearchButton(Pressable, BoxLayout):
    """Looks like the field that it leads to."""

    text = StringProperty("")


load_kv(__file__)
