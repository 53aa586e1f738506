"""The bar of one condition: its 90 % band and its best estimate on a track from 0 to 1. A wide band looks wide.

The track is linear and starts where reading starts; 1 px white ticks stand at 10, 50 and 85 per cent, where the words
change.
"""

from __future__ import annotations

from kivy.metrics import dp
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import MirroredDrawing
from mobile_app.widgets.text import one_line_width

TICKS = (0.10, 0.50, 0.85)
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
    """The words above the first bar, each over its zone."""

    words = ObjectProperty(())

    def word(self, place: int, words: tuple[str, ...], width: float, size: float, _font: str) -> str:
        """Return the word of a zone. Where the track is too short for four, the outer two stand alone, or none."""
        if len(words) < 4:
            return ""
        wide = [one_line_width(word, size, is_bold=False) for word in words]
        starts = [0, 0.32 * width - wide[1] / 2, 0.66 * width - wide[2] / 2, width - wide[3]]
        gap = dp(GAP_DP)
        if all(starts[one] + wide[one] + gap <= starts[one + 1] for one in range(3)):
            return words[place]
        return words[place] if place in (0, 3) and wide[0] + gap <= starts[3] else ""


class EstimateKey(Widget):
    """The mark, for the legend."""


class BandKey(Widget):
    """The band, for the legend."""


load_kv(__file__)
