"""Blocks onto A4 pages, and the pages into a PDF.

    block ──▶ rows (each a height and what is drawn in it) ──▶ pages ──▶ PDF

Rows are never broken. A title stays with what follows it, and a signature stays whole. Right to left, every row is
mirrored: x counts from the side at which reading starts. Sizes are those of the screen x 0.6, in points.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from fpdf import FPDF

from mobile_app.paper.blocks import (
    Badge,
    Block,
    Document,
    Heading,
    Listed,
    Pair,
    Pairs,
    Paragraph,
    Ranked,
    Section,
    Signature,
)
from mobile_app.paper.fonts import PageFonts
from mobile_app.typesetting import Run, set_lines
from shared.errors import PaperRefused
from shared.sentence import phrase

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
MARGIN, FOOT = 14.0, 16.0
MAX_PAGES = 2
SIZES = {"caption": 8.4, "body": 9.6, "body_large": 10.8, "title": 12.0, "heading": 14.4, "question": 18.0}
"""Points."""
_LINE = {False: 1.33, True: 1.55}
"""Line height, for scripts with and without marks above the letters."""
_MM = 25.4 / 72
_LABEL = 34.0
_HAIRLINE, _OUTLINE, _STRONG = 0.15, 0.3, 0.7

# It names the characters that no font has: in a log, the letters of a child's name.
for _library in ("fpdf", "fontTools"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class _Text:
    """A line of text in visual order. `x` from the reading side; `is_at_end` lets it end at `x` from the other side."""

    x: float
    y: float
    text: str
    size: float
    is_bold: bool = False
    is_at_end: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line or, with a height, an empty box. Coordinates as in `_Text`."""

    x: float
    y: float
    width: float
    height: float = 0.0
    weight: float = _HAIRLINE


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands between two possible page breaks. `keeps`: the next row must stand on the same page."""

    height: float
    drawn: tuple[_Text | _Rule, ...] = ()
    keeps: bool = False
    is_space: bool = False


def write_pdf(document: Document, fonts: Path, made_at: datetime, *, max_pages: int = MAX_PAGES) -> bytes:
    """Return the PDF. The same document and time give the same bytes.

    Raises:
        PaperRefused: it does not fit on so many pages; nothing is ever cut to make it fit.
    """
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_creation_date(made_at)
    pdf.set_producer("Handwise")
    pdf.set_lang(document.language)
    page_fonts = PageFonts(pdf, fonts)
    try:
        _set(pdf, _Setter(page_fonts, document.is_rtl), document, max_pages)
        return bytes(pdf.output())
    finally:
        page_fonts.close()


def _set(pdf: FPDF, setter: _Setter, document: Document, max_pages: int) -> None:
    foot = setter.foot(document.foot)
    pages = _paginate([row for block in document.blocks for row in setter.rows(block)], _room(foot))
    if len(pages) > max_pages:
        raise PaperRefused(phrase("This does not fit on the paper. Shorten the note."))
    for number, rows in enumerate(pages, start=1):
        pdf.add_page()
        y = MARGIN
        for row in rows:
            setter.draw(pdf, row, y)
            y += row.height
        setter.draw_foot(pdf, foot, document.page_words(number, len(pages)))


def _room(foot: Sequence[str]) -> float:
    return PAGE_HEIGHT - MARGIN - FOOT - max(0, len(foot) - 1) * SIZES["caption"] * _MM * 1.4


def _paginate(rows: Sequence[_Row], room: float) -> list[list[_Row]]:
    """Share rows out over pages. Rows that keep together move together; space at the head of a page is left out."""
    pages: list[list[_Row]] = [[]]
    used = 0.0
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and rows[end - 1].keeps:
            end += 1
        group = rows[start:end]
        height = sum(row.height for row in group)
        if pages[-1] and used + height > room and not group[0].is_space:
            pages.append([])
            used = 0.0
        if pages[-1] or not group[0].is_space:
            pages[-1] += group
            used += height
        start = end
    return pages


@dataclass
class _Setter:
    """Sets blocks in one direction with one set of fonts."""

    fonts: PageFonts
    is_rtl: bool
    width: float = field(default=PAGE_WIDTH - 2 * MARGIN)

    # --- blocks to rows -----------------------------------------------------------------------------------------------

    def rows(self, block: Block) -> list[_Row]:
        match block:
            case Heading():
                return self._heading(block)
            case Badge():
                return self._badge(block)
            case Section():
                return self._section(block)
            case Paragraph():
                return self._paragraph(block)
            case Listed():
                return self._listed(block)
            case Pairs():
                return self._pairs(block)
            case Ranked():
                return self._ranked(block)
            case Signature():
                return self._signature(block)

    def _heading(self, block: Heading) -> list[_Row]:
        end = SIZES["body"]
        room = self.width - self.fonts.width(block.at_end, end, is_bold=False) - 6
        rows = self._text_rows(block.text, SIZES["heading"], 0, room, is_bold=True)
        if block.at_end and rows:
            at_end = _Text(0, self._baseline(SIZES["heading"]), self._one_line(block.at_end), end, is_at_end=True)
            rows[0] = replace(rows[0], drawn=(*rows[0].drawn, at_end))
        return [*_kept(rows), _space(1.2)]

    def _badge(self, block: Badge) -> list[_Row]:
        size = SIZES["title"] if block.is_strong else SIZES["body_large"]
        pad = 2.2
        words = self._one_line(block.word)
        wide = self.fonts.width(words, size, is_bold=True) + 2 * pad
        high = self._line_height(size) + 1.4
        box = _Rule(0, 0, wide, high, _STRONG if block.is_strong else _OUTLINE)
        word = _Text(pad, 0.7 + self._baseline(size), words, size, is_bold=True)
        text_size = SIZES["title"] if block.is_strong else SIZES["body"]
        beside = self._lines(block.text, text_size, self.width - wide - 3, is_bold=block.is_strong)
        line = self._line_height(text_size)
        top = max(0.0, (high - line * len(beside)) / 2)
        texts = [
            _Text(wide + 3, top + number * line + self._baseline(text_size), text, text_size, is_bold=block.is_strong)
            for number, text in enumerate(beside)
        ]
        return [
            _space(0.8),
            _Row(max(high, top + line * len(beside)) + 1.2, (box, word, *texts), keeps=True),
            _space(0.6),
        ]

    def _section(self, block: Section) -> list[_Row]:
        size = SIZES[block.size]
        room = self.width - (self.fonts.width(block.at_end, SIZES["caption"], is_bold=False) + 4 if block.at_end else 0)
        rows = self._text_rows(block.title, size, 0, room, is_bold=True)
        if block.at_end and rows:
            at_end = _Text(0, self._baseline(size), self._one_line(block.at_end), SIZES["caption"], is_at_end=True)
            rows[-1] = replace(rows[-1], drawn=(*rows[-1].drawn, at_end))
        rule = _Row(1.0, (_Rule(0, 0.2, self.width),), keeps=True)
        return [_space(1.8), *_kept(rows), rule]

    def _paragraph(self, block: Paragraph) -> list[_Row]:
        size = SIZES[block.size]
        if not block.is_boxed:
            return [*self._text_rows(block.text, size, 0, self.width, is_bold=block.is_bold), _space(0.6)]
        pad = 2.5
        inner = self._text_rows(block.text, size, pad, self.width - 2 * pad, is_bold=block.is_bold)
        height = sum(row.height for row in inner) + pad
        drawn: list[_Text | _Rule] = [_Rule(0, 0, self.width, height, _OUTLINE)]
        y = pad / 2
        for row in inner:
            drawn += [replace(one, y=one.y + y) for one in row.drawn]
            y += row.height
        return [_space(0.8), _Row(height, tuple(drawn)), _space(1.2)]

    def _listed(self, block: Listed) -> list[_Row]:
        size = SIZES[block.size]
        indent = size * _MM * (1.9 if block.is_numbered else 1.2)
        rows: list[_Row] = []
        for number, item in enumerate(block.items, start=1):
            mark = f"{number}." if block.is_numbered else "–"
            lines = self._text_rows(item, size, indent, self.width - indent)
            if lines:
                lead = _Text(0, self._baseline(size), self._one_line(mark), size, is_bold=block.is_numbered)
                lines[0] = replace(lines[0], drawn=(lead, *lines[0].drawn))
            rows += [*_whole(lines), _space(0.5)]
        return rows

    def _pairs(self, block: Pairs) -> list[_Row]:
        gap = 6.0
        wide = (self.width - gap * (block.columns - 1)) / block.columns
        label = _LABEL if block.columns == 1 else min(_LABEL, wide * 0.38)
        rows: list[_Row] = []
        for start in range(0, len(block.pairs), block.columns):
            side_by_side = block.pairs[start : start + block.columns]
            cells = [
                self._pair(pair, place * (wide + gap), label, wide, SIZES[block.size])
                for place, pair in enumerate(side_by_side)
            ]
            height = max(cell.height for cell in cells)
            rows += [_Row(height, tuple(drawn for cell in cells for drawn in cell.drawn)), _space(0.4)]
        return rows

    def _pair(self, pair: Pair, x: float, label: float, wide: float, size: float) -> _Row:
        line = self._line_height(size)
        labels = self._lines(pair.label, size, label - 2, is_bold=True)
        texts = self._lines(pair.text, size, wide - label)
        drawn: list[_Text | _Rule] = [
            _Text(x, number * line + self._baseline(size), text, size, is_bold=True)
            for number, text in enumerate(labels)
        ]
        drawn += [
            _Text(x + label, number * line + self._baseline(size), text, size) for number, text in enumerate(texts)
        ]
        if pair.is_to_write and not pair.text:
            drawn.append(_Rule(x + label, line, wide - label))
        return _Row(line * max(len(labels), len(texts), 1), tuple(drawn))

    def _ranked(self, block: Ranked) -> list[_Row]:
        size = SIZES["body"]
        band = self._one_line(block.band)
        room = self.width - self.fonts.width(band, size, is_bold=True) - 6
        rows = self._text_rows(block.name, size, 0, room, is_bold=True)
        at_end = _Text(0, self._baseline(size), band, size, is_bold=True, is_at_end=True)
        rows[0] = replace(rows[0], drawn=(*rows[0].drawn, at_end))
        for detail in block.details:
            rows += self._text_rows(detail, SIZES["caption"], 4, self.width - 4)
        return [*_whole(rows), _space(0.7)]

    def _signature(self, block: Signature) -> list[_Row]:
        gap, size = 8.0, SIZES["caption"]
        wide = (self.width - gap * (len(block.labels) - 1)) / len(block.labels)
        drawn: list[_Text | _Rule] = []
        high = 0.0
        for place, label in enumerate(block.labels):
            x = place * (wide + gap)
            drawn.append(_Rule(x, 9.5, wide))
            for number, text in enumerate(self._lines(label, size, wide)):
                y = 10 + number * self._line_height(size)
                drawn.append(_Text(x, y + self._baseline(size), text, size))
                high = max(high, y + self._line_height(size))
        return [_Row(high + 1, tuple(drawn))]

    # --- text ---------------------------------------------------------------------------------------------------------

    def foot(self, text: str) -> list[str]:
        """Return the lines at the foot of each page; the page number stands at the end of the last one."""
        return self._lines(text, SIZES["caption"], self.width - 34) or [""]

    def _text_rows(self, text: str, size: float, x: float, width: float, *, is_bold: bool = False) -> list[_Row]:
        line = self._line_height(size)
        return [
            _Row(line, (_Text(x, self._baseline(size), one, size, is_bold=is_bold),))
            for one in self._lines(text, size, width, is_bold=is_bold)
        ]

    def _lines(self, text: str, size: float, width: float, *, is_bold: bool = False) -> list[str]:
        def measure(words: str, is_bold: bool) -> float:
            return self.fonts.width(words, size, is_bold)

        # What was typed may hold a word that is wider than the page; on paper nothing is cut, so it is broken.
        fitting = "\n".join(
            " ".join(part for word in paragraph.split(" ") for part in self._fitting(word, size, width, is_bold))
            for paragraph in text.splitlines()
            if paragraph.strip()
        )
        lines = set_lines([Run(fitting, is_bold)], measure, width, from_right=self.is_rtl) if fitting else ()
        return [line.text for line in lines]

    def _fitting(self, word: str, size: float, width: float, is_bold: bool) -> list[str]:
        """Return a word in pieces that fit into a width."""
        if len(word) < 2 or self.fonts.width(word, size, is_bold) <= width:
            return [word]
        middle = len(word) // 2
        return [part for half in (word[:middle], word[middle:]) for part in self._fitting(half, size, width, is_bold)]

    def _one_line(self, text: str) -> str:
        line = set_lines([Run(text)], lambda *_: 0.0, None, from_right=self.is_rtl)
        return " ".join(one.text for one in line)

    def _line_height(self, size: float) -> float:
        return size * _MM * _LINE[self.is_rtl]

    def _baseline(self, size: float) -> float:
        return self._line_height(size) / 2 + size * _MM * 0.36

    # --- drawing ------------------------------------------------------------------------------------------------------

    def draw(self, pdf: FPDF, row: _Row, top: float) -> None:
        """Draw a row at a distance from the top of the page."""
        for one in row.drawn:
            if isinstance(one, _Text):
                self._draw_text(pdf, one, top)
            else:
                self._draw_rule(pdf, one, top)

    def draw_foot(self, pdf: FPDF, lines: Sequence[str], page: str) -> None:
        size = SIZES["caption"]
        line = self._line_height(size)
        top = PAGE_HEIGHT - FOOT + 5 - (len(lines) - 1) * line
        self._draw_rule(pdf, _Rule(0, -1.2, self.width), top)
        for number, text in enumerate(lines):
            self._draw_text(pdf, _Text(0, number * line + self._baseline(size), text, size), top)
        at_end = _Text(0, (len(lines) - 1) * line + self._baseline(size), self._one_line(page), size, is_at_end=True)
        self._draw_text(pdf, at_end, top)

    def _draw_text(self, pdf: FPDF, one: _Text, top: float) -> None:
        wide = self.fonts.width(one.text, one.size, one.is_bold)
        starts_left = one.is_at_end == self.is_rtl
        x = MARGIN + one.x if starts_left else PAGE_WIDTH - MARGIN - one.x - wide
        for run in self.fonts.runs(one.text, one.is_bold):
            self.fonts.use(run.family, one.size, one.is_bold)
            pdf.text(x, top + one.y, run.text)
            x += pdf.get_string_width(run.text)

    def _draw_rule(self, pdf: FPDF, one: _Rule, top: float) -> None:
        x = PAGE_WIDTH - MARGIN - one.x - one.width if self.is_rtl else MARGIN + one.x
        pdf.set_line_width(one.weight)
        if one.height:
            pdf.rect(x, top + one.y, one.width, one.height)
        else:
            pdf.line(x, top + one.y, x + one.width, top + one.y)


def _space(height: float) -> _Row:
    return _Row(height, is_space=True)


def _kept(rows: Sequence[_Row]) -> list[_Row]:
    """Return rows that stay with each other and with what follows."""
    return [replace(row, keeps=True) for row in rows]


def _whole(rows: Sequence[_Row]) -> list[_Row]:
    """Return rows that stay with each other."""
    return [*_kept(rows[:-1]), *rows[-1:]]
