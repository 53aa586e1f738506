"""The theme object: property classes for the tokens of `tokens.kv`, and what the window's shape and text size change.

kv rules write `theme.ink` after `#:import theme mobile_app.theme.theme.theme`; because `theme` is a Kivy event
dispatcher, a changed text size or a turned tablet re-lays every screen by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kivy.event import EventDispatcher
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from mobile_app.language import language_of
from mobile_app.theme.fonts import LATIN, font_of, register_fonts

COMPACT_HEIGHT_DP = 680
"""A landscape window lower than this (a 7-inch tablet has 600) takes the compact sizes."""

_TOKENS_KV = Path(__file__).with_name("tokens.kv")
_TOKENS = _TOKENS_KV.read_text(encoding="utf-8")
_COLOURS = re.findall(r'^    (\w+): "#', _TOKENS, re.MULTILINE)
_SIZES = re.findall(r"^    (\w+): [^\"]", _TOKENS, re.MULTILINE)

# kv gives values but cannot declare what kind a property is, so each name of tokens.kv is declared from its kind there.
# The theme is no widget, because the first widget opens the window; `cls`, its style classes, is what kv asks for.
_Declared: Any = type(
    "_Declared",
    (EventDispatcher,),
    {name: ColorProperty() for name in _COLOURS} | {name: NumericProperty() for name in _SIZES} | {"cls": ()},
)


class Theme(_Declared):
    """The tokens, with the switches that sizes and sides depend on."""

    font = StringProperty(LATIN)
    is_rtl = BooleanProperty(False)
    """Whether the language is read from the right: then every layout is mirrored (`widgets/layouts.py`)."""
    is_large = BooleanProperty(False)
    is_compact = BooleanProperty(False)
    is_portrait = BooleanProperty(False)
    less_motion = BooleanProperty(False)

    def fit_window(self, width: float, height: float, density: float = 1.0) -> None:
        """Choose the compact or portrait sizes for a window of this size in pixels."""
        self.is_portrait = height > width
        self.is_compact = not self.is_portrait and height / density < COMPACT_HEIGHT_DP

    def speak(self, language: str) -> None:
        """Choose the font and the reading direction of a language by its code, such as `ar`."""
        self.font = font_of(language)
        self.is_rtl = language_of(language).is_rtl

    def colours(self) -> dict[str, list[float]]:
        """Return every colour token by name, for the check of contrasts."""
        return {name: list(getattr(self, name)) for name in _COLOURS}


def load_kv(python_file: str) -> None:
    """Load the rules that stand beside a Python file under the same name."""
    Builder.load_file(str(Path(python_file).with_suffix(".kv")))


register_fonts(Path(__file__).resolve().parents[2] / "assets" / "fonts")
Builder.load_string(_TOKENS, filename=str(_TOKENS_KV))
theme = Theme()
Builder.apply(theme)
