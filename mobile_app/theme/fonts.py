"""The fonts that ship with the app, and which of them can draw a text.

Kivy draws a text with one font and looks for no other. Each of ours has Latin and figures, so what decides is whether a
text holds Korean or Arabic letters: a name typed in Arabic is drawn in Arabic in every language.
"""

from __future__ import annotations

from pathlib import Path

from kivy.core.text import LabelBase

from mobile_app.typesetting import has_arabic, has_hangul

LATIN, ARABIC, KOREAN = "NotoSans", "NotoSansArabic", "NotoSansKorean"
FILES = {LATIN: "ttf", ARABIC: "ttf", KOREAN: "otf"}


def register_fonts(folder: Path) -> None:
    """Make the fonts known to Kivy; the bold style is the SemiBold weight, the only other one the app uses."""
    for name, ending in FILES.items():
        regular, semibold = (str(folder / f"{name}-{weight}.{ending}") for weight in ("Regular", "SemiBold"))
        LabelBase.register(name, regular, fn_bold=semibold)


def font_of(language: str) -> str:
    """Return the font of a language by its code."""
    return {"ar": ARABIC, "ko": KOREAN}.get(language, LATIN)


def font_for(text: str, usual: str) -> str:
    """Return the font that can draw a text, which is the usual one for most."""
    if text.isascii():
        return usual
    if has_arabic(text):
        return ARABIC
    return KOREAN if has_hangul(text) else usual
