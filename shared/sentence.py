"""A sentence of ours kept apart from its values, so that it can be said in another language.

    sentence("Next try in {wait}.", wait=...)    str() is the English sentence, its values in their places
    counted(2, "{count} day", "{count} days")    the same where the words depend on a number

The English words are the key by which a catalogue knows their translation (`shared/language`). They stand as
literals at the call, so that `make translations` finds them. A value may be a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """English words with {named} places, and what stands in them. `many` are the words where `count` is not one."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        words = self.many if self.many and self.values["count"] != 1 else self.words
        # Words without values are said as they are: a sentence from elsewhere may hold a brace.
        return words.format(**self.values) if self.values else words


def sentence(words: str, /, **values: object) -> Sentence:
    """Return a sentence with its values."""
    return Sentence(words, values)


def counted(count: int, one: str, many: str, /, **values: object) -> Sentence:
    """Return a sentence that says a number as {count}."""
    return Sentence(one, {"count": count, **values}, many)


def phrase(words: str) -> str:
    """Return the words unchanged: marks what stands in a table and is said later, so that it is translated."""
    return words
