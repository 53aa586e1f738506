"""A clinical situation as it is written: words only. What they mean is settled by the vocabulary when it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Group = tuple[str, ...]
"""Words of which one is enough."""


@dataclass(frozen=True, slots=True)
class Child:
    """Who is brought where: "9 months", "boy", "left hand and wrist", "clinic", what the clinic has."""

    age: str = ""
    sex: str = ""
    where: str = ""
    at: str = ""
    has: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must follow. `kind` is its key in the file; each group holds if one of its words does."""

    kind: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known at one visit. At a later visit this is what is new; everything else stays as it was.

    `disagree` holds, for each question, what different people answered; one word alone means yes and no.
    `as_written` goes into the case as it stands, to try what a person or a program might send.
    """

    after: str = ""
    at: str = ""
    swollen_for: str = ""
    calcium_given: str = ""
    found: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    not_possible: tuple[str, ...] = ()
    disagree: tuple[Group, ...] = ()
    as_written: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A child, one or several visits, and why what is expected is right. `id` is unique in the folder.

    `not_yet`, if it is there, says what happens instead: the expectation stands, and the product falls short of it.
    """

    id: str
    title: str
    because: str
    sources: tuple[str, ...]
    child: Child
    visits: tuple[Visit, ...]
    not_yet: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """One file: situations that belong together."""

    file: str
    title: str
    order: int
    about: str
    situations: tuple[Situation, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The whole folder. `words` are its own phrases: for findings, measurements and settings, phrase: codes."""

    themes: tuple[Theme, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def situations(self) -> tuple[Situation, ...]:
        return tuple(situation for theme in self.themes for situation in theme.situations)
