"""Pages as they come out: values in the order in which they were typed, nothing cut, nothing outside the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from mobile_app.config import ASSETS
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
from mobile_app.paper.typeset import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, write_pdf
from shared.errors import PaperRefused

FONTS = ASSETS / "fonts"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
POINTS_A_MM = 72 / 25.4
ARABIC = "اتصل بالمستشفى ثم ابدأ النقل، والبروتين"
SENTENCES = {"en": "Call the hospital, then go.", "ar": ARABIC, "ko": "병원에 전화하고 이송을 시작하십시오"}
VALUES = ("0.36 mg/L", "12–97%", "38.0 °C", "11.3 × 10⁹/L", "6.0–17.5", "2026-11-28", "7F3K")


def a_document(*blocks: Block, language: str = "en") -> Document:
    return Document(language, language == "ar", blocks, lambda number, count: f"{number} / {count}", "foot")


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        yield document
    finally:
        document.close()


def characters(page: Any) -> list[tuple[str, float, float]]:
    """Return each drawn character with its place (x from the left, y from the foot) in points."""
    text = page.get_textpage()
    found = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            left, bottom, _right, _top = text.get_charbox(index, loose=True)
            found.append((letter, left, bottom))
    return found


def lines_as_seen(page: Any) -> list[str]:
    """Return the lines as the eye reads them from left to right, whatever order they were drawn in."""
    rows: dict[int, list[tuple[float, str]]] = {}
    for letter, left, bottom in characters(page):
        rows.setdefault(round(bottom / 3), []).append((left, letter))
    return ["".join(letter for _, letter in sorted(row)) for _, row in sorted(rows.items(), reverse=True)]


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_never_reversed_or_torn_in_any_language(language: str, value: str) -> None:
    said = f"{SENTENCES[language]} {value} {SENTENCES[language]}"
    blocks = (
        Paragraph(said),
        Listed((said, said), is_numbered=True),
        Pairs((Pair(SENTENCES[language], value),)),
        Ranked(SENTENCES[language], value, (said,)),
    )

    with opened(write_pdf(a_document(*blocks, language=language), FONTS, NOW)) as document:
        seen = lines_as_seen(document[0])

    bare = "".join(value.split())
    assert sum(line.count(bare) for line in seen) >= 5, seen


def test_digits_of_an_arabic_line_look_like_the_same_digits_drawn_by_themselves() -> None:
    value, scale = "0.36 mg/L", 4
    said = f"{ARABIC} {value} {ARABIC}"
    with opened(write_pdf(a_document(Paragraph(said, "question"), language="ar"), FONTS, NOW)) as pdf:
        page = pdf[0]
        wanted = [one for one in characters(page) if one[0] in value and one[2] > 100]
        left, foot = (scale * min(one[place] for one in wanted) for place in (1, 2))
        drawn = page.render(scale=scale).to_pil().convert("L")

    as_typed, reversed_ = (_drawn_alone(text, 18 * scale) for text in (value, value[::-1]))
    top = drawn.height - foot - 18 * scale
    strip = drawn.crop((int(left) - 2, int(top), int(left) + as_typed.width + 6, int(drawn.height - foot) + 8))
    strip = _ink_of(strip)

    assert _difference(strip, as_typed) < _difference(strip, reversed_) / 2


def _drawn_alone(text: str, size: int) -> Image.Image:
    font = ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), size)
    picture = Image.new("L", (int(font.getlength(text)) + 4, 2 * size), 255)
    ImageDraw.Draw(picture).text((0, 0), text, font=font, fill=0)
    return _ink_of(picture)


def _ink_of(picture: Image.Image) -> Image.Image:
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    return picture.crop(box)


def _difference(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels of two pictures are not alike, the first one stretched over the second."""
    return sum(ImageChops.difference(one.resize(other.size), other).histogram()[128:])


