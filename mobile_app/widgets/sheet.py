"""A sheet over the screen: what a chip weighs, or what something rests on. The screen below stays as it is.

It slides in from the foot, unless the user chose less movement; a button, a tap beside it and Escape close it.
"""

from __future__ import annotations

from typing import Any

from kivy.animation import Animation
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import buttons, layouts, listing, surface  # noqa: F401 (names used by kv)
from mobile_app.widgets.source_row import SourceRow
from mobile_app.widgets.text import Text

SLIDE_S = 0.16
DROP_DP = 48


class Sheet(FloatLayout):
    """Draws a `DetailsView`. `close` is what its button does; whoever opened it takes it away."""

    view = ObjectProperty(rebind=True)
    close = ObjectProperty()
    drop = NumericProperty(0)
    """How far below its place it is drawn."""

    def open(self) -> None:
        """Put it over the window."""
        Window.add_widget(self)
        if not theme.less_motion:
            self.drop = dp(DROP_DP)
            Animation(drop=0, duration=SLIDE_S, transition="out_quad").start(self)

    def arrive(self) -> None:
        """Stand where it ends up."""
        Animation.cancel_all(self)
        self.drop = 0

    def take_away(self) -> None:
        self.arrive()
        Window.remove_widget(self)

    def make_sentence(self, sentence: str) -> Text:
        """Return one sentence."""
        return Text(text=sentence)

    def make_source(self, item: Any) -> SourceRow:
        """Return one source."""
        return SourceRow(item=item)

    def on_touch_down(self, touch: Any) -> bool:
        """Let nothing below be touched."""
        if self.ids.card.collide_point(*touch.pos):
            super().on_touch_down(touch)
        else:
            self.close()
        return True


load_kv(__file__)
