"""What somebody typed inside a sentence of the other direction: it keeps its own, as one piece, and turns nothing else.

    from right to left, "Nurse 1" in an Arabic sentence:   as typed   1 Nurse      isolated   Nurse 1

`isolated` puts the two signs of Unicode's isolates round it (U+2068, U+2069). They count only where they tear no number
apart: a pair that was planted in a dose is not there.
"""

from __future__ import annotations

from unicodedata import bidirectional

from mobile_app.typesetting.pieces import pieces

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"

UNSEEN = {"\u200e": "L", "\u200f": "R", "\u061c": "AL"} | dict.fromkeys(
    "\u200b\u200c\u200d\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", ""
)
"""Signs that only steer: dates of CLDR come with them. No font draws them; three of them say a direction."""

_RIGHT = frozenset({"R", "AL"})
_JOINERS = "\u200c\u200d"


def isolated(typed: str, *, is_rtl: bool) -> str:
    """Return what was typed, isolated where it has letters of the other direction than the app."""
    directions = {bidirectional(character) for character in typed}
    is_other = "L" in directions if is_rtl else not directions.isdisjoint(_RIGHT)
    if not is_other:
        return typed
    kept = "".join(character for character in typed if character not in UNSEEN or character in _JOINERS)
    return f"{ISOLATE}{kept}{END_OF_ISOLATE}"


def sound_isolates(text: str) -> list[tuple[int, int]]:
    """Return where isolates begin and end in a text: the places of their two signs; one within another is none."""
    if ISOLATE not in text:
        return []
    found: list[tuple[int, int]] = []
    start = -1
    for place, character in enumerate(text):
        if character == ISOLATE:
            start = place
        elif character == END_OF_ISOLATE and start >= 0:
            found.append((start, place))
            start = -1
    return [(start, end) for start, end in found if _is_between_pieces(text, start) and _is_between_pieces(text, end)]


def starts_from_right(text: str) -> bool:
    """Return whether the first letter that has a direction is read from the right."""
    return next((kind in _RIGHT for kind in map(bidirectional, text) if kind in _RIGHT or kind == "L"), False)


def _is_between_pieces(text: str, place: int) -> bool:
    """Tell whether no number and no word goes on from before a sign to behind it."""
    before = _without_unseen(text[:place])
    edge = 0
    for piece in pieces(before + _without_unseen(text[place:])):
        if edge >= len(before):
            break
        edge += len(piece.text)
    return edge == len(before)


def _without_unseen(text: str) -> str:
    return "".join(character for character in text if character not in UNSEEN)
