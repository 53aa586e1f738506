"""The theme object: property classes for the tokens of `tokens.kv`, and what the window's shape and text size change.

kv rules write `theme.ink` after `#:import theme mobile_app.theme.theme.theme`; because `theme` is a Kivy event
dispatcher, a changed text size or a turned tablet re-lays every screen by itself.
"""

from __future__ import annotations

from pathlib import Path

from kivy.core.text import LabelBase
from kivy.event import EventDispatcher
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

COMPACT_HEIGHT_DP = 680
"""A landscape window lower than this (a 7-inch tablet has 600) takes the compact sizes."""

_COLOURS = ["ground", "surface", "sunken", "ink", "ink_2", "ink_3", "line", "line_strong", "primary", "primary_pressed", "primary_soft", "primary_on_soft", "band", "band_line", "track", "off", "focus", "disc", "step_more", "answered_no", "clear", "emergency", "emergency_pressed", "emergency_soft", "emergency_line", "emergency_ink", "same_day", "same_day_soft", "same_day_line", "same_day_ink", "within_days", "within_days_soft", "within_days_line", "within_days_ink", "routine", "routine_soft", "routine_line", "done", "done_soft", "done_line", "zone_normal", "zone_raised", "zone_deep", "zone_severe", "skin", "skin_still", "skin_pressed", "skin_outline", "skin_detail"]
_SIZES = ["zone", "caption", "chip", "body", "body_large", "title", "heading", "question", "figure", "edge", "gap", "card_inset", "radius_small", "radius_chip", "radius_button", "radius_card", "hairline", "control_line", "answer_line", "active_line", "focus_ring", "touch", "app_bar", "footer", "button", "small_button", "act_button", "answer", "second_answer", "state_answer", "field", "badge", "chip_height", "icon"]

# kv cannot declare the kind of a property, so they are declared here, by name only; every value stands in tokens.kv.
# An event dispatcher and not a widget, because the first widget opens the window, and this module is imported before;
# `cls` is what kv asks every thing with rules for: its style classes, of which there are none.
_Tokens = type(
    "_Tokens",
    (EventDispatcher,),
    {name: ColorProperty() for name in _COLOURS} | {name: NumericProperty() for name in _SIZES} | {"cls": ()},
)


class Theme(_Tokens):
    """The tokens, with the three switches that sizes depend on."""

    font = StringProperty()
    is_large = BooleanProperty(False)
    is_compact = BooleanProperty(False)
    is_portrait = BooleanProperty(False)

    def fit_window(self, width: float, height: float, density: float = 1.0) -> None:
        """Choose the compact or portrait sizes for a window of this size in pixels."""
        self.is_portrait = height > width
        self.is_compact = not self.is_portrait and height / density < COMPACT_HEIGHT_DP

    def colours(self) -> dict[str, list[float]]:
        """Return every colour token by name, for the check of contrasts."""
        return {name: list(getattr(self, name)) for name in _COLOURS}


def register_fonts(folder: Path) -> None:
    """Make Noto Sans known to Kivy; the bold style is the SemiBold weight, the only other one the app uses."""
    LabelBase.register("NotoSans", str(folder / "NotoSans-Regular.ttf"), fn_bold=str(folder / "NotoSans-SemiBold.ttf"))


def load_kv(python_file: str) -> None:
    """Load the rules that stand beside a Python file under the same name."""
    Builder.load_file(str(Path(python_file).with_suffix(".kv")))


register_fonts(Path(__file__).resolve().parents[2] / "assets" / "fonts")
Builder.load_file(str(Path(__file__).with_name("tokens.kv")))
theme = Theme()
Builder.apply(theme)
