"""The bar of one condition: its 90 % band and its best estimate on a track from 0 to 1. A wide band looks wide.

The track is linear and starts where reading starts; 1 px white ticks stand at 10, 50 and 85 per cent, where the words
change.
"""

from __future__ import annotations

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import MirroredDrawing

TICKS = (0.10, 0.50, 0.85)
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
    """The words above the first bar, each over its zone."""

    words = ObjectProperty(())

    def word(self, place: int, words: tuple[str, ...], width: float, zone_size: float) -> str:
        """Return the word of a zone; where the track is too short for four words, the two outer ones stand alone."""
        if len(words) < 4 or (place in (1, 2) and width < sum(len(word) for word in words) * zone_size * 0.58):
            return ""
        return words[place]


class EstimateKey(Widget):
    """The mark, for the legend."""


class BandKey(Widget):
    """The band, for the legend."""


load_kv(__file__)
