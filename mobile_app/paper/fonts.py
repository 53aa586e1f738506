"""The fonts of `assets/fonts` as a page uses them: which of them has a character, and how wide a text is.

Noto has one font for each script, so a line of several scripts is drawn in runs. Another script's font is opened only
when a character needs it: opening the Korean one takes as long as everything else of a letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

WEIGHTS = {False: "Regular", True: "SemiBold"}
FAMILY = "NotoSans"
EVERYWHERE = frozenset(" \u00a0")
"""What every run may hold: it breaks none."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line that one font draws."""

    family: str
    text: str


class PageFonts:
    """The fonts of one PDF."""

    def __init__(self, pdf: FPDF, folder: Path) -> None:
        self._pdf = pdf
        self._folder = folder
        others = sorted(path.name.partition("-")[0] for path in folder.glob("NotoSans?*-Regular.?tf"))
        self._families = [FAMILY, *(name for name in others if name != FAMILY)]
        self._opened: set[tuple[str, bool]] = set()
        self._files: list[TTFont] = []
        self._of_character: dict[tuple[str, bool], str] = {}

    def runs(self, text: str, is_bold: bool) -> Iterator[Run]:
        """Cut a line in its visual order into runs of one font. What no font has is drawn as Noto's empty box."""
        family, letters = FAMILY, ""
        for letter in text:
            wanted = (
                family
                if letter in EVERYWHERE and self._has(family, letter, is_bold)
                else self._family_of(letter, is_bold)
            )
            if wanted != family and letters:
                yield Run(family, letters)
                letters = ""
            family = wanted
            letters += letter
        if letters:
            yield Run(family, letters)

    def width(self, text: str, size: float, is_bold: bool) -> float:
        """Return how wide a line is, in millimetres; `size` in points."""
        total = 0.0
        for run in self.runs(text, is_bold):
            self.use(run.family, size, is_bold)
            total += self._pdf.get_string_width(run.text)
        return total

    def use(self, family: str, size: float, is_bold: bool) -> None:
        """Let what is drawn next be drawn in this font."""
        self._open(family, is_bold)
        self._pdf.set_font(family, "B" if is_bold else "", size)

    def missing(self, text: str) -> str:
        """Return the characters of a text that no font has."""
        return "".join(letter for letter in dict.fromkeys(text) if not self._known(letter))

    def _known(self, letter: str) -> bool:
        return any(self._has(family, letter, is_bold=False) for family in self._families)

    def _family_of(self, letter: str, is_bold: bool) -> str:
        known = self._of_character.get((letter, is_bold))
        if known is None:
            known = next((family for family in self._families if self._has(family, letter, is_bold)), FAMILY)
            self._of_character[letter, is_bold] = known
        return known

    def _has(self, family: str, letter: str, is_bold: bool) -> bool:
        return ord(letter) in self._open(family, is_bold).cmap

    def _open(self, family: str, is_bold: bool) -> TTFFont:
        style = "B" if is_bold else ""
        if (family, is_bold) not in self._opened:
            file = next(self._folder.glob(f"{family}-{WEIGHTS[is_bold]}.?tf"))
            self._pdf.add_font(family, style, str(file))
            self._opened.add((family, is_bold))
            added = self._pdf.fonts[family.lower() + style]
            assert isinstance(added, TTFFont)
            self._files.append(added.ttfont)
        font = self._pdf.fonts[family.lower() + style]
        assert isinstance(font, TTFFont)
        return font

    def close(self) -> None:
        """Close the font files, which the library leaves open."""
        for file in self._files:
            file.close()
