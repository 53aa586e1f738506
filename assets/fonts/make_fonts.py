"""Make the font files of this folder again from Debian's Noto fonts.

    apt-get install fonts-noto-core fonts-noto-extra fonts-noto-cjk fonts-noto-cjk-extra
    python -m pip install fonttools
    python assets/fonts/make_fonts.py [/usr/share/fonts]

Kivy draws a text with one font and looks for no other, so each file can draw all that its language's screens show:

    NotoSans         Latin, digits, signs                                                 English, French, Spanish
    NotoSansArabic   the same, and Arabic with the presentation forms that reshaping makes            Arabic
    NotoSansKorean   the same, and all 11,172 syllables and the letters they are typed with           Korean

Arrows and mathematical signs that Noto Sans lacks come from Noto Sans Math. Kivy cannot set lines closer than a font is
high, so Latin and Korean are 1.25 em high, and Arabic 1.45 em, which leaves room for the marks above its letters. The
same input gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

FOLDER = Path(__file__).parent
WEIGHTS = ("Regular", "SemiBold")
KOREAN_WEIGHTS = {"Regular": "Regular", "SemiBold": "Bold"}  # Noto Sans CJK has no SemiBold
HEIGHT = (1000, -250)
ARABIC_HEIGHT = (1080, -370)

LATIN = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A: English, French, Spanish and their neighbours
    *range(0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    *(0x2009, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044),
    *range(0x2070, 0x208F),  # superscripts and subscripts: 10⁹/L
    *(0x20AC, 0x2122, 0x3B1, 0x3B2, 0x3BC),
}
FROM_MATH = {ord(character) for character in "←↑→↓↗↘−≈≠≤≥∞√∆Σ"}
ARABIC = {
    *(0x60C, 0x61B, 0x61F, 0x640, 0x670, 0x671),
    *range(0x621, 0x63B),
    *range(0x641, 0x656),  # the other letters, and the marks above and below them
    *range(0x660, 0x66E),  # Arabic-Indic digits and their signs
    *(0x679, 0x67E, 0x686, 0x688, 0x691, 0x698, 0x6A9, 0x6AF, 0x6BE, 0x6C1, 0x6CC, 0x6D2, 0x6D4),
    *range(0x6F0, 0x6FA),  # names of the neighbouring languages are typed, too
    *range(0xFB50, 0xFBB2),
    *range(0xFBD3, 0xFC00),
    *(0xFDF2,),
    *range(0xFE70, 0xFEFD),
}
KOREAN = {
    *range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3),  # letters that join
    *range(0x3131, 0x318F),  # letters that stand alone, as while typing
    *range(0xAC00, 0xD7A4),  # every syllable
    *(0x3001, 0x3002, 0x300C, 0x300D, 0x300E, 0x300F, 0x30FB),
}  # fmt: skip


def make_latin(weight: str, fonts: Path) -> TTFont:
    """Return Noto Sans with the signs that it lacks."""
    font = TTFont(fonts / "truetype/noto" / f"NotoSans-{weight}.ttf", recalcTimestamp=False)
    math = TTFont(fonts / "truetype/noto" / "NotoSansMath-Regular.ttf")
    _add_outlines(font, math, FROM_MATH)
    _subset(font, LATIN | FROM_MATH, ["kern", "mark", "mkmk", "ccmp", "locl"])
    _set_height(font, *HEIGHT)
    return font


def make_arabic(weight: str, fonts: Path) -> TTFont:
    """Return Noto Sans Arabic with the Latin of `make_latin`.

    The letters come joined already (presentation forms), in the order of drawing; only the places of the marks are left
    to the font. Kivy draws all as Latin, so their rules are made to hold for every script.
    """
    font = TTFont(fonts / "truetype/noto" / f"NotoSansArabic-{weight}.ttf", recalcTimestamp=False)
    _add_outlines(font, make_latin(weight, fonts), LATIN | FROM_MATH, replace=True)
    _subset(font, LATIN | FROM_MATH | ARABIC, ["mark", "mkmk"])
    if "GSUB" in font:
        del font["GSUB"]
    _for_every_script(font["GPOS"].table)
    _set_height(font, *ARABIC_HEIGHT)
    return font


def make_korean(weight: str, fonts: Path) -> TTFont:
    """Return the Korean part of Noto Sans CJK with the Latin of `make_latin` in place of its own."""
    collection = fonts / "opentype/noto" / f"NotoSansCJK-{KOREAN_WEIGHTS[weight]}.ttc"
    font = TTFont(collection, fontNumber=_number_of("Noto Sans CJK KR", collection), recalcTimestamp=False)
    for table in ("vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS"):
        if table in font:
            del font[table]
    latin = make_latin(weight, fonts)
    _subset(font, KOREAN | LATIN | FROM_MATH, [])
    _put_outlines(font, latin, LATIN | FROM_MATH)
    _set_height(font, *HEIGHT)
    return font


def _subset(font: TTFont, unicodes: set[int], features: list[str]) -> None:
    options = Options(layout_features=features, layout_scripts=["*"], hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17]
    options.name_languages = [0x409]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)


def _set_height(font: TTFont, ascent: int, descent: int) -> None:
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, descent, 0
    font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender, font["OS/2"].sTypoLineGap = ascent, descent, 0
    font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ascent, -descent


def _same_units(font: TTFont, donor: TTFont) -> None:
    if font["head"].unitsPerEm != donor["head"].unitsPerEm:
        raise SystemExit("The two fonts have different units; scale the glyphs before copying them.")


def _add_outlines(font: TTFont, donor: TTFont, unicodes: set[int], *, replace: bool = False) -> None:
    """Copy the glyphs of `unicodes` from `donor` into a TrueType font, those that it has only with `replace`."""
    _same_units(font, donor)
    donor_map, own_map, glyphs = donor.getBestCmap(), font.getBestCmap(), donor.getGlyphSet()
    for unicode in sorted(unicodes & donor_map.keys() - (set() if replace else own_map.keys())):
        source = donor_map[unicode]
        name = f"uni{unicode:04X}.latin" if replace else f"uni{unicode:04X}"
        recorded = DecomposingRecordingPen(glyphs)
        glyphs[source].draw(recorded)
        pen = TTGlyphPen(None)
        recorded.replay(Cu2QuPen(pen, max_err=1))
        glyph = font["glyf"][name] = pen.glyph()
        # Its left edge is known only now; a wrong one here would let FreeType draw the letter somewhere else.
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (donor["hmtx"][source][0], getattr(glyph, "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode() and (unicode < 0x10000 or table.format == 12):
                table.cmap[unicode] = name
        if "GDEF" in font and font["GDEF"].table.GlyphClassDef:
            font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
    font.setGlyphOrder(list(font["glyf"].glyphOrder))


def _put_outlines(font: TTFont, donor: TTFont, unicodes: set[int]) -> None:
    """Draw `donor`'s glyphs of `unicodes` into a CFF font, in place of its own and behind its last one."""
    _same_units(font, donor)
    donor_map, own_map, glyphs = donor.getBestCmap(), font.getBestCmap(), donor.getGlyphSet()
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    taken: set[str] = set()
    # A number that another glyph has would leave both of them out of a PDF.
    numbered = set(top.charset)
    free = (name for name in (f"cid{number:05d}" for number in range(1, 65535)) if name not in numbered)
    for unicode in sorted(unicodes & donor_map.keys()):
        source, name = donor_map[unicode], own_map.get(unicode, "")
        width = donor["hmtx"][source][0]
        if not name or name in taken:
            name = next(free)
            top.charset.append(name)
            strings.charStringsIndex.append(T2CharString())
            strings.charStrings[name] = len(strings.charStringsIndex) - 1
            top.FDSelect.gidArray.append(top.FDSelect.gidArray[0])
            top.numGlyphs = len(top.charset)
            font.setGlyphOrder(top.charset)
        taken.add(name)
        group = top.FDArray[top.FDSelect.gidArray[strings.charStrings[name]]]
        pen = T2CharStringPen(width - group.Private.nominalWidthX, None)
        recorded = DecomposingRecordingPen(glyphs)
        glyphs[source].draw(recorded)
        recorded.replay(Qu2CuPen(pen, max_err=0.5, all_cubic=True))
        string = pen.getCharString(private=group.Private, globalSubrs=strings.globalSubrs)
        strings.charStringsIndex[strings.charStrings[name]] = string
        bounds = string.calcBounds(None)
        font["hmtx"][name] = (width, round(bounds[0]) if bounds else 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[unicode] = name
    font["maxp"].numGlyphs = len(font.getGlyphOrder())


def _for_every_script(table: Any) -> None:
    """Let every script and language use all the features that are left."""
    everything = list(range(len(table.FeatureList.FeatureRecord)))
    system = otTables.DefaultLangSys()
    system.ReqFeatureIndex, system.FeatureIndex, system.FeatureCount = 0xFFFF, everything, len(everything)
    records = []
    for tag in ("DFLT", "arab", "latn"):
        script = otTables.ScriptRecord()
        script.ScriptTag, script.Script = tag, otTables.Script()
        script.Script.DefaultLangSys, script.Script.LangSysRecord = system, []
        records.append(script)
    table.ScriptList.ScriptRecord, table.ScriptList.ScriptCount = records, len(records)


def _number_of(family: str, collection: Path) -> int:
    for number in range(20):
        if TTFont(collection, fontNumber=number, lazy=True)["name"].getDebugName(1).startswith(family):
            return number
    raise SystemExit(f"{collection} does not hold {family}.")


if __name__ == "__main__":
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts")
    for family, make in (("NotoSans", make_latin), ("NotoSansArabic", make_arabic), ("NotoSansKorean", make_korean)):
        for name in WEIGHTS:
            target = FOLDER / f"{family}-{name}.{'otf' if family == 'NotoSansKorean' else 'ttf'}"
            make(name, source).save(target)
            print(f"{target.name}: {target.stat().st_size} bytes")
