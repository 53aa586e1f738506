"""A strict reader of one block of the book. Every fault is noted with its place, and reading goes on.

A wrong value yields a harmless one of the right type, so that one pass finds all problems; the loader raises them
together and never hands out a book that had any.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from shared.errors import Problem

MISSING = "is missing"
UNKNOWN_KEY = "is not a key that belongs here"
_MISSING: Any = object()


class Section:
    """A mapping of the file, read key by key. `close` reports the keys that nobody asked for."""

    def __init__(self, value: Any, file: str, place: str, problems: list[Problem]) -> None:
        self.file = file
        self.place = place
        self._problems = problems
        self._asked: list[str] = []
        if isinstance(value, dict):
            self._value: dict[Any, Any] = value
        else:
            self._value = {}
            self.note("", "must be a block of keys and values")
            # That is the one fault; every key of it that is missing would only repeat it.
            self._problems = []
        for key in self._value:
            if not isinstance(key, str):
                self.note("", f"the key {key!r} must be a word; put it in quotes")

    def keys(self) -> list[str]:
        return [key for key in self._value if isinstance(key, str)]

    def has(self, key: str) -> bool:
        return key in self._value

    def at(self, key: str) -> str:
        """Return the place of a key, such as `likelihoods.cellulitis.p`."""
        return ".".join(part for part in (self.place, key) if part) or "the file"

    def note(self, key: str, advice: str) -> None:
        self._problems.append(Problem(self.file, self.at(key), advice))

    def raw(self, key: str, default: Any = _MISSING) -> Any:
        self._asked.append(key)
        if key in self._value:
            return self._value[key]
        if default is _MISSING:
            self.note(key, MISSING)
            return None
        return default

    def text(self, key: str, default: str | None = None) -> str:
        value = self.raw(key, _MISSING if default is None else default)
        if isinstance(value, str):
            return value
        if key in self._value:
            self.note(key, "must be text; put it in quotes")
        return default or ""

    def optional_text(self, key: str) -> str | None:
        return None if self.raw(key, None) is None else self.text(key)

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        names = list(allowed)
        value = self.text(key, default)
        if value not in names and (key in self._value):
            spelt = [name for name in names if name]
            allowed_words = f"one of {', '.join(spelt)}" if len(spelt) > 1 else spelt[0]
            self.note(key, f"must be {allowed_words}{'' if '' not in names else ', or left out'}{hint(value, names)}")
        return value if value in names else names[0]

    def number(self, key: str, default: float | None = None) -> float:
        value = self.raw(key, _MISSING if default is None else default)
        if _is_number(value):
            return float(value)
        if key in self._value:
            self.note(key, "must be a number")
        return default if default is not None else 0.0

    def optional_number(self, key: str) -> float | None:
        return None if self.raw(key, None) is None else self.number(key)

    def whole(self, key: str, default: int | None = None) -> int:
        value = self.raw(key, _MISSING if default is None else default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if key in self._value:
            self.note(key, "must be a whole number")
        return default if default is not None else 0

    def optional_whole(self, key: str) -> int | None:
        return None if self.raw(key, None) is None else self.whole(key)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.raw(key, _MISSING if default is None else default)
        if isinstance(value, bool):
            return value
        if key in self._value:
            self.note(key, "must be true or false")
        return bool(default)

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        value = self.raw(key, _MISSING if default is None else list(default))
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if key in self._value:
            self.note(key, "must be a list of texts in square brackets")
        return tuple(default or ())

    def pair(self, key: str) -> tuple[float, float]:
        value = self.raw(key)
        if isinstance(value, list) and len(value) == 2 and all(_is_number(item) for item in value):
            return float(value[0]), float(value[1])
        if key in self._value:
            self.note(key, "must be two numbers in square brackets")
        return 0.0, 1.0

    def section(self, key: str) -> Section:
        """Return the block under a key."""
        self._asked.append(key)
        if key not in self._value:
            self.note(key, MISSING)
            return Section({}, self.file, self.at(key), [])
        return Section(self._value[key], self.file, self.at(key), self._problems)

    def optional_section(self, key: str) -> Section | None:
        return self.section(key) if self.raw(key, None) is not None else None

    def entries(self, key: str, *, required: bool = True) -> list[tuple[str, Section]]:
        """Return the blocks of a mapping of blocks, each with its name."""
        if not required and not self.has(key):
            self._asked.append(key)
            return []
        table = self.section(key)
        return [(name, table.section(name)) for name in table.keys()]  # noqa: SIM118 (not a dict)

    def rows(self, key: str, *, required: bool = True) -> list[Section]:
        """Return the blocks of a list, placed as `key[1]`, `key[2]` ..."""
        value = self.raw(key, _MISSING if required else [])
        if value is None and key not in self._value:
            return []
        if not isinstance(value, list):
            self.note(key, "must be a list, each item after a dash")
            return []
        return [
            Section(item, self.file, self.at(f"{key}[{count}]"), self._problems)
            for count, item in enumerate(value, start=1)
        ]

    def words(self, key: str) -> dict[str, str]:
        """Return a mapping of words to texts."""
        table = self.section(key)
        return {name: table.text(name) for name in table.keys()}  # noqa: SIM118

    def close(self) -> None:
        """Report each key that was never asked for, with the nearest one that is known."""
        for key in self.keys():
            if key not in self._asked:
                self.note(key, f"{UNKNOWN_KEY}{hint(key, self._asked)}")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word that is spelt most like this one, or None if none is as like as `cutoff` (1: equal)."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return close[0] if close else None


def hint(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that names the nearest known word, or nothing."""
    found = nearest(word, known)
    return f"; did you mean {found}?" if found else ""


def _is_number(value: Any) -> bool:
    # NaN and the infinities are the only floats that fail this comparison.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
