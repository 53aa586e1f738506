"""The language that the app speaks: which there are, which one is in use, and what a text is in it.

    use("ar")             from now on `translate` and its sisters answer in Arabic; what is shown is drawn again
    assets/translations   <language>/LC_MESSAGES/handwise.mo (words of the app) and knowledge.mo (words of the book)

English is the language of the sources: it has no catalogue. What a catalogue lacks is said in English.
"""

from mobile_app.language.speaking import current, translate, translate_book, translate_count, use
from shared.language.languages import ENGLISH, LANGUAGES, PSEUDO, Direction, Language, language_of, offered

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "PSEUDO",
    "Direction",
    "Language",
    "current",
    "language_of",
    "offered",
    "translate",
    "translate_book",
    "translate_count",
    "use",
]
