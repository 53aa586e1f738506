"""The map half of the new-case screen: figures and enlarged drawings, or the list of places instead."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import theme
from mobile_app.widgets.layouts import BoxLayout, Scroll
from mobile_app.widgets.surface import Card, Surface
from mobile_app.widgets.text import Text


class SideWord(Text):
    """Which side of the child this is."""


class _SendsRegion(BoxLayout):
    """Passes on the region that was tapped in its drawing."""

    title = StringProperty("")
    figure = StringProperty("front")
    side = StringProperty("left")
    chosen = ObjectProperty(frozenset())

    __events__ = ("on_region",)

    def on_region(self, region: str, side: str) -> None:
        """Tell which region was tapped."""


class LabelledFigure(_SendsRegion):
    """Front or back with its words."""

    start_word = StringProperty("")
    end_word = StringProperty("")


class InsetCard(Surface, _SendsRegion):
    """An enlarged hand or foot."""


class MapFigures(BoxLayout):
    """Front and back, in this order in every language: a map is never mirrored."""

    mirrors = BooleanProperty(False)
    screen = ObjectProperty()


class MapInsets(BoxLayout):
    """Two views of the hand or foot tapped last."""

    screen = ObjectProperty()


class PlaceList(Scroll):
    """Every place by name, for whom the map is no use."""

    screen = ObjectProperty()


class MapStep(Card):
    """The map with its heading, or the list instead."""

    screen = ObjectProperty(rebind=True)


class MapPlace(BoxLayout):
    """Shows the figures with the enlarged drawings beside them, or the list."""

    screen = ObjectProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(spacing=theme.gap, **kwargs)
        theme.bind(is_compact=self._arrange)

    def on_screen(self, *_: object) -> None:
        """Arrange anew whenever the screen changes what it shows."""
        self.screen.fbind("shows_list", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        if self.screen is None:
            return
        self.clear_widgets()
        if self.screen.shows_list:
            self.add_widget(PlaceList(screen=self.screen))
            return
        figures, insets = MapFigures(screen=self.screen), MapInsets(screen=self.screen)
        share = 0.56 if theme.is_compact else 0.74
        figures.size_hint_x, insets.size_hint_x = share, 1 - share
        self.add_widget(figures)
        self.add_widget(insets)
