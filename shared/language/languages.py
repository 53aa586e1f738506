"""The languages, by their codes. Another one is a line here and a folder in `assets/translations`; it needs no code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.language.catalogues import OF_TABLET, is_complete

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """`own_name` is how its speakers call it. `formats` is the locale of its dates and lists (CLDR)."""

    code: str
    own_name: str
    direction: Direction
    formats: str

    @property
    def is_rtl(self) -> bool:
        return self.direction == "rtl"


ENGLISH = Language("en", "English", "ltr", "en_GB")
PSEUDO = Language("qps", "⟦…⟧", "ltr", "en_GB")
"""English between brackets: what stands outside them has escaped translation. For tests, never offered."""

LANGUAGES = (
    ENGLISH,
    Language("ar", "العربية", "rtl", "ar"),
    Language("fr", "Français", "ltr", "fr"),
    Language("es", "Español", "ltr", "es"),
    Language("ko", "한국어", "ltr", "ko"),
)
"""Every language that we translate into, in the order in which they are offered."""

_BY_CODE = {language.code: language for language in (*LANGUAGES, PSEUDO)}


def language_of(code: str) -> Language:
    """Return the language with this code; English where this version has none such."""
    return _BY_CODE.get(code, ENGLISH)


def offered(domains: Sequence[str] = OF_TABLET) -> tuple[Language, ...]:
    """Return the languages that can be chosen: English, and those in which nothing of these catalogues is missing."""
    return tuple(
        language for language in LANGUAGES if language is ENGLISH or is_complete(language.code, domains=domains)
    )
