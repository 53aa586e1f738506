"""The language in use, and the lookup of a text in it. The only state of the app that is not handed from part to part:

every presenter speaks, and a tablet speaks one language at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import NullTranslations

from shared.language.catalogues import APP, BOOK, is_reviewed, open_catalogue
from shared.language.languages import ENGLISH, PSEUDO, Language, language_of

WESTERN, ARABIC_INDIC = "western", "arabic_indic"


@dataclass(frozen=True, slots=True)
class _Speech:
    language: Language
    app: NullTranslations
    book: NullTranslations
    is_reviewed: bool


def _speech_of(language: Language) -> _Speech:
    if language is ENGLISH:
        return _Speech(language, NullTranslations(), NullTranslations(), is_reviewed=True)
    if language is PSEUDO:
        from shared.language.pseudo import Bracketed, MarkedWords

        return _Speech(language, MarkedWords(), Bracketed(), is_reviewed=False)
    code = language.code
    return _Speech(language, open_catalogue(code, APP), open_catalogue(code, BOOK), is_reviewed(code))


_speech = _speech_of(ENGLISH)
_digits = WESTERN


def use(code: str, digits: str = WESTERN) -> Language:
    """Speak the language with this code from now on, and return it; English where there is none such.

    `digits` are those of running text: "western" or "arabic_indic". Only Arabic is written with the latter.
    """
    global _speech, _digits
    language = language_of(code)
    if language is not _speech.language:
        _speech = _speech_of(language)
    _digits = digits
    return language


@contextmanager
def for_a_while(code: str) -> Iterator[Language]:
    """Speak another language, with Western digits, until the block ends: a letter in the language of who reads it."""
    global _speech, _digits
    before = _speech, _digits
    try:
        yield use(code)
    finally:
        _speech, _digits = before


def has_arabic_indic_digits() -> bool:
    """Tell whether whole numbers of running text are written ٠١٢. Measured values are always Western."""
    return _digits == ARABIC_INDIC and _speech.language.code == "ar"


def current() -> Language:
    """Return the language in use."""
    return _speech.language


def needs_review() -> bool:
    """Tell whether the clinical words of the language in use are still to be reviewed by a clinician."""
    return not _speech.is_reviewed


def translate(text: str) -> str:
    """Return a text of the app in the language in use."""
    # The empty text is the catalogue's own header.
    return _speech.app.gettext(text) if text else text


def translate_count(one: str, many: str, count: int) -> str:
    """Return the form of a text that goes with a number; Arabic has six."""
    return _speech.app.ngettext(one, many, count)


def translate_book(text: str) -> str:
    """Return a text of the book in the language in use."""
    return _speech.book.gettext(text) if text else text
