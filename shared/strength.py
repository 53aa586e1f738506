"""How strongly an answer speaks, in signs that both the tablet and the coordinator's desk show."""

from __future__ import annotations

MINUS = "−"
STRONG, CLEAR = 2.0, 1.0
"""Natural logarithm of the likelihood ratio, after grouping: from here on three signs, and two."""


def strength_for(weight: float) -> str:
    """Return +++ from 2.0, ++ from 1.0, + below."""
    return "+" * _signs(weight)


def strength_against(weight: float) -> str:
    """Return the same with minus signs."""
    return MINUS * _signs(weight)


def _signs(weight: float) -> int:
    return 3 if abs(weight) >= STRONG else 2 if abs(weight) >= CLEAR else 1
