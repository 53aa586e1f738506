"""The recovery code: a key that is written on paper, for the day when a PIN or a tablet is lost.

    Q7M2-X4TD-09KB-6WPA-H3RE-ZC8N-V5JS     26 random characters of 5 bits (130 bits) and 2 check characters

Crockford's alphabet: no I, L, O and U. What is read as I or L is 1, what is read as O is 0; case, spaces and hyphens do
not count, nor which keyboard typed the digits. The check characters make the code a word of a Reed-Solomon code over 32
symbols (x^5 + x^2 + 1) with distance 3: one or two wrong characters, or two that were swapped, are always noticed, and
where only one is wrong it is known in which group. A code that passes is not thereby the right one; only opening tells.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 26
GROUP_LENGTH = 4
GROUPS = 7
LENGTH = GROUPS * GROUP_LENGTH
_READ_AS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A whole code whose check characters fit. `text` is its 28 characters; it never shows itself in a log."""

    text: str = field(repr=False)

    @classmethod
    def generate(cls) -> RecoveryCode:
        symbols = [secrets.randbelow(32) for _ in range(RANDOM_CHARACTERS)]
        return cls("".join(ALPHABET[symbol] for symbol in (*symbols, *_checks(symbols))))

    @property
    def groups(self) -> tuple[str, ...]:
        """The code as it is shown and written down."""
        return tuple(self.text[start : start + GROUP_LENGTH] for start in range(0, LENGTH, GROUP_LENGTH))


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody typed. `code` is None unless it is a whole one that fits.

    `typed` counts its characters; `doubtful_group` (1 to 7) is where one wrong character stands, if only one is wrong.
    """

    code: RecoveryCode | None
    typed: int
    doubtful_group: int | None = None


def read_code(text: str) -> Reading:
    """Read a code as people type it."""
    plain = plain_characters(text)
    if len(plain) != LENGTH:
        return Reading(None, len(plain))
    strange = [place for place, character in enumerate(plain) if character not in ALPHABET]
    if strange:
        return Reading(None, LENGTH, _group_of(strange[0]) if len(strange) == 1 else None)
    first, second = _syndromes([ALPHABET.index(character) for character in plain])
    if first == second == 0:
        return Reading(RecoveryCode(plain), LENGTH)
    place = (_LOG[second] - _LOG[first]) % 31 if first and second else LENGTH
    return Reading(None, LENGTH, _group_of(place) if place < LENGTH else None)


def plain_characters(text: str) -> str:
    """Return what was typed as characters of the alphabet, as far as they are ones; nothing between them counts."""
    whole = "".join(_plain(character) for character in unicodedata.normalize("NFKC", text))
    return whole.upper().translate(_READ_AS)


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if character.isalnum() else ""


def _group_of(place: int) -> int:
    return place // GROUP_LENGTH + 1


def _powers() -> tuple[list[int], list[int]]:
    power, exponents, logarithms = 1, [0] * 62, [0] * 32
    for exponent in range(31):
        exponents[exponent] = exponents[exponent + 31] = power
        logarithms[power] = exponent
        power <<= 1
        if power & 32:
            power ^= 0b100101
    return exponents, logarithms


_EXP, _LOG = _powers()


def _times(one: int, other: int) -> int:
    return _EXP[_LOG[one] + _LOG[other]] if one and other else 0


def _syndromes(symbols: list[int]) -> tuple[int, int]:
    """Return the sum of the symbols, and their sum with each at the power of its place; both 0 in a whole code."""
    total = weighted = 0
    for place, symbol in enumerate(symbols):
        total ^= symbol
        weighted ^= _times(symbol, _EXP[place])
    return total, weighted


def _checks(symbols: list[int]) -> tuple[int, int]:
    total, weighted = _syndromes(symbols)
    before, last = _EXP[RANDOM_CHARACTERS], _EXP[RANDOM_CHARACTERS + 1]
    # Two equations for the two check symbols: c + d = total, c * before + d * last = weighted.
    numerator, denominator = weighted ^ _times(total, before), before ^ last
    second = _times(numerator, _EXP[31 - _LOG[denominator]])
    return total ^ second, second
