"""Where the compiled catalogues stand, how one is opened, and whether a clinician has reviewed it.

    assets/translations/<language>/LC_MESSAGES/handwise.mo     the words of the app and of the core
                                               knowledge.mo    the words of the book
                                               desk.mo         the words of the coordinator's desk
                                  /REVIEWED                   who has read the book's words, and of which knowledge.mo

`handwise translations` writes a .mo only when nothing is missing in its .po, so that one that is there is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parents[2] / "assets" / "translations"
APP, BOOK, DESK = "handwise", "knowledge", "desk"
"""The catalogues of a language. What the core says is among the words of the app."""
OF_TABLET, OF_DESK = (APP, BOOK), (DESK, APP, BOOK)
"""What each half needs, in the order in which it looks a text up."""


def catalogue_file(language: str, domain: str, suffix: str = ".mo", folder: Path = TRANSLATIONS) -> Path:
    """Return the path of a catalogue."""
    return folder / language / "LC_MESSAGES" / f"{domain}{suffix}"


def review_file(language: str, folder: Path = TRANSLATIONS) -> Path:
    return folder / language / "REVIEWED"


def open_catalogue(language: str, domain: str, folder: Path = TRANSLATIONS) -> NullTranslations:
    """Return a catalogue; one that says everything in English where there is no file, or none that can be read."""
    try:
        with catalogue_file(language, domain, folder=folder).open("rb") as file:
            return GNUTranslations(file)
    except (OSError, ValueError):
        return NullTranslations()


def is_complete(language: str, folder: Path = TRANSLATIONS, domains: Sequence[str] = OF_TABLET) -> bool:
    """Tell whether these catalogues of a language are there."""
    return all(catalogue_file(language, domain, folder=folder).is_file() for domain in domains)


def digest_of_book(language: str, folder: Path = TRANSLATIONS) -> str:
    """Return what a review signs: the SHA-256 of the book's compiled catalogue."""
    return sha256(catalogue_file(language, BOOK, folder=folder).read_bytes()).hexdigest()


def is_reviewed(language: str, folder: Path = TRANSLATIONS) -> bool:
    """Tell whether a clinician has signed the book's words as they are now. A later change takes the signature away."""
    try:
        signed = review_file(language, folder).read_text(encoding="utf-8")
        return f"of: {digest_of_book(language, folder)}" in signed.splitlines()
    except (OSError, UnicodeDecodeError):
        return False
