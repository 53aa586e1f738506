"""Wrapping: words are put on lines in logical order, measured as they will be drawn; then each line is set by itself.

A word is never broken in its middle. One that is wider than its line stands alone on it and leaves its box; whoever
lays out gives it room (the structure test of the screens finds such a word). A long path breaks after its slashes. What
is isolated breaks between its words, too, and is isolated again on the next line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mobile_app.typesetting.isolates import END_OF_ISOLATE, ISOLATE
from mobile_app.typesetting.markup import Run
from mobile_app.typesetting.ordering import drawn_in_order, without_steering
from mobile_app.typesetting.pieces import pieces

Measure = Callable[[str, bool], float]
"""The width of a drawn text in the unit of the line's width; the second value says whether it is bold."""

LONGEST_BRACKET = 16
"""A bracket of at most so many characters, such as "(3 من 12)", is kept on one line."""

LONGEST_WHOLE_PATH = 24
"""A longer word with slashes in it is the path of a folder, and not a unit such as mg/L: it may break behind each."""

_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line in drawing order, from left to right."""

    runs: tuple[Run, ...]
    width: float

    @property
    def text(self) -> str:
        """The line without its weights."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Word:
    """What a line never breaks. A space goes before it, but before a further part of a path."""

    runs: tuple[Run, ...]
    goes_on: bool = False
    is_inside: bool = False
    """Whether it begins inside an isolate."""


def set_lines(runs: Iterable[Run], measure: Measure, width: float | None, *, from_right: bool) -> tuple[Line, ...]:
    """Return the lines of a logical text, no wider than `width` (no limit without one); line breaks in it are kept."""
    return tuple(
        line for paragraph in _paragraphs(runs) for line in _wrapped(paragraph, measure, width, from_right=from_right)
    )


def words(runs: Sequence[Run]) -> list[Word]:
    """Return what stands between the places where a line may break, in logical order."""
    found: list[list[Run]] = [[]]
    goes_on: list[bool] = [False]
    inside: list[bool] = [False]
    is_inside = False
    spaces_in_bracket = _spaces_in_short_brackets("".join(run.text for run in runs))
    place = 0
    for run in runs:
        for piece in pieces(run.text):
            first, *further = _parts_of_path(piece.text)
            if piece.kind == "space" and " " in piece.text and place not in spaces_in_bracket:
                found.append([])
                goes_on.append(False)
                inside.append(is_inside)
            else:
                is_inside = piece.text == ISOLATE or (is_inside and piece.text != END_OF_ISOLATE)
                found[-1].append(Run(first, run.is_bold))
                found += [[Run(part, run.is_bold)] for part in further]
                goes_on += [True] * len(further)
                inside += [is_inside] * len(further)
            place += len(piece.text)
    return [Word(tuple(word), *how) for word, *how in zip(found, goes_on, inside, strict=True) if word]


def unbreakable(runs: Iterable[Run], measure: Measure, *, from_right: bool) -> Iterator[float]:
    """Yield the width of everything between two places where a line may break."""
    for paragraph in _paragraphs(runs):
        for word in words(paragraph):
            yield _width(word, measure, from_right=from_right)


def _wrapped(runs: list[Run], measure: Measure, width: float | None, *, from_right: bool) -> list[Line]:
    if width is None:
        return [_line(runs, measure, from_right=from_right)]
    lines: list[Line] = []
    taken: list[Run] = []
    begins_inside = False
    used = 0.0
    for word in words(runs):
        needed = _width(word, measure, from_right=from_right)
        is_bold = bool(taken) and taken[-1].is_bold and word.runs[0].is_bold
        space = 0.0 if word.goes_on else measure(" ", is_bold)
        if taken and used + space + needed > width:
            lines.append(_line(_closed(taken, begins_inside), measure, from_right=from_right))
            taken, used = [], 0.0
        if not taken:
            begins_inside = word.is_inside
        if taken and not word.goes_on:
            taken.append(Run(" ", is_bold))
            used += space
        taken.extend(word.runs)
        used += needed
    if taken or not lines:
        lines.append(_line(_closed(taken, begins_inside), measure, from_right=from_right))
    return lines


def _closed(runs: Sequence[Run], begins_inside: bool) -> list[Run]:
    """Return a part of a paragraph with both signs of every isolate that begins before it or ends behind it."""
    whole = list(runs)
    if begins_inside:
        whole[0] = Run(ISOLATE + whole[0].text, whole[0].is_bold)
    text = "".join(run.text for run in whole)
    if text.rfind(ISOLATE) > text.rfind(END_OF_ISOLATE):
        whole[-1] = Run(whole[-1].text + END_OF_ISOLATE, whole[-1].is_bold)
    return whole


def _line(runs: Iterable[Run], measure: Measure, *, from_right: bool) -> Line:
    drawn = drawn_in_order(_merged(runs), from_right)
    return Line(drawn, sum(measure(run.text, run.is_bold) for run in drawn))


def _width(word: Word, measure: Measure, *, from_right: bool) -> float:
    whole = _closed(word.runs, word.is_inside)
    return sum(measure(run.text, run.is_bold) for run in drawn_in_order(_merged(whole), from_right))


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].is_bold == run.is_bold:
            merged[-1] = Run(merged[-1].text + run.text, run.is_bold)
        else:
            merged.append(run)
    return merged


def _paragraphs(runs: Iterable[Run]) -> list[list[Run]]:
    paragraphs: list[list[Run]] = [[]]
    for run in runs:
        for place, part in enumerate(run.text.split("\n")):
            if place:
                paragraphs.append([])
            if part := without_steering(part):
                paragraphs[-1].append(Run(part, run.is_bold))
    return paragraphs


def _parts_of_path(piece: str) -> list[str]:
    return re.findall(r"[^/]*/|[^/]+", piece) if len(piece) > LONGEST_WHOLE_PATH else [piece]


def _spaces_in_short_brackets(text: str) -> set[int]:
    """Return the places of spaces at which a line must not break."""
    kept: set[int] = set()
    waiting: list[int] = []
    for place, sign in enumerate(text):
        if sign in _OPENING:
            waiting.append(place)
        elif sign in _CLOSING and waiting:
            start = waiting.pop()
            if place - start < LONGEST_BRACKET:
                kept.update(range(start, place))
    return kept
