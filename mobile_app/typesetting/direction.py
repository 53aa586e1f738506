"""Which way a text is read, and which letters it needs a font for."""

from __future__ import annotations

import re
from unicodedata import bidirectional

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def has_arabic(text: str) -> bool:
    """Return whether the text holds Arabic letters, digits or signs."""
    return _ARABIC.search(text) is not None


def has_hangul(text: str) -> bool:
    """Return whether the text holds Korean letters."""
    return _HANGUL.search(text) is not None


def reads_from_right(text: str, is_rtl: bool) -> bool:
    """Return whether a text is read from the right in an app that is (`is_rtl`) or is not.

    The app's direction holds for every text that has a letter of that direction, so that a name typed in other letters
    does not turn the sentence round it. A text of the other letters only keeps its own direction.
    """
    directions = {bidirectional(character) for character in text}
    has_right, has_left = not directions.isdisjoint({"R", "AL"}), "L" in directions
    return (has_right or not has_left) if is_rtl else (has_right and not has_left)
