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
    """Content that may be higher than its place; scrolls up and down only, by whole pixels, so that text stays sharp."""

    def update_from_scroll(self, *args: Any) -> None:
        """Move the content to its place, rounded."""
        super().update_from_scroll(*args)
        x, y = self.g_translate.xy
        self.g_translate.xy = round(x), round(y)


load_kv(__file__)
