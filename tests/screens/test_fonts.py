"""The font files: every letter stands where its designer put it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from mobile_app.config import ASSETS

TRUETYPE = sorted((ASSETS / "fonts").glob("*.ttf"))


@pytest.mark.parametrize("path", TRUETYPE, ids=lambda path: path.stem)
def test_every_letter_begins_at_its_own_left_edge(path: Path) -> None:
    """FreeType moves a letter by what the width table says too much or too little of its left edge."""
    with TTFont(path) as font:
        glyphs, widths = font["glyf"], font["hmtx"]
        moved = {
            name: (widths[name][1], glyphs[name].xMin)
            for name in font.getGlyphOrder()
            if glyphs[name].numberOfContours and widths[name][1] != glyphs[name].xMin
        }

    assert moved == {}


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
def test_latin_letters_are_as_wide_in_the_arabic_font_as_in_the_latin_one(weight: str) -> None:
    with TTFont(ASSETS / "fonts" / f"NotoSans-{weight}.ttf") as latin:
        expected = {code: latin["hmtx"][name] for code, name in latin.getBestCmap().items() if 0x21 <= code < 0x7F}
    with TTFont(ASSETS / "fonts" / f"NotoSansArabic-{weight}.ttf") as arabic:
        cmap = arabic.getBestCmap()
        found = {code: arabic["hmtx"][cmap[code]] for code in expected}

    assert {code: widths[0] for code, widths in found.items()} == {code: one[0] for code, one in expected.items()}
    # Redrawn with quadratic curves, an edge may move by a thousandth of the letter's height.
    assert all(abs(found[code][1] - expected[code][1]) <= 1 for code in expected)