def test_a_right_to_left_page_begins_at_the_right() -> None:
    with opened(write_pdf(a_document(Heading(ARABIC, "7F3K"), language="ar"), FONTS, NOW)) as document:
        drawn = [one for one in characters(document[0]) if one[2] > 700]

    code = [left for letter, left, _ in drawn if letter in "7F3K"]
    arabic = [left for letter, left, _ in drawn if letter not in "7F3K"]
    assert max(code) < PAGE_WIDTH * POINTS_A_MM / 2 < max(arabic)


def everything(language: str, times: int = 1) -> tuple[Block, ...]:
    said = SENTENCES[language]
    return (
        Heading(said, "7F3K"),
        Badge(said, f"{said} {said} {said}", is_strong=True),
        Section(said, said),
        Listed((said,) * 4 * times, is_numbered=True),
        Pairs((Pair(said, said * 3), Pair(said, "", is_to_write=True)), columns=2),
        Paragraph(" ".join([said] * 30), is_boxed=True),
        Signature((said, said, said)),
    )


@pytest.mark.parametrize("language", SENTENCES)
def test_nothing_stands_outside_the_margins(language: str) -> None:
    long_word = "x" * 400
    blocks = (*everything(language), Paragraph(f"{long_word} {SENTENCES[language]}"))
    with opened(write_pdf(a_document(*blocks, language=language), FONTS, NOW)) as document:
        drawn = characters(document[0])

    assert sum(letter == "x" for letter, _, _ in drawn) == 400
    for letter, left, bottom in drawn:
        assert (MARGIN - 1) * POINTS_A_MM < left < (PAGE_WIDTH - MARGIN + 1) * POINTS_A_MM, letter
        assert 5 * POINTS_A_MM < bottom < (PAGE_HEIGHT - MARGIN + 1) * POINTS_A_MM, letter


def test_what_is_longer_goes_on_on_a_second_page_with_its_number_and_no_line_is_lost() -> None:
    items = tuple(f"line{number}" for number in range(70))
    with opened(write_pdf(a_document(Section("title"), Listed(items)), FONTS, NOW)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]

    assert len(pages) == 2
    assert "1 / 2" in pages[0]
    assert "2 / 2" in pages[1]
    assert all(item in pages[0] + pages[1] for item in items)


def test_a_title_never_stands_alone_at_the_foot_of_a_page() -> None:
    for count in range(40, 70):
        blocks = (Listed(("line",) * count), Section("title"), Paragraph("what follows"))
        with opened(write_pdf(a_document(*blocks), FONTS, NOW)) as document:
            with_title = [page for page in document if "title" in page.get_textpage().get_text_bounded()]
            assert "what follows" in with_title[0].get_textpage().get_text_bounded()


def test_what_does_not_fit_is_refused_and_never_cut() -> None:
    with pytest.raises(PaperRefused, match="does not fit"):
        write_pdf(a_document(Listed(("line",) * 400)), FONTS, NOW)


def test_a_page_is_black_on_white() -> None:
    with opened(write_pdf(a_document(*everything("en")), FONTS, NOW)) as document:
        picture = document[0].render(scale=1).to_pil().convert("RGB")

    assert all(max(colour) - min(colour) <= 2 for _, colour in picture.getcolors(1 << 24) or ())


def test_the_same_document_gives_the_same_bytes_and_names_nobody_as_its_author() -> None:
    first, second = (write_pdf(a_document(*everything("en")), FONTS, NOW) for _ in range(2))

    assert first == second
    with opened(first) as document:
        assert document.get_metadata_value("Author") == ""
        assert document.get_metadata_value("Title") == ""


def test_every_font_is_embedded(tmp_path: Path) -> None:
    pdf = write_pdf(a_document(Paragraph(" ".join(SENTENCES.values()))), FONTS, NOW)

    assert pdf.count(b"/FontFile") >= 3


def test_letters_that_no_font_has_are_not_named_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        write_pdf(a_document(Paragraph("Name: ኣማን ゆき")), FONTS, NOW)

    assert not [record for record in caplog.records if record.name.startswith(("fpdf", "fontTools"))]
