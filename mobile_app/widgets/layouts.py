"""Layouts that are as high as what they hold, so that larger text makes them grow instead of cutting it."""

from __future__ import annotations

from typing import Any

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.stacklayout import StackLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv


class Column(BoxLayout):
    """Things one under another."""


class Row(BoxLayout):
    """Things side by side, as high as the highest."""


class Flow(StackLayout):
    """Things side by side that go on in the next line."""


class Grid(GridLayout):
    """Things in columns of one width, as high as they need."""


class Spacer(Widget):
    """Takes the room that is left."""


class Hairline(Widget):
    """A line between rows: decoration only."""


class Scroll(ScrollView):
    """Content that may be higher than its place; scrolls up and down, by whole pixels, so that text stays sharp."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.do_scroll_x = False
        self.fbind("height", self._need)
        self.fbind("viewport_size", self._need)

    def _need(self, *_: object) -> None:
        # Without need there is nothing to scroll, and a tap is answered at once instead of being watched for a drag.
        self.do_scroll_y = self.viewport_size[1] > self.height + 1

    def update_from_scroll(self, *args: Any) -> None:
        """Move the content to its place, rounded."""
        super().update_from_scroll(*args)
        x, y = self.g_translate.xy
        self.g_translate.xy = round(x), round(y)


class SideScroll(Scroll):
    """Cards one under another at the side. It clips a little outside itself, so that their shadows are not cut."""


load_kv(__file__)
