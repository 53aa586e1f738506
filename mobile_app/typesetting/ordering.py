"""One line in drawing order: letters joined, runs from right to left turned round, brackets mirrored, numbers as typed.

The Unicode bidirectional algorithm (UAX 9) by python-bidi, over elements instead of characters: a number with its unit
is one element that is turned as a whole, as an isolate is; a word of Latin letters is one that is read from the left; a
letter keeps the marks on it. What is isolated is a line of its own in the line. Rule N0 (pairs of brackets), which
python-bidi lacks, is applied before.

Both libraries are loaded with the first line from the right: the other languages start without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any
from unicodedata import bidirectional, category

from mobile_app.typesetting.isolates import END_OF_ISOLATE, ISOLATE, UNSEEN, sound_isolates, starts_from_right
from mobile_app.typesetting.markup import Run
from mobile_app.typesetting.pieces import Piece, pieces

_OPENING = {"(": ")", "[": "]", "{": "}", "\u2045": "\u2046", "\u207d": "\u207e"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_EMBEDDING_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN", "B", "S"}

# Only the joiners between Arabic letters do anything here. Any other sign that nobody sees could stand in the middle of
# a number, typed, pasted or planted, and the two halves of a dose would change places.
_STEERING = re.compile(
    "[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
    "|(?<=[0-9.,\u0660-\u0669\u066b\u066c])[\u200c-\u200f\u061c]+(?=[0-9.,\u0660-\u0669\u066b\u066c])"
)


def without_steering(text: str) -> str:
    """Return the text without the unseen signs that could tear a number apart; the isolates that tear none stay."""
    if text.isascii():
        return text
    kept: list[str] = []
    place = 0
    for start, end in sound_isolates(text):
        kept += [_unsteered(text[place:start]), ISOLATE, _unsteered(text[start:end]), END_OF_ISOLATE]
        place = end + 1
    return "".join((*kept, _unsteered(text[place:])))


def _unsteered(text: str) -> str:
    # Twice: one may hide another from its neighbour.
    return _STEERING.sub("", _STEERING.sub("", text))


def drawn_in_order(runs: Iterable[Run], from_right: bool) -> tuple[Run, ...]:
    """Return one line's runs as they are drawn from left to right, letters joined."""
    elements = [element for run in runs for element in _elements_of(run)]
    return _joined(_in_order(elements, from_right))


def _in_order(elements: list[dict[str, Any]], from_right: bool) -> Sequence[dict[str, Any]]:
    from bidi import algorithm

    if not elements:
        return ()
    _resolve_brackets(elements, "R" if from_right else "L")
    base = 1 if from_right else 0
    for element in elements:
        element["level"] = base
    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "R" if from_right else "L"
    storage["chars"] = elements
    algorithm.calc_level_runs(storage)
    algorithm.resolve_weak_types(storage, False)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    algorithm.reorder_resolved_levels(storage, False)
    ordered: Sequence[dict[str, Any]] = storage["chars"]
    return ordered


@lru_cache(maxsize=4096)
def joined_letters(word: str) -> tuple[str, ...]:
    """Return an Arabic word as joined letters, each with the marks on it."""
    clusters: list[str] = []
    for character in _reshaper().reshape(word):
        if character in UNSEEN:
            continue
        if clusters and category(character) == "Mn":
            clusters[-1] += character
        else:
            clusters.append(character)
    return tuple(clusters)


@cache
def _reshaper() -> Any:
    from arabic_reshaper import ArabicReshaper

    # Marks above and below letters are kept; no word is replaced by a picture of it.
    return ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})


def _elements_of(run: Run) -> list[dict[str, Any]]:
    text = without_steering(run.text)
    found: list[dict[str, Any]] = []
    place = 0
    for start, end in sound_isolates(text):
        found += _elements_in(text[place:start], run.is_bold)
        inside = text[start + 1 : end]
        ordered = _in_order(_elements_in(inside, run.is_bold), starts_from_right(inside))
        whole = "".join(one.text for one in _joined(ordered))
        found += [_element(whole, "ON", run.is_bold) | {"is_set": True}] if whole else []
        place = end + 1
    return found + _elements_in(text[place:], run.is_bold)


def _elements_in(text: str, is_bold: bool) -> list[dict[str, Any]]:
    return [element for piece in pieces(text) for element in _elements(piece, is_bold)]


def _elements(piece: Piece, is_bold: bool) -> list[dict[str, Any]]:
    match piece.kind:
        case "number":
            return [_element(piece.text, "ON", is_bold)]
        case "word":
            return [_element(piece.text, "L", is_bold)]
        case "arabic":
            return [_element(letter, "AL", is_bold) for letter in joined_letters(piece.text)]
        case "space":
            return [_element(space, "WS", is_bold) for space in piece.text]
        case _ if piece.text in UNSEEN:
            return [_element("", UNSEEN[piece.text], is_bold)] if UNSEEN[piece.text] else []
        case _:
            kind = bidirectional(piece.text[0]) or "ON"
            return [_element(piece.text, "ON" if kind in _EMBEDDING_CONTROLS else kind, is_bold)]


def _element(text: str, kind: str, is_bold: bool) -> dict[str, Any]:
    return {"ch": text, "type": kind, "orig": kind, "is_bold": is_bold, "is_set": False}


def _resolve_brackets(elements: Sequence[dict[str, Any]], base: str) -> None:
    """Rule N0: a pair of brackets goes the way of what it holds, if that is the line's way or what stands before it."""
    for opening, closing in _pairs(elements):
        inside = {_strong(element) for element in elements[opening + 1 : closing]} - {""}
        if not inside:
            continue
        direction = base
        if base not in inside:
            before = next((_strong(element) for element in reversed(elements[:opening]) if _strong(element)), base)
            direction = before if before in inside else base
        for place in (opening, closing):
            elements[place]["type"] = direction


def _strong(element: dict[str, Any]) -> str:
    kind = element["type"]
    return "L" if kind == "L" else "R" if kind in ("R", "AL", "AN", "EN") else ""


def _pairs(elements: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for place, element in enumerate(elements):
        sign = element["ch"]
        if sign in _OPENING:
            waiting.append((sign, place))
        elif sign in _CLOSING:
            for index in range(len(waiting) - 1, -1, -1):
                if waiting[index][0] == _CLOSING[sign]:
                    found.append((waiting[index][1], place))
                    del waiting[index:]
                    break
    return sorted(found)


def _joined(elements: Sequence[dict[str, Any]]) -> tuple[Run, ...]:
    from bidi.mirror import MIRRORED

    runs: list[Run] = []
    for element in elements:
        text = element["ch"]
        if element["level"] % 2 and element["orig"] != "L" and len(text) == 1 and not element["is_set"]:
            text = MIRRORED.get(text, text)
        if runs and runs[-1].is_bold == element["is_bold"]:
            runs[-1] = Run(runs[-1].text + text, element["is_bold"])
        else:
            runs.append(Run(text, element["is_bold"]))
    return tuple(runs)
