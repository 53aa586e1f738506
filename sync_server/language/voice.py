"""Looking words up in the language of the request, which stands in a context variable and never in a global.

    desk.mo ──not there──▶ handwise.mo ──not there──▶ knowledge.mo ──not there──▶ the English words

A request holds one `Voice` from its beginning to its end, threads included: so whoever finds out who asks can still
choose that user's language, and everything that is said afterwards is said in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from unicodedata import bidirectional

from shared.errors import HandwiseError
from shared.language.catalogues import APP, BOOK, DESK, OF_DESK, is_reviewed, open_catalogue
from shared.language.languages import ENGLISH, PSEUDO, Language, language_of, offered
from shared.sentence import Sentence

LEFT_TO_RIGHT, RIGHT_TO_LEFT, END = "\u2066", "\u2067", "\u2069"
"""Unicode's isolates: what stands between does not turn what stands beside it."""
_OF_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_FIGURE = re.compile(
    r"(?:[<>≤≥±−] ?)?\d[\d.,]*(?:[–-]\d[\d.,]*)?[ \u00a0]?"
    r"(?:%|°C|(?:mm|[µmnkd]?(?:g|mol)|I?U)/(?:[µmd]?L|kg|h)|(?:[cm]m|[kmµ]?g|mL)(?![A-Za-z]))"
)
"""A number with its unit: one piece, which stands from left to right in every language."""
_WISH = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_MOST_WISHES = 20


@dataclass(frozen=True, slots=True)
class _Speech:
    language: Language
    words: NullTranslations
    book: NullTranslations
    is_reviewed: bool
    round_a_value: tuple[str, str] = ("", "")
    """What stands round a text that is put into a sentence, beside the isolates of a language from right to left."""


@cache
def _speech(code: str) -> _Speech:
    language = language_of(code)
    if language is ENGLISH:
        return _Speech(language, NullTranslations(), NullTranslations(), is_reviewed=True)
    if language is PSEUDO:
        from shared.language.pseudo import CLOSE, OPEN, Bracketed, MarkedWords

        # A value has no part in the brackets of its sentence.
        return _Speech(language, MarkedWords(OF_DESK), Bracketed(), is_reviewed=False, round_a_value=(CLOSE, OPEN))
    words, app, book = (open_catalogue(code, domain) for domain in (DESK, APP, BOOK))
    words.add_fallback(app)
    words.add_fallback(book)
    return _Speech(language, words, open_catalogue(code, BOOK), is_reviewed(code))


@dataclass(slots=True)
class Voice:
    """What a request speaks. One that `is_fixed` speaks it whoever asks: programs are answered in English."""

    speech: _Speech
    is_fixed: bool = False


_VOICE: ContextVar[Voice | None] = ContextVar("voice", default=None)


def _now() -> _Speech:
    voice = _VOICE.get()
    return _speech(ENGLISH.code) if voice is None else voice.speech


@contextmanager
def speaking(code: str, *, is_fixed: bool = False) -> Iterator[Voice]:
    """Speak a language until the block ends; English where there is none of this code."""
    voice = Voice(_speech(code), is_fixed)
    before = _VOICE.set(voice)
    try:
        yield voice
    finally:
        _VOICE.reset(before)


def prefer(code: str) -> None:
    """Speak the language that a user has chosen for himself, from now to the end of the request. Empty: no choice."""
    voice = _VOICE.get()
    if voice is not None and not voice.is_fixed and is_spoken(code):
        voice.speech = _speech(code)


def current() -> Language:
    """Return the language that is spoken."""
    return _now().language


def needs_review() -> bool:
    """Tell whether the clinical words of this language are still to be reviewed by a clinician."""
    return not _now().is_reviewed


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages that can be chosen: those in which nothing of the desk is missing."""
    return offered(OF_DESK)


def is_spoken(code: str) -> bool:
    """Tell whether a language can be chosen."""
    return any(one.code == code for one in languages())


def chosen_from(cookie: str, wishes: str) -> str:
    """Return the language for somebody who is not known yet: his last choice here, or what his browser asks for.

    Args:
        cookie: the code that was chosen on the sign-in page, or anything.
        wishes: the header Accept-Language (RFC 9110, section 12.5.4), or anything.
    """
    if is_spoken(cookie):
        return cookie
    found: list[tuple[float, int, str]] = []
    for place, wish in enumerate(wishes.split(",")[:_MOST_WISHES]):
        parts = _WISH.fullmatch(wish)
        if parts and (weight := float(parts[2] or 1)) > 0 and is_spoken(parts[1].lower()):
            found.append((-weight, place, parts[1].lower()))
    return min(found)[2] if found else ENGLISH.code


def say(words: str, /, **values: object) -> str:
    """Return a sentence of ours with its {named} places filled."""
    said = _looked_up(words)
    # Without values the words are as they are: what comes from elsewhere may hold a brace.
    return said.format(**for_places(values)) if values else said


def count_of(count: int, one: str, many: str, /, **values: object) -> str:
    """Return the form of a sentence that goes with a number, which stands in it as {count}."""
    said = _now().words.ngettext(one, many, count)
    return said.format(**for_places({"count": count, **values}))


def in_words(what: Sentence | HandwiseError | str) -> str:
    """Return a Sentence, or that of an error, in the language that is spoken. A text is returned as it is."""
    if isinstance(what, str):
        return what
    sentence = what.sentence if isinstance(what, HandwiseError) else what
    if sentence.many:
        values = dict(sentence.values)
        count = values.pop("count")
        assert isinstance(count, int)
        return count_of(count, sentence.words, sentence.many, **values)
    return say(sentence.words, **sentence.values)


def term(text: str) -> str:
    """Return a text of the book."""
    return _with_figures_level(_now().book.gettext(text)) if text else text


def template_words(words: str) -> str:
    """Return words of a template, their %(named)s places still open."""
    return _looked_up(words)


def template_words_of_number(one: str, many: str, count: int) -> str:
    """Return the form that goes with a number, its places still open."""
    return _now().words.ngettext(one, many, count)


def for_places(values: Mapping[str, object]) -> dict[str, object]:
    """Return values for the places of a sentence: a Sentence in words; what is read the other way turns nothing."""
    return {name: _for_place(value) for name, value in values.items()}


def _for_place(value: object) -> object:
    if isinstance(value, Sentence | HandwiseError):
        value = in_words(value)
    if not isinstance(value, str) or not value:
        return value
    before, after = _now().round_a_value
    return apart(f"{before}{value}{after}")


def apart(text: str) -> str:
    """Return a text so that it stands anywhere as it is read by itself.

    Not by its first letter: one of ours may begin with a number or with a name in other letters.
    """
    if not text or not _now().language.is_rtl:
        return text
    is_ours = any(bidirectional(letter) in _OF_RIGHT_TO_LEFT for letter in text)
    return f"{RIGHT_TO_LEFT if is_ours else LEFT_TO_RIGHT}{text}{END}"


def level(text: str) -> str:
    """Return figures such as "12–97%" or "2026-W47", which stand from left to right in every language."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if text and _now().language.is_rtl else text


def _looked_up(words: str) -> str:
    # The empty text is the catalogue's own header.
    return _with_figures_level(_now().words.gettext(words)) if words else words


def _with_figures_level(text: str) -> str:
    return _FIGURE.sub(_level, text) if _now().language.is_rtl else text


def _level(found: re.Match[str]) -> str:
    return level(found[0].replace(" ", "\u00a0"))
