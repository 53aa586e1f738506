"""The pieces of a text that are read from left to right in every language, and never break.

    0.36 mg/L    12–97%    38.0 °C    11.3 × 10⁹/L    −3.5    2026-11-21    08:40    1–3    Case 7F3K    CRP

A number goes with its sign, its power, its range and its unit; a dose that is reversed or torn apart is a harm. Words
of Latin letters and codes such as 7F3K are pieces, too; they say to their surroundings that they are read from the left
(`word`), a number does not (`number`): in an Arabic line the first of two numbers stands at the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal
from unicodedata import bidirectional, category

Kind = Literal["number", "word", "arabic", "space", "other"]

NO_BREAK_SPACE = "\u00a0"

_SPACES = " \u00a0\u202f\u2009"
_GAP = f"[{_SPACES}]?"
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"
_POWER = "[\u2070\u00b9\u00b2\u00b3\u2074-\u207e\u2080-\u208e]*"
_PERCENT = "[%\u2030\u066a]"
_SIGN = rf"(?:[<>\u2264\u2265~\u2248\u00b1=]{_GAP})?[+\-\u2212]?"
# A year and a month, or a day; what goes on behind it is a range such as 1000-10.00
_DATE = rf"{_DIGIT}{{4}}-{_DIGIT}{{2}}(?:-{_DIGIT}{{2}})?(?![.,:/\u066b\u066c]?{_DIGIT})"
# 10 000 with its thin space, 1,234.5, 38.0, 08:40, 21/11/2026, and the separators of Arabic-Indic digits
_FIGURES = rf"{_DIGIT}+(?:[\u00a0\u202f]{_DIGIT}{{3}}(?!{_DIGIT}))*(?:[.,:/\u066b\u066c]{_DIGIT}+)*"
_AMOUNT = rf"(?:{_DATE}|{_FIGURES}){_POWER}(?:{_GAP}{_PERCENT})?"
# A dot with spaces round it stands between two things: "Nurse 1 · 3 days" is no product.
_PRODUCT = rf"{_AMOUNT}(?:(?:{_GAP}[\u00d7*]{_GAP}|\u00b7){_AMOUNT})*"
_BASE_UNIT = rf"\u00b0[CF]?|{_PERCENT}|mmHg|min|h|d|bpm|UI|IU|[kdcm\u00b5\u03bcnp]?(?:mol|Eq|IU|UI|Pa|g|m|L|l|U|s)"
_UNIT = rf"(?:/{_GAP})?(?:{_BASE_UNIT}){_POWER}(?:[/\u00b7.](?:{_BASE_UNIT}){_POWER})*(?![^\W\d_]|['\u2019])"
_NUMBER = rf"{_SIGN}{_PRODUCT}(?:{_GAP}[\u2013\u2014\u2212\-]{_GAP}{_SIGN}{_PRODUCT})?(?:{_GAP}{_UNIT})?"

# Letters read from the left, with what joins them inside a word: IL-6, mg/L, d'eau, 7F3K, 25-OH. A path begins with a
# slash, and ends with one where it goes on in the next line.
_LETTER = (
    "[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"
)
_JOINT = rf"[\-\u2010\u2011'\u2019./+&_@](?={_LETTER}|[0-9])"
_SIGNS = rf"(?:{_LETTER}|[0-9\u0300-\u036f\u2070-\u209c\u00b2\u00b3\u00b9]|{_JOINT})*"
_WORD = rf"(?:[0-9]+[\-\u2011]?|(?<!\S)/)?{_LETTER}{_SIGNS}(?:/(?!\S))?"
# The name of a case is a word with a code of four: it must be found again exactly as it is written.
_CASE = r"(?<!\w)(?:[A-Z][a-z\u00df-\u00ff]+|[\uac00-\ud7a3]+) (?=[0-9A-Z]*[0-9])[0-9A-Z]{4}(?!\w)"
_ARABIC = (
    "[\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\u200c\u200d]+"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; an `other` piece is one sign with the marks on it."""

    text: str
    kind: Kind


def pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text without line breaks; put together they are the text."""
    place = 0
    while place < len(text):
        piece = _piece_at(text, place)
        yield piece
        place += len(piece.text)


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Return what is tried at each place, in this order; compiled with the first text that has a number."""
    return (
        ("space", re.compile(f"[{_SPACES}\t]+")),
        ("word", re.compile(_CASE)),
        ("arabic", re.compile(_ARABIC)),
        # A number with its unit is tried before the word that begins with a figure: 5mg is a dose, 7F3K is a word.
        ("number", re.compile(rf"(?>{_NUMBER})(?![\-\u2011]?{_LETTER})")),
        ("word", re.compile(_WORD)),
        ("number", re.compile(_NUMBER)),
    )


def _piece_at(text: str, place: int) -> Piece:
    for kind, pattern in _patterns():
        found = pattern.match(text, place)
        if found:
            return Piece(found[0], kind)
    end = place + 1
    while end < len(text) and category(text[end]) in ("Mn", "Me"):
        end += 1
    return Piece(text[place:end], "word" if bidirectional(text[place]) == "L" else "other")


@lru_cache(maxsize=4096)
def kept_together(text: str) -> str:
    """Return a text of a left-to-right language in which no number is torn from its unit: its spaces do not break."""
    if " " not in text or not any(character.isdigit() for character in text):
        return text
    return "".join(
        piece.text.replace(" ", NO_BREAK_SPACE) if piece.kind in ("number", "word") else piece.text
        for piece in pieces(text)
    )
