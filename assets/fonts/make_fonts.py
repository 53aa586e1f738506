"""Make the two font files of this folder again from Debian's Noto fonts (packages fonts-noto-core, fonts-noto-extra).

    python -m pip install fonttools
    python assets/fonts/make_fonts.py [/usr/share/fonts/truetype/noto]

Each file keeps the characters that our Latin-script texts need, takes the arrows and mathematical signs that Noto
Sans lacks from Noto Sans Math, and is 1.25 em high instead of 1.36, because Kivy cannot set lines closer than a font
is high. The same input gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
WEIGHTS = ("Regular", "SemiBold")
ASCENT, DESCENT = 1000, -250

KEPT = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A: English, French, Spanish and their neighbours
    *range(0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    *(0x2009, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044),
    *range(0x2070, 0x208F),  # superscripts and subscripts: 10⁹/L
    *(0x20AC, 0x2122, 0x3B1, 0x3B2, 0x3BC),
}
FROM_MATH = {ord(character) for character in "←↑→↓↗↘−≈≠≤≥∞√∆Σ"}


def make(weight: str, source: Path) -> Path:
    """Return the file made for one weight."""
    font = TTFont(source / f"NotoSans-{weight}.ttf", recalcTimestamp=False)
    _add_missing(font, TTFont(source / "NotoSansMath-Regular.ttf"), FROM_MATH)
    options = Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=KEPT | FROM_MATH)
    subsetter.subset(font)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ASCENT, DESCENT, 0
    font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender, font["OS/2"].sTypoLineGap = ASCENT, DESCENT, 0
    font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ASCENT, -DESCENT
    target = FOLDER / f"NotoSans-{weight}.ttf"
    font.save(target)
    return target


def _add_missing(font: TTFont, donor: TTFont, unicodes: set[int]) -> None:
    """Copy the glyphs of `unicodes` that `font` lacks from `donor`, scaled to its units."""
    donor_map, own_map = donor.getBestCmap(), font.getBestCmap()
    glyphs = donor.getGlyphSet()
    scale = font["head"].unitsPerEm / donor["head"].unitsPerEm
    if scale != 1:
        raise SystemExit("The two fonts have different units; scale the glyphs before copying them.")
    for unicode in sorted(unicodes - own_map.keys()):
        name = f"uni{unicode:04X}"
        pen = TTGlyphPen(None)
        glyphs[donor_map[unicode]].draw(Cu2QuPen(pen, max_err=1))
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (donor["hmtx"][donor_map[unicode]][0], 0)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(font["glyf"][name], "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[unicode] = name


if __name__ == "__main__":
    noto = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/noto")
    for name in WEIGHTS:
        made = make(name, noto)
        print(f"{made.name}: {made.stat().st_size} bytes")
