"""The bar of one condition: its 90 % band and its best estimate on a track from 0 to 1. A wide band looks wide.

The track is linear and starts where reading starts; 1 px white ticks stand at 10, 50 and 85 per cent, where the words
change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.metrics import dp
from kivy.properties import ListProperty, NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.layouts import MirroredDrawing
from mobile_app.widgets.text import one_line_width

TICKS = (0.10, 0.50, 0.85)
MIDDLES = (0.32, 0.66)
"""Where the middle two words belong."""
GAP_DP = 8
"""Room between two words above a bar."""
MINIMUM_BAND = 0.015
"""The narrowest band drawn: an empty bar would look like certainty."""


class RankedBar(MirroredDrawing):
    """Track, band and mark."""

    estimate = NumericProperty(0)
    low = NumericProperty(0)
    high = NumericProperty(0)

    def band_start(self, low: float, high: float) -> float:
        """Return where the drawn band starts, widened to the minimum."""
        return min(low, 1 - MINIMUM_BAND) if high - low < MINIMUM_BAND else low

    def band_width(self, low: float, high: float) -> float:
        """Return how wide the drawn band is, from 0 to 1."""
        return max(high - low, MINIMUM_BAND)


class ZoneWords(FloatLayout):
    """The words above the first bar, each over its zone, moved aside or set on two lines where they would touch.

    Where even that has no room, the outer two stand alone, or none.
    """

    words = ObjectProperty(())
    shown = ListProperty(["", "", "", ""])
    starts = ListProperty([0, 0, 0, 0])
    """Where each word begins, in pixels from where the track does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("words", "width"):
            self.fbind(name, self._place)
        # The theme lets go of words that are no longer shown, as it binds weakly.
        theme.bind(zone=self._place, font=self._place)
        self._place()

    def _place(self, *_: object) -> None:
        if len(self.words) < 4:
            return
        for words in (tuple(self.words), tuple(in_two_lines(word) for word in self.words)):
            wide = [max(one_line_width(line, theme.zone, is_bold=False) for line in word.split("\n")) for word in words]
            starts = side_by_side(wide, self.width, dp(GAP_DP))
            if starts:
                self.shown, self.starts = list(words), starts
                return
        wide = [one_line_width(word, theme.zone, is_bold=False) for word in self.words]
        has_room = wide[0] + dp(GAP_DP) + wide[3] <= self.width
        self.shown = [self.words[0], "", "", self.words[3]] if has_room else ["", "", "", ""]
        self.starts = [0, 0, 0, self.width - wide[3]]


def side_by_side(wide: Sequence[float], room: float, gap: float) -> list[float]:
    """Return where four words of these widths begin, as near to their zones as they fit, or nothing where they do not.

    The first begins where the track does, the last ends where it does.
    """
    if sum(wide) + gap * (len(wide) - 1) > room:
        return []
    starts = [0.0, MIDDLES[0] * room - wide[1] / 2, MIDDLES[1] * room - wide[2] / 2, room - wide[3]]
    for place in (1, 2):
        starts[place] = max(starts[place], starts[place - 1] + wide[place - 1] + gap)
    for place in (2, 1):
        starts[place] = min(starts[place], starts[place + 1] - gap - wide[place])
    return starts


def in_two_lines(words: str) -> str:
    """Return words broken at the space nearest to their middle."""
    spaces = [place for place, letter in enumerate(words) if letter == " "]
    if not spaces:
        return words
    middle = min(spaces, key=lambda place: abs(place - len(words) / 2))
    return f"{words[:middle]}\n{words[middle + 1 :]}"


class EstimateKey(Widget):
    """The mark, for the legend."""


class BandKey(Widget):
    """The band, for the legend."""


load_kv(__file__)
